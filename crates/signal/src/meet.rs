//! The meeting point of one group of transmitters: a robust median, then reweighted means.
//!
//! The loops are the service's hottest: they run on plain numbers, and multiply and add apart, because a fused
//! operation is a call on processors that the binary does not take for granted (measured: a third of the solve).

use crate::physics::Physics;
use crate::robust::quantile;
use crate::solve::{Anchor, Hypothesis, Members};
use cairn_ground::{Covariance, Enu};

/// Rounds of Weiszfeld's iteration at most, and the step at which it has arrived, m.
/// Source: as in `robust`: what starts from the median is refined anyway.
const MEDIAN_ROUNDS: usize = 12;
/// Step at which the median has arrived, m. Source: a tenth of the finest disc.
const MEDIAN_STEP_M: f64 = 0.5;
/// Softening of the median near a transmitter, m. Source: as in `robust`, a metre is below any fix's error.
const MEDIAN_SOFTENING_M: f64 = 1.0;
/// Rounds of reweighting. Source: 5 cm after ten on real scans.
const ROUNDS: usize = 16;
/// Degrees of freedom of the residuals' Student-t. Source: measured, docs/measured/accuracy.md.
const STUDENT_NU: f64 = 5.0;
/// Independent looks that the shadowing common to all links leaves at most.
/// Source: measured, docs/measured/accuracy.md.
const LOOKS_MAX: f64 = 6.0;
/// Times the geometric mean of its disc and its reach by which a transmitter's disc is widened: what is
/// heard far and wide says less about where it is heard, the less the weaker it is.
/// Source: measured, docs/measured/accuracy.md.
const REACH_FACTOR: f64 = 1.5;
/// Standard deviation per axis of the phones that hear a cell, as a share of its reach. What a cell's power
/// says of the place is in its hearings already ([`crate::cell`]). Source: reach is the distance of 95 %,
/// which for a circular normal is 2.45 σ.
const REACH_SIGMA: f64 = 1.0 / 2.45;
/// Step at which the reweighting has arrived, m. Source: half of what an answer can tell apart, a decimetre.
const STEP_M: f64 = 0.05;

/// Memory of a meeting, used again by the next.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    discs: Vec<Disc>,
    values: Vec<(f64, f64)>,
    devices: Vec<u64>,
}

/// One anchor as the solver sees it.
#[derive(Debug, Clone, Copy)]
struct Disc {
    at: Enu,
    /// Variance per axis, m².
    variance_m2: f64,
    trust: f64,
    /// Trust over variance.
    weight: f64,
}

/// The robust meeting point of one group.
pub(crate) fn meet(
    anchors: &[Anchor],
    members: &Members,
    scratch: &mut Scratch,
) -> Option<Hypothesis> {
    let Scratch { discs, values, devices } = scratch;
    devices.clear();
    devices.extend(members.iter().map(|i| anchors[i].device));
    fill(discs, anchors, members, devices);
    let mut center = median(discs, values)?;
    for _ in 0..ROUNDS {
        let next = mean(discs, |disc| disc.pull(center))?;
        let step_m2 = apart_m2(next, center);
        center = next;
        if step_m2 < STEP_M * STEP_M {
            break;
        }
    }
    devices.sort_unstable();
    devices.dedup();
    Some(Hypothesis {
        at: center,
        covariance: spread(discs, center),
        n_devices: devices.len(),
        support: discs.iter().map(|disc| disc.agreement(center)).sum(),
        members: *members,
    })
}

/// Variance per axis of the phone's place as one anchor sees it, m².
fn anchor_variance_m2(anchor: &Anchor) -> f64 {
    let square = |sigma_m: f64| sigma_m * sigma_m;
    let (own_m2, moved_m2) = (square(anchor.covariance.sigma_m()), square(anchor.moved_m));
    if anchor.kind.is_cell() {
        return square(anchor.reach_m * REACH_SIGMA).max(own_m2) + moved_m2;
    }
    let physics = Physics::of(anchor.kind);
    let reference_dbm = anchor.reference_dbm.unwrap_or(physics.reference_dbm);
    let disc_m = physics.disc_m(reference_dbm, anchor.rssi_dbm);
    let heard_m2 = REACH_FACTOR * REACH_FACTOR * anchor.reach_m * disc_m;
    square(disc_m) + own_m2 + moved_m2 + heard_m2
}

