//! Other explanations of a scan: how likely they are beside the best one, and how much wider they make its radii.

use crate::anchors::anchor;
use crate::locate::Known;
use crate::physics::Physics;
use crate::solve::{Anchor, Hypothesis, Scratch, allowed_m, hypotheses};
use cairn_ground::{Confidence, Enu, LatLng, LocalFrame, Mobility, Radii};

/// Another explanation of the scan that may be right instead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rival {
    /// Probability that it is right, 0 to ½.
    pub share: f64,
    /// Distance from the answer, m.
    pub distance_m: f64,
}

impl Rival {
    /// An explanation with `support` beside one that has no less, `distance_m` away; `None` when it does not contest it.
    pub fn between(best: f64, support: f64, distance_m: f64) -> Option<Self> {
        let odds = odds(best, support)?;
        Some(Self { share: odds / (1.0 + odds), distance_m })
    }
}

/// The odds of an explanation with `support` against the best one, where it contests that; even at most.
fn odds(best: f64, support: f64) -> Option<f64> {
    let lacking = (best - support).max(0.0);
    (support >= RIVAL_SHARE * best).then(|| (-ODDS_PER_SUPPORT * lacking).exp())
}

/// Hypotheses with less than this share of the best one's support are not weighed.
/// Source: a third of the scan may be alien (trust study, attack table) before it contests the answer.
pub const RIVAL_SHARE: f64 = 0.5;

/// Natural logarithm of the odds that one more transmitter gives an explanation.
/// Source: e^−3.25, one known transmitter in 26 heard elsewhere than it was learned; three boxes then
/// leave two that contradict them less than 5 %, as the contract has it (conformance, two clusters).
/// Measured: docs/measured/accuracy.md.
const ODDS_PER_SUPPORT: f64 = 3.25;

/// Times its reach that a cell is heard at most, as is said of it; it was learned where few walked.
/// Source: choice, docs/measured/accuracy.md: reach of the Ottawa cells falls short by as much.
const CELL_REACH_TIMES: f64 = 2.0;

/// Cells that tip a balance between boxes. Source: choice; cells of one mast are one word.
const CELLS_IN_FAVOR_MAX: usize = 2;

/// Where an explanation puts the phone, and its support.
pub(crate) const fn spoken_for(one: &Hypothesis) -> (Enu, f64) {
    (one.at, one.support)
}

/// The explanations that contest the best one: the odds of each fall by [`ODDS_PER_SUPPORT`] for each
/// unit of support it lacks; together they share what the best leaves.
pub(crate) fn contested(best: &Hypothesis, others: impl Iterator<Item = (Enu, f64)>) -> Vec<Rival> {
    let odds_of =
        |(at, support): (Enu, f64)| Some((odds(best.support, support)?, at.distance_m(best.at)));
    let odds: Vec<(f64, f64)> = others.filter_map(odds_of).collect();
    let total: f64 = 1.0 + odds.iter().map(|(odds, _)| odds).sum::<f64>();
    odds.into_iter().map(|(odds, distance_m)| Rival { share: odds / total, distance_m }).collect()
}

/// Radii of an answer that `rivals` contest: as wide as a rival is far where the chance that it, or a farther one, is
/// right exceeds what the level leaves open.
///
/// `left` is what distances left of its `own` radii when they moved it by `moved_m`: what they say of it they do not say
/// of its rivals, which stay as likely, as far off and as unsure as they were.
pub fn widened(left: &Radii, own: &Radii, rivals: &[Rival], moved_m: f64) -> Radii {
    let mut rivals = rivals.to_vec();
    rivals.sort_by(|a, b| b.distance_m.total_cmp(&a.distance_m));
    Radii::rising(Confidence::ALL.map(|level| {
        let (mut open, mut radius_m) = (0.0, left.at_m(level));
        for rival in &rivals {
            open += rival.share;
            if open > 1.0 - level.probability() {
                radius_m = radius_m.max(moved_m + rival.distance_m + own.at_m(level));
                break;
            }
        }
        radius_m
    }))
}

/// How many boxes among `known` can be heard within `within_m` of a place, and how many cannot.
pub fn boxes_heard_at(known: &[Known], place: LatLng, within_m: f64) -> (usize, usize) {
    let frame = LocalFrame::at(place);
    let near = known.iter().filter(|k| k.mobility != Mobility::Moving && !k.kind.is_cell());
    let mut boxes: Vec<(u64, bool)> = near
        .map(|k| {
            let anchor = anchor(&frame, k, k.last_day);
            let is_heard = anchor.at.distance_m(Enu::ZERO) <= allowed_m(&anchor) + within_m;
            (k.device, !is_heard)
        })
        .collect();
    // A box is heard when any of its networks is.
    boxes.sort_unstable();
    boxes.dedup_by_key(|one| one.0);
    let n_heard = boxes.iter().filter(|(_, is_far)| !is_far).count();
    (n_heard, boxes.len() - n_heard)
}

/// Cells whose reach covers a place: they can tip the balance between hypotheses.
pub(crate) fn cells_in_favor(cells: &[Anchor], at: Enu) -> f64 {
    let covers = |cell: &&Anchor| cell.at.distance_m(at) <= CELL_REACH_TIMES * cell.reach_m;
    cells.iter().filter(covers).take(CELLS_IN_FAVOR_MAX).map(|_| 1.0).sum()
}

/// Where the cells put the phone, and their support, when none of them can be heard at `at`: boxes are carried to
/// another town, masts are not.
pub(crate) fn cells_elsewhere(cells: &[Anchor], at: Enu) -> Option<(Enu, f64)> {
    let can_be_heard = |cell: &Anchor| {
        let within_m = (CELL_REACH_TIMES * cell.reach_m).max(Physics::of(cell.kind).disc_max_m);
        cell.at.distance_m(at) <= cell.covariance.sigma_m().mul_add(2.0, within_m)
    };
    if cells.is_empty() || cells.iter().any(can_be_heard) {
        return None;
    }
    hypotheses(cells, &mut Scratch::default()).first().map(spoken_for)
}

#[cfg(test)]
#[path = "rival_tests.rs"]
mod tests;
