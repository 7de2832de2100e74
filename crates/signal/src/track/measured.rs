//! What each scan of a track measured, and how wide its error is taken: wider than promised, and wider still where
//! neighbouring scans err alike.

use super::ways::Way;
use super::{Moment, Sight, seconds};
use crate::robust;
use cairn_ground::{Confidence, Enu};
use std::ops::RangeInclusive;

/// How the errors of single scans are taken.
#[derive(Debug, Clone, Copy)]
struct Errors {
    /// How much wider than promised.
    wider: f64,
    /// For how long alike, s.
    alike_s: f64,
    /// Power of how much wider a scan promises than the track's usual one does, by which it is taken for wider
    /// still: errors of the worst scans, where nobody taught, all point to where somebody did, and no number of
    /// them averages that away.
    unusual: f64,
}

/// Where steps tell the way. Source: measured on folds of indoor-ms, flat between (1, 6 s) and (4, 25 s), and
/// between 1 and 2: docs/measured/accuracy.md.
const WITH_STEPS: Errors = Errors { wider: 1.5, alike_s: 12.0, unusual: 1.0 };
/// Where they do not: what is smoothed away then is the way itself. Source: measured as [`WITH_STEPS`].
const WITHOUT_STEPS: Errors = Errors { wider: 0.7, alike_s: 6.0, unusual: 0.0 };
/// How far from usual a promise may be for that to count. Source: choice: a street among rooms, a room among streets.
const UNUSUAL: RangeInclusive<f64> = 0.25..=4.0;
/// Least width of a scan's place, σ in m. Source: a phone's own size of step, below which no radius is promised.
const SIGMA_MIN_M: f64 = 0.5;
/// Time between two scans that counts at least, s. Source: a phone's quickest scans are 0.3 s apart.
const BETWEEN_MIN_S: f64 = 0.3;

/// A place that was measured, in a plane.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured {
    pub(super) place: Enu,
    /// Standard deviation of each axis that the scan promises, m.
    pub(super) own_m: f64,
    /// Of each axis; wider where neighbours err alike.
    pub(super) variance_m2: f64,
    /// The share of a scan that errs alike with none, which is what its neighbours leave it.
    pub(super) share: f64,
}

/// What each instant measured, with the width that its neighbours leave it.
pub(super) fn measured(
    settled_ms: Option<i64>,
    moments: &[Moment],
    places: &[Option<Enu>],
    ways: &[Way],
) -> Vec<Option<Measured>> {
    let mut before_ms = settled_ms;
    let usual_m = usual_m(moments);
    moments
        .iter()
        .zip(places)
        .zip(ways)
        .map(|((moment, place), way)| {
            let sight = moment.sight.as_ref()?;
            let from_ms = before_ms.replace(moment.at_ms);
            let span_ms = from_ms.map_or(i64::MAX, |from_ms| moment.at_ms - from_ms);
            let errors = if way.is_walked { WITH_STEPS } else { WITHOUT_STEPS };
            let together = (errors.alike_s / seconds(span_ms).max(BETWEEN_MIN_S)).max(1.0);
            let own_m = own_m(sight);
            let unusual = (own_m / usual_m).clamp(*UNUSUAL.start(), *UNUSUAL.end());
            let sigma_m = errors.wider * own_m * unusual.powf(errors.unusual);
            let variance_m2 = sigma_m * sigma_m * together;
            Some(Measured { place: (*place)?, own_m, variance_m2, share: together.recip() })
        })
        .collect()
}

/// Standard deviation per axis that a scan promises, m.
fn own_m(sight: &Sight) -> f64 {
    (sight.radii.at_m(Confidence::P68) / Confidence::P68.rayleigh()).max(SIGMA_MIN_M)
}

/// The median of what the scans promise, m.
fn usual_m(moments: &[Moment]) -> f64 {
    let sights = moments.iter().filter_map(|moment| moment.sight.as_ref());
    let mut own: Vec<_> = sights.map(|sight| (own_m(sight), 1.0)).collect();
    robust::quantile(&mut own, 0.5).unwrap_or(SIGMA_MIN_M)
}
