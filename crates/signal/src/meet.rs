//! The meeting point of one group of transmitters: a robust median, then reweighted means.
//!
//! The loops are the service's hottest: they run on plain numbers, and multiply and add apart, because a fused
//! operation is a call on processors that the binary does not take for granted (measured: a third of the solve).
//! They are divisions most of all, which a processor does in pairs where they stand in lists of one kind.

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
pub(crate) const LOOKS_MAX: f64 = 6.0;
/// Times the geometric mean of its disc and its reach by which a transmitter's disc is widened: what is
/// heard far and wide says less about where it is heard, the less the weaker it is.
/// Source: measured, docs/measured/accuracy.md.
const REACH_FACTOR: f64 = 1.5;
/// Standard deviation per axis of the phones that hear a transmitter at whatever power, as a share of its reach: a cell,
/// whose power says what it says in its hearings already ([`crate::cell`]), and what states no power. Source: reach is the distance of 95 %,
/// which for a circular normal is 2.45 σ.
const REACH_SIGMA: f64 = 1.0 / 2.45;
/// Step at which the reweighting has arrived, m. Source: half of what an answer can tell apart, a decimetre.
const STEP_M: f64 = 0.05;

/// Memory of a meeting, used again by the next.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    discs: Discs,
    values: Vec<(f64, f64)>,
    devices: Vec<u64>,
    boxes: Vec<u64>,
}

/// The anchors of a group as the solver sees them, a list of each number.
#[derive(Debug, Default)]
struct Discs {
    east_m: Vec<f64>,
    north_m: Vec<f64>,
    /// Variance per axis, m².
    variance_m2: Vec<f64>,
    trust: Vec<f64>,
    /// Trust over variance.
    weight: Vec<f64>,
    /// The weights of a round.
    pull: Vec<f64>,
}

/// The robust meeting point of one group.
pub(crate) fn meet(
    anchors: &[Anchor],
    members: &Members,
    scratch: &mut Scratch,
) -> Option<Hypothesis> {
    let Scratch { discs, values, devices, boxes } = scratch;
    devices.clear();
    devices.extend(members.iter().map(|i| anchors[i].device));
    boxes.clone_from(devices);
    boxes.sort_unstable();
    boxes.dedup();
    discs.fill(anchors, members, (devices, boxes.len()));
    let mut center = median(discs, values)?;
    for _ in 0..ROUNDS {
        discs.pull_to(center);
        let next = discs.mean()?;
        let step_m2 = apart_m2(next, center);
        center = next;
        if step_m2 < STEP_M * STEP_M {
            break;
        }
    }
    discs.agree_on(center);
    let support = discs.pull.iter().sum();
    discs.pull_to(center);
    let covariance = spread(discs, center);
    Some(Hypothesis { at: center, covariance, n_devices: boxes.len(), support, members: *members })
}

/// Variance per axis of the phone's place as one anchor sees it, m².
pub(crate) fn anchor_variance_m2(anchor: &Anchor) -> f64 {
    let square = |sigma_m: f64| sigma_m * sigma_m;
    let (own_m2, moved_m2) = (square(anchor.covariance.sigma_m()), square(anchor.moved_m));
    if anchor.kind.is_cell() {
        return square(anchor.reach_m * REACH_SIGMA).max(own_m2) + moved_m2;
    }
    let (physics, reference_dbm) = anchor.radio();
    let disc_m = physics.disc_m(reference_dbm, anchor.rssi_dbm);
    // Without a power it may be heard anywhere within its reach.
    let whole_m = if anchor.rssi_dbm.is_none() { anchor.reach_m * REACH_SIGMA } else { 0.0 };
    let disc_m = disc_m.max(whole_m);
    let heard_m2 = REACH_FACTOR * REACH_FACTOR * anchor.reach_m * disc_m;
    square(disc_m) + own_m2 + moved_m2 + heard_m2
}

impl Discs {
    /// The discs of a group; the anchors of one box share its trust.
    fn fill(&mut self, anchors: &[Anchor], members: &Members, (devices, n_boxes): (&[u64], usize)) {
        let Self { east_m, north_m, variance_m2, trust, weight, pull } = self;
        for list in [&mut *east_m, north_m, variance_m2, trust, weight] {
            list.clear();
        }
        for i in members.iter() {
            let anchor = &anchors[i];
            let is_twin = |device: &&u64| **device == anchor.device;
            let is_alone = n_boxes == devices.len();
            let n_twins = if is_alone { 1 } else { devices.iter().filter(is_twin).count() };
            #[expect(clippy::cast_precision_loss, reason = "at most ANCHORS_MAX")]
            let shared = anchor.trust / n_twins as f64;
            let own_m2 = anchor_variance_m2(anchor);
            east_m.push(anchor.at.east_m);
            north_m.push(anchor.at.north_m);
            variance_m2.push(own_m2);
            trust.push(shared);
            weight.push(shared / own_m2);
        }
        pull.resize(members.len(), 0.0);
    }

