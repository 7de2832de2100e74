//! Forward and back over a track: where somebody was at each instant, by all that was heard.

use super::belief::{Belief, Leap, MANNERS, Manner};
use super::strays::strays;
use super::stride::Path;
use super::{Moment, Sight, seconds};
use crate::robust;
use cairn_ground::{Confidence, Enu};
use std::ops::RangeInclusive;

/// Degrees of freedom of the errors of places: fewer give outliers less weight. Source: measured on folds of
/// indoor-ms, flat between 1 and 8.
const FREEDOM: f64 = 4.0;
/// Times the weights are found anew from what all together say. Source: measured as [`FREEDOM`]; 6 change nothing.
const ROUNDS: usize = 3;
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

/// Where steps tell the way. Source: measured as [`FREEDOM`], flat between (1, 6 s) and (4, 25 s), and between 1 and
/// 2: docs/measured/accuracy.md.
const WITH_STEPS: Errors = Errors { wider: 1.5, alike_s: 12.0, unusual: 1.0 };
/// Where they do not: what is smoothed away then is the way itself. Source: measured as [`FREEDOM`].
const WITHOUT_STEPS: Errors = Errors { wider: 0.7, alike_s: 6.0, unusual: 0.0 };
/// How far from usual a promise may be for that to count. Source: choice: a street among rooms, a room among streets.
const UNUSUAL: RangeInclusive<f64> = 0.25..=4.0;
/// Least width of a scan's place, σ in m. Source: a phone's own size of step, below which no radius is promised.
const SIGMA_MIN_M: f64 = 0.5;
/// Time between two scans that counts at least, s. Source: a phone's quickest scans are 0.3 s apart.
const BETWEEN_MIN_S: f64 = 0.3;
/// How much likelier another manner must make a track than the one before it in the list, as a logarithm.
/// Source: twice the logarithm of 20 to 1, the usual bound of strong evidence (Kass, Raftery, *Bayes factors*, 1995).
const ANOTHER_MANNER: f64 = 6.0;

/// What is known before the first instant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start {
    pub(super) at_ms: i64,
    pub(super) belief: Belief,
}

/// A place that was measured, in a plane.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured {
    pub(super) place: Enu,
    /// Standard deviation of each axis that the scan promises, m.
    pub(super) own_m: f64,
    /// Of each axis; wider where neighbours err alike.
    variance_m2: f64,
}

/// One way forward over all instants.
struct Pass {
    leaps: Vec<Leap>,
    predicted: Vec<Belief>,
    updated: Vec<Belief>,
    log_likelihood: f64,
}

/// A track that was explained.
#[derive(Debug, Clone)]
pub(super) struct Smoothed {
    /// By all instants, one for each.
    pub(super) beliefs: Vec<Belief>,
    /// By the instants up to each, one for each.
    pub(super) forward: Vec<Belief>,
}

/// Explains the instants of a track, in time order, of which at least one has a place or a start is known.
pub(super) fn smooth(
    start: Option<&Start>,
    moments: &[Moment],
    places: &[Option<Enu>],
    path: &Path,
) -> Option<Smoothed> {
    let settled_ms = start.map(|start| start.at_ms);
    let measured = measured(settled_ms, moments, places, path);
    let believed = if start.is_some() { measured.clone() } else { unstrayed(moments, &measured) };
    let first = believed.iter().flatten().next().map(|one| one.place);
    let from = |manner: &Manner| match start {
        Some(start) => Some(*start),
        None => {
            Some(Start { at_ms: moments.first()?.at_ms, belief: Belief::around(first?, manner) })
        }
    };
    let no_weights = None;
    let mut best: Option<(Manner, Pass)> = None;
    for manner in MANNERS {
        let pass = forward(&from(&manner)?, &manner, moments, &believed, path, no_weights);
        let bar = best.as_ref().map_or(f64::MIN, |(_, best)| best.log_likelihood + ANOTHER_MANNER);
        if pass.log_likelihood > bar {
            best = Some((manner, pass));
        }
    }
    let (manner, mut pass) = best?;
    let mut beliefs = backward(&pass);
    for _ in 1..ROUNDS {
        pass = forward(&from(&manner)?, &manner, moments, &measured, path, Some(&beliefs));
        beliefs = backward(&pass);
    }
    Some(Smoothed { beliefs, forward: pass.updated })
}

