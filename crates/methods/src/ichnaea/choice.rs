//! Answers and the choice between them.

use crate::plane::distance_m;
use cairn_ground::LatLng;

/// One answer of one source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Answered {
    /// Where.
    pub(super) place: LatLng,
    /// The radius claimed, m.
    pub(super) radius_m: f64,
    /// How much stands behind it.
    pub(super) score: f64,
}

/// The tightest answer of the group of agreeing answers with the highest total score.
pub(super) fn best(answers: &[Answered]) -> Option<Answered> {
    let group = |one: &Answered| -> Vec<Answered> {
        answers.iter().filter(|other| agree(one, other)).copied().collect()
    };
    let total = |group: &[Answered]| -> f64 { group.iter().map(|answer| answer.score).sum() };
    let groups = answers.iter().map(group);
    let best = groups.max_by(|a, b| total(a).total_cmp(&total(b)))?;
    best.into_iter().min_by(|a, b| a.radius_m.total_cmp(&b.radius_m))
}

fn agree(a: &Answered, b: &Answered) -> bool {
    distance_m(a.place, b.place) <= 1.5 * a.radius_m.max(b.radius_m)
}

/// The 95th percentile of distances from a place, by linear interpolation; 0 of none.
pub(super) fn p95_m(from: LatLng, places: impl Iterator<Item = LatLng>) -> f64 {
    let mut distances_m: Vec<f64> = places.map(|place| distance_m(from, place)).collect();
    distances_m.sort_by(f64::total_cmp);
    crate::scores::quantile(&distances_m, 0.95).unwrap_or(0.0)
}