    /// Puts into `pull` what a function makes of each disc's square of the distance to a place (m²), variance (m²),
    /// trust and weight.
    #[inline]
    fn weigh(&mut self, place: Enu, by: impl Fn([f64; 4]) -> f64) {
        let n = self.pull.len();
        let (east_m, north_m) = (&self.east_m[..n], &self.north_m[..n]);
        let (variance_m2, trust, weight) =
            (&self.variance_m2[..n], &self.trust[..n], &self.weight[..n]);
        for (i, pull) in self.pull.iter_mut().enumerate() {
            let at = Enu { east_m: east_m[i], north_m: north_m[i] };
            *pull = by([apart_m2(at, place), variance_m2[i], trust[i], weight[i]]);
        }
    }

    /// How much of each anchor's trust agrees with a centre: all of it at the middle of the disc.
    fn agree_on(&mut self, center: Enu) {
        self.weigh(center, |[apart_m2, variance_m2, trust, _]| {
            agreement(apart_m2, variance_m2, trust)
        });
    }

    /// The weight of each disc in the reweighted mean.
    fn pull_to(&mut self, center: Enu) {
        self.weigh(center, |[apart_m2, variance_m2, trust, _]| {
            agreement(apart_m2, variance_m2, trust) / variance_m2
        });
    }

    /// The mean of the discs' middles as the round weighs them; `None` when no weight is positive.
    fn mean(&self) -> Option<Enu> {
        let (mut total, mut east_m, mut north_m) = (0.0, 0.0, 0.0);
        for ((weight, east), north) in self.pull.iter().zip(&self.east_m).zip(&self.north_m) {
            total += weight;
            east_m += weight * east;
            north_m += weight * north;
        }
        (total > 0.0).then(|| Enu { east_m: east_m / total, north_m: north_m / total })
    }
}

/// How much of a trust agrees with a place so far from the middle of its disc.
#[inline]
fn agreement(apart_m2: f64, variance_m2: f64, trust: f64) -> f64 {
    trust * STUDENT_NU / (STUDENT_NU + apart_m2 / variance_m2)
}

/// Square of the distance between two places, m².
#[inline]
#[expect(clippy::suboptimal_flops, reason = "see the head of the file")]
fn apart_m2(a: Enu, b: Enu) -> f64 {
    let (east_m, north_m) = (a.east_m - b.east_m, a.north_m - b.north_m);
    east_m * east_m + north_m * north_m
}

/// The weighted geometric median of the discs' middles, from the median of each coordinate.
///
/// # Source
/// As `robust::geometric_median`.
fn median(discs: &mut Discs, values: &mut Vec<(f64, f64)>) -> Option<Enu> {
    let mut along = |list: &[f64]| {
        values.clear();
        values.extend(list.iter().copied().zip(discs.weight.iter().copied()));
        quantile(values, 0.5)
    };
    let mut center = Enu { east_m: along(&discs.east_m)?, north_m: along(&discs.north_m)? };
    for _ in 0..MEDIAN_ROUNDS {
        discs.weigh(center, |[apart_m2, _, _, weight]| {
            weight / apart_m2.sqrt().max(MEDIAN_SOFTENING_M)
        });
        let next = discs.mean()?;
        let step_m2 = apart_m2(next, center);
        center = next;
        if step_m2 < MEDIAN_STEP_M * MEDIAN_STEP_M {
            break;
        }
    }
    Some(center)
}

/// How sure a meeting point is: scatter and disc size over the independent looks, as the round weighs them.
fn spread(discs: &Discs, center: Enu) -> Covariance {
    let (mut total, mut square, mut own) = (0.0, 0.0, 0.0);
    let (mut ee, mut en, mut nn) = (0.0, 0.0, 0.0);
    for (i, &weight) in discs.pull.iter().enumerate() {
        let (de, dn) = (discs.east_m[i] - center.east_m, discs.north_m[i] - center.north_m);
        total += weight;
        square = weight.mul_add(weight, square);
        own = weight.mul_add(discs.variance_m2[i], own);
        ee = (weight * de).mul_add(de, ee);
        en = (weight * de).mul_add(dn, en);
        nn = (weight * dn).mul_add(dn, nn);
    }
    let looks = (total * total / square).clamp(1.0, LOOKS_MAX);
    let scale = 1.0 / (total * looks);
    Covariance { ee_m2: (ee + own) * scale, en_m2: en * scale, nn_m2: (nn + own) * scale }
}
