//! Where a phone is, from the transmitters it hears.
//!
//! Each transmitter draws a disc around its believed place ([`Physics::disc_m`] widened by how unsure
//! that place is); the phone is at the robust meeting point of the discs. Transmitters that no single
//! place can hear together fall into different groups, and each group is a hypothesis of its own.

use crate::physics::Physics;
use crate::robust;
use cairn_ground::{Covariance, Enu, TransmitterKind};

/// A known transmitter that the phone hears.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anchor {
    /// Where it is believed to stand.
    pub at: Enu,
    /// How sure that is, m².
    pub covariance: Covariance,
    /// How far it is heard, m.
    pub reach_m: f64,
    /// Power received at 1 m, dBm, when known.
    pub reference_dbm: Option<f64>,
    /// What it is.
    pub kind: TransmitterKind,
    /// Received power now, dBm, when stated.
    pub rssi_dbm: Option<f64>,
    /// How far the phone may have moved since the reading, m (standard deviation per axis).
    pub moved_m: f64,
    /// Trust in the transmitter, 0 to 1 (long unheard ones count less).
    pub trust: f64,
    /// The box it sits in: anchors of one box together count as one.
    pub device: u64,
}

/// One consistent explanation of what is heard.
#[derive(Debug, Clone, PartialEq)]
pub struct Hypothesis {
    /// Where the phone would be.
    pub at: Enu,
    /// How sure, before calibration, m².
    pub covariance: Covariance,
    /// Number of boxes that agree.
    pub n_devices: usize,
    /// Sum of the trust that agrees: how hypotheses are weighed.
    pub support: f64,
    /// Indexes of the anchors that agree.
    pub members: Vec<usize>,
}

/// Most anchors of one query that take part; beyond it the weakest readings are left out.
/// Source: Android lists rarely pass 100 networks, and the weakest add nothing (evaluation study §1.3).
pub const ANCHORS_MAX: usize = 96;
/// Rounds of reweighting. Source: 5 cm after ten on real scans.
const ROUNDS: usize = 16;
/// Degrees of freedom of the residuals' Student-t. Source: measured, docs/measured/accuracy.md.
const STUDENT_NU: f64 = 5.0;
/// Independent looks that the shadowing common to all links leaves at most.
/// Source: measured, docs/measured/accuracy.md.
const LOOKS_MAX: f64 = 6.0;
/// Share of their joint reach that two transmitters may stand apart before they contradict each other.
/// Source: reach is a 95 % quantile of few votes and so falls short; 1.4 measured best.
pub(crate) const REACH_SLACK: f64 = 1.4;

/// Times the geometric mean of its disc and its reach by which a transmitter's disc is widened: what is
/// heard far and wide says less about where it is heard, the less the weaker it is.
/// Source: measured, docs/measured/accuracy.md.
const REACH_FACTOR: f64 = 1.5;

/// Standard deviation per axis of the phones that hear a cell, as a share of its reach. What a cell's power
/// says of the place is in its hearings already ([`crate::cell`]). Source: reach is the distance of 95 %,
/// which for a circular normal is 2.45 σ.
const REACH_SIGMA: f64 = 1.0 / 2.45;

/// Finds the explanations of what is heard, best supported first.
///
/// # Shape
/// `anchors`: at most [`ANCHORS_MAX`] are used, strongest first; one frame.
/// # Cost
/// O(n²) for the grouping, O(n) per round for the rest.
pub fn hypotheses(anchors: &[Anchor]) -> Vec<Hypothesis> {
    let order = strongest(anchors);
    let mut found: Vec<_> =
        groups(anchors, &order).into_iter().filter_map(|members| meet(anchors, members)).collect();
    found.sort_by(|a, b| b.support.total_cmp(&a.support).then_with(|| a.members.cmp(&b.members)));
    found
}

/// Indexes of the anchors used, strongest reading first.
fn strongest(anchors: &[Anchor]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..anchors.len()).collect();
    let power = |i: usize| anchors[i].rssi_dbm.unwrap_or(f64::NEG_INFINITY);
    order.sort_by(|a, b| power(*b).total_cmp(&power(*a)).then(a.cmp(b)));
    order.truncate(ANCHORS_MAX);
    order
}

/// Splits the anchors into groups that one place can hear together.
///
/// Greedy complete linkage, strongest first: an anchor joins the first group of which it contradicts
/// no more than a quarter.
fn groups(anchors: &[Anchor], order: &[usize]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for &i in order {
        let home = groups.iter_mut().find(|group| {
            let n_against = group.iter().filter(|&&j| contradict(&anchors[i], &anchors[j])).count();
            4 * n_against <= group.len()
        });
        match home {
            Some(group) => group.push(i),
            None => groups.push(vec![i]),
        }
    }
    groups
}