/// The discs of a group; the anchors of one box share its trust.
fn fill(discs: &mut Vec<Disc>, anchors: &[Anchor], members: &Members, devices: &[u64]) {
    discs.clear();
    discs.extend(members.iter().map(|i| {
        let anchor = &anchors[i];
        let n_twins = devices.iter().filter(|device| **device == anchor.device).count();
        #[expect(clippy::cast_precision_loss, reason = "at most ANCHORS_MAX")]
        let trust = anchor.trust / n_twins as f64;
        let variance_m2 = anchor_variance_m2(anchor);
        Disc { at: anchor.at, variance_m2, trust, weight: trust / variance_m2 }
    }));
}

impl Disc {
    /// Square of the distance to a place, m².
    #[inline]
    fn apart_m2(&self, place: Enu) -> f64 {
        apart_m2(self.at, place)
    }

    /// How much of the anchor's trust agrees with a centre: all of it at the middle of the disc.
    #[inline]
    fn agreement(&self, center: Enu) -> f64 {
        let score = self.apart_m2(center) / self.variance_m2;
        self.trust * STUDENT_NU / (STUDENT_NU + score)
    }

    /// Weight of the disc in the reweighted mean.
    #[inline]
    fn pull(&self, center: Enu) -> f64 {
        self.agreement(center) / self.variance_m2
    }
}

/// Square of the distance between two places, m².
#[inline]
#[expect(clippy::suboptimal_flops, reason = "see the head of the file")]
fn apart_m2(a: Enu, b: Enu) -> f64 {
    let (east_m, north_m) = (a.east_m - b.east_m, a.north_m - b.north_m);
    east_m * east_m + north_m * north_m
}

/// The weighted mean of the discs' middles; `None` when no weight is positive.
#[inline]
fn mean(discs: &[Disc], weight: impl Fn(&Disc) -> f64) -> Option<Enu> {
    let (mut total, mut east_m, mut north_m) = (0.0, 0.0, 0.0);
    for disc in discs {
        let weight = weight(disc);
        total += weight;
        east_m += weight * disc.at.east_m;
        north_m += weight * disc.at.north_m;
    }
    (total > 0.0).then(|| Enu { east_m: east_m / total, north_m: north_m / total })
}

/// The weighted geometric median of the discs' middles, from the median of each coordinate.
///
/// # Source
/// As `robust::geometric_median`.
fn median(discs: &[Disc], values: &mut Vec<(f64, f64)>) -> Option<Enu> {
    let mut along = |coordinate: fn(Enu) -> f64| {
        values.clear();
        values.extend(discs.iter().map(|disc| (coordinate(disc.at), disc.weight)));
        quantile(values, 0.5)
    };
    let mut center = Enu { east_m: along(|at| at.east_m)?, north_m: along(|at| at.north_m)? };
    for _ in 0..MEDIAN_ROUNDS {
        let next =
            mean(discs, |disc| disc.weight / disc.apart_m2(center).sqrt().max(MEDIAN_SOFTENING_M))?;
        let step_m2 = apart_m2(next, center);
        center = next;
        if step_m2 < MEDIAN_STEP_M * MEDIAN_STEP_M {
            break;
        }
    }
    Some(center)
}

/// How sure a meeting point is: scatter and disc size over the independent looks.
fn spread(discs: &[Disc], center: Enu) -> Covariance {
    let (mut total, mut square, mut own) = (0.0, 0.0, 0.0);
    let (mut ee, mut en, mut nn) = (0.0, 0.0, 0.0);
    for disc in discs {
        let weight = disc.pull(center);
        let (de, dn) = (disc.at.east_m - center.east_m, disc.at.north_m - center.north_m);
        total += weight;
        square = weight.mul_add(weight, square);
        own = weight.mul_add(disc.variance_m2, own);
        ee = (weight * de).mul_add(de, ee);
        en = (weight * de).mul_add(dn, en);
        nn = (weight * dn).mul_add(dn, nn);
    }
    let looks = (total * total / square).clamp(1.0, LOOKS_MAX);
    let scale = 1.0 / (total * looks);
    Covariance { ee_m2: (ee + own) * scale, en_m2: en * scale, nn_m2: (nn + own) * scale }
}