/// What was measured but for the strays: in a first round, when nothing is known yet, they would be believed.
fn unstrayed(moments: &[Moment], measured: &[Option<Measured>]) -> Vec<Option<Measured>> {
    let strays = strays(moments, measured);
    measured.iter().zip(strays).map(|(one, is_stray)| one.filter(|_| !is_stray)).collect()
}

/// What each instant measured, with the width that its neighbours leave it.
fn measured(
    settled_ms: Option<i64>,
    moments: &[Moment],
    places: &[Option<Enu>],
    path: &Path,
) -> Vec<Option<Measured>> {
    let mut before_ms = settled_ms;
    let usual_m = usual_m(moments);
    moments
        .iter()
        .zip(places)
        .map(|(moment, place)| {
            let sight = moment.sight.as_ref()?;
            let from_ms = before_ms.replace(moment.at_ms);
            let span_ms = from_ms.map_or(i64::MAX, |from_ms| moment.at_ms - from_ms);
            let unknown_ms =
                from_ms.map_or(0, |from_ms| path.between(from_ms, moment.at_ms).unknown_ms);
            let is_walked = path.is_known() && unknown_ms <= span_ms / 2;
            let errors = if is_walked { WITH_STEPS } else { WITHOUT_STEPS };
            let together = (errors.alike_s / seconds(span_ms).max(BETWEEN_MIN_S)).max(1.0);
            let own_m = own_m(sight);
            let unusual = (own_m / usual_m).clamp(*UNUSUAL.start(), *UNUSUAL.end());
            let sigma_m = errors.wider * own_m * unusual.powf(errors.unusual);
            let variance_m2 = sigma_m * sigma_m * together;
            Some(Measured { place: (*place)?, own_m, variance_m2 })
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

/// Kalman's filter with weights of Student's distribution: from what is predicted in a first round, from
/// what all together say in later ones.
///
/// # Source
/// Lange, Little, Taylor, *Robust statistical modeling using the t distribution*, JASA 84 (1989).
fn forward(
    start: &Start,
    manner: &Manner,
    moments: &[Moment],
    measured: &[Option<Measured>],
    path: &Path,
    told: Option<&Vec<Belief>>,
) -> Pass {
    let mut pass = Pass { leaps: vec![], predicted: vec![], updated: vec![], log_likelihood: 0.0 };
    let Start { mut at_ms, mut belief } = *start;
    for (index, (moment, measured)) in moments.iter().zip(measured).enumerate() {
        let walked = path.between(at_ms, moment.at_ms);
        let leap = Leap::of(&walked, seconds(moment.at_ms - at_ms), manner);
        let predicted = belief.after(&leap);
        belief = predicted;
        if let Some(Measured { place, variance_m2, .. }) = measured {
            let (squares, determinant) = predicted.surprise(*place, *variance_m2);
            pass.log_likelihood -= 0.5 * determinant.ln();
            pass.log_likelihood -= f64::midpoint(FREEDOM, 2.0) * (squares / FREEDOM).ln_1p();
            let off = match told {
                Some(told) => residual(&told[index], *place, *variance_m2),
                None => squares,
            };
            let weight = ((FREEDOM + 2.0) / (FREEDOM + off)).min(1.5);
            belief = predicted.with(*place, variance_m2 / weight);
        }
        at_ms = moment.at_ms;
        pass.leaps.push(leap);
        pass.predicted.push(predicted);
        pass.updated.push(belief);
    }
    pass
}

/// Expected squared distance of a place from what is believed, in its own σ.
fn residual(belief: &Belief, place: Enu, variance_m2: f64) -> f64 {
    let off_m = belief.place().distance_m(place);
    let own_m = belief.sigma_m();
    off_m.mul_add(off_m, 2.0 * own_m * own_m) / variance_m2
}

fn backward(pass: &Pass) -> Vec<Belief> {
    let mut beliefs = pass.updated.clone();
    for index in (0..beliefs.len().saturating_sub(1)).rev() {
        let (leap, predicted) = (&pass.leaps[index + 1], &pass.predicted[index + 1]);
        beliefs[index] = pass.updated[index].seen_from(leap, predicted, &beliefs[index + 1]);
    }
    beliefs
}