/// True when no place is within reach of both.
fn contradict(a: &Anchor, b: &Anchor) -> bool {
    let sure_m = 2.0 * (a.covariance.sigma_m() + b.covariance.sigma_m());
    a.at.distance_m(b.at) > REACH_SLACK.mul_add(heard_within_m(a) + heard_within_m(b), sure_m)
}

/// How far a transmitter is heard, m: within its reach, and where few walked as far as its power says.
pub(crate) fn heard_within_m(anchor: &Anchor) -> f64 {
    let physics = Physics::of(anchor.kind);
    let reference_dbm = anchor.reference_dbm.unwrap_or(physics.reference_dbm);
    anchor.reach_m.max(physics.audible_m(reference_dbm).min(physics.disc_max_m))
}

/// Standard deviation per axis of the phone's place as one anchor sees it, m.
fn anchor_sigma_m(anchor: &Anchor) -> f64 {
    if anchor.kind.is_cell() {
        return (anchor.reach_m * REACH_SIGMA)
            .max(anchor.covariance.sigma_m())
            .hypot(anchor.moved_m);
    }
    let physics = Physics::of(anchor.kind);
    let reference_dbm = anchor.reference_dbm.unwrap_or(physics.reference_dbm);
    let disc_m = physics.disc_m(reference_dbm, anchor.rssi_dbm);
    let heard_m = REACH_FACTOR * (anchor.reach_m * disc_m).sqrt();
    disc_m.hypot(anchor.covariance.sigma_m()).hypot(anchor.moved_m).hypot(heard_m)
}

/// The robust meeting point of one group.
fn meet(anchors: &[Anchor], members: Vec<usize>) -> Option<Hypothesis> {
    let discs: Vec<Disc> = discs(anchors, &members);
    let points: Vec<_> = discs.iter().map(|d| (d.at, d.trust / d.sigma_m.powi(2))).collect();
    let mut center = robust::geometric_median(&points)?;
    for _ in 0..ROUNDS {
        let weighted: Vec<_> = discs.iter().map(|d| (d.at, d.pull(center))).collect();
        let next = robust::mean(&weighted)?;
        let step_m = next.distance_m(center);
        center = next;
        if step_m < 0.05 {
            break;
        }
    }
    let mut devices: Vec<_> = members.iter().map(|&i| anchors[i].device).collect();
    devices.sort_unstable();
    devices.dedup();
    Some(Hypothesis {
        at: center,
        covariance: spread(&discs, center),
        n_devices: devices.len(),
        support: discs.iter().map(|d| d.agreement(center)).sum(),
        members,
    })
}

/// One anchor as the solver sees it.
struct Disc {
    at: Enu,
    sigma_m: f64,
    trust: f64,
}

impl Disc {
    /// How much of the anchor's trust agrees with a centre: all of it at the middle of the disc.
    fn agreement(&self, center: Enu) -> f64 {
        let score = (self.at.distance_m(center) / self.sigma_m).powi(2);
        self.trust * STUDENT_NU / (STUDENT_NU + score)
    }

    /// Weight of the disc in the reweighted mean.
    fn pull(&self, center: Enu) -> f64 {
        self.agreement(center) / self.sigma_m.powi(2)
    }
}

/// The discs of a group; the anchors of one box share its trust.
fn discs(anchors: &[Anchor], members: &[usize]) -> Vec<Disc> {
    members
        .iter()
        .map(|&i| {
            let anchor = &anchors[i];
            let n_twins = members.iter().filter(|&&j| anchors[j].device == anchor.device).count();
            #[expect(clippy::cast_precision_loss, reason = "at most ANCHORS_MAX")]
            let trust = anchor.trust / n_twins as f64;
            Disc { at: anchor.at, sigma_m: anchor_sigma_m(anchor), trust }
        })
        .collect()
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
        own = (weight * disc.sigma_m).mul_add(disc.sigma_m, own);
        ee = (weight * de).mul_add(de, ee);
        en = (weight * de).mul_add(dn, en);
        nn = (weight * dn).mul_add(dn, nn);
    }
    let looks = (total * total / square).clamp(1.0, LOOKS_MAX);
    let scale = 1.0 / (total * looks);
    Covariance { ee_m2: (ee + own) * scale, en_m2: en * scale, nn_m2: (nn + own) * scale }
}

#[cfg(test)]
#[path = "solve_tests.rs"]
mod tests;
