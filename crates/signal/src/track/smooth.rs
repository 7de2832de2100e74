//! Forward and back over a track: where somebody was at each instant, by all that was heard.

use super::Moment;
use super::belief::{Belief, Leap, MANNERS, Manner};
use super::doubt::{Misfit, contradicted, excess, misfits, unlikely, weight};
use super::measured::{Measured, measured};
use super::strays::strays;
use super::stride::Path;
use super::ways::{Way, ways};
use cairn_ground::Enu;

/// Times the weights are found anew from what all together say. Source: measured on folds of indoor-ms; 6 change
/// nothing.
const ROUNDS: usize = 3;
/// How much likelier another manner must make a track than the one before it in the list, as a logarithm.
/// Source: twice the logarithm of 20 to 1, the usual bound of strong evidence (Kass, Raftery, *Bayes factors*, 1995).
const ANOTHER_MANNER: f64 = 6.0;

/// What is known before the first instant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start {
    pub(super) at_ms: i64,
    pub(super) belief: Belief,
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
    /// How far each scan lies from it.
    pub(super) misfits: Vec<Option<Misfit>>,
    /// Where its own steps tell how somebody came there.
    pub(super) is_walked: Vec<bool>,
}

/// The instants of a track, in time order, of which at least one has a place or a start is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heard<'a> {
    pub(super) start: Option<&'a Start>,
    pub(super) moments: &'a [Moment],
    /// Of each, where it says by itself.
    pub(super) places: &'a [Option<Enu>],
    pub(super) path: &'a Path,
}

/// Explains a track, by its steps so far as its scans do not contradict them.
pub(super) fn smooth(heard: &Heard<'_>) -> Option<Smoothed> {
    let n = heard.moments.len();
    let steps = explained(heard, &vec![false; n])?;
    if !steps.is_doubtful(heard.moments) {
        return Some(steps);
    }
    let freely = explained(heard, &vec![true; n])?;
    explained(heard, &contradicted(heard.moments, &steps, &freely))
}

impl Smoothed {
    /// True where the scans around steps lie farther from the track than they promise.
    fn is_doubtful(&self, moments: &[Moment]) -> bool {
        let excess = excess(moments, &self.misfits);
        excess.iter().zip(&self.is_walked).any(|(excess, is_walked)| *is_walked && *excess > 1.0)
    }
}

/// Explains a track by its steps but those on ways that are doubted, in the manner that does it best.
fn explained(heard: &Heard<'_>, doubted: &[bool]) -> Option<Smoothed> {
    let Heard { start, moments, places, path } = *heard;
    let settled_ms = start.map(|start| start.at_ms);
    let ways = ways(settled_ms, moments, path, doubted);
    let measured = measured(settled_ms, moments, places, &ways);
    let believed = if start.is_some() { measured.clone() } else { unstrayed(moments, &measured) };
    let first = believed.iter().flatten().next().map(|one| one.place);
    let from = |manner: &Manner| match start {
        Some(start) => Some(start.belief),
        None => Some(Belief::around(first?, manner)),
    };
    let (manner, mut pass) = likeliest(from, &ways, &believed)?;
    let mut beliefs = backward(&pass);
    for _ in 1..ROUNDS {
        pass = forward(&from(&manner)?, &manner, &ways, &measured, Some(&beliefs));
        beliefs = backward(&pass);
    }
    Some(Smoothed {
        misfits: misfits(&measured, &beliefs),
        is_walked: ways.iter().map(|way| way.is_walked).collect(),
        beliefs,
        forward: pass.updated,
    })
}

/// The manner that explains best what is believed, and how.
fn likeliest(
    from: impl Fn(&Manner) -> Option<Belief>,
    ways: &[Way],
    believed: &[Option<Measured>],
) -> Option<(Manner, Pass)> {
    let no_weights = None;
    let mut best: Option<(Manner, Pass)> = None;
    for manner in MANNERS {
        let pass = forward(&from(&manner)?, &manner, ways, believed, no_weights);
        let bar = best.as_ref().map_or(f64::MIN, |(_, best)| best.log_likelihood + ANOTHER_MANNER);
        if pass.log_likelihood > bar {
            best = Some((manner, pass));
        }
    }
    best
}

/// What was measured but for the strays: in a first round, when nothing is known yet, they would be believed.
fn unstrayed(moments: &[Moment], measured: &[Option<Measured>]) -> Vec<Option<Measured>> {
    let strays = strays(moments, measured);
    measured.iter().zip(strays).map(|(one, is_stray)| one.filter(|_| !is_stray)).collect()
}

/// Kalman's filter with weights of Student's distribution: from what is predicted in a first round, from
/// what all together say in later ones.
///
/// # Source
/// Lange, Little, Taylor, *Robust statistical modeling using the t distribution*, JASA 84 (1989).
fn forward(
    start: &Belief,
    manner: &Manner,
    ways: &[Way],
    measured: &[Option<Measured>],
    told: Option<&Vec<Belief>>,
) -> Pass {
    let mut pass = Pass { leaps: vec![], predicted: vec![], updated: vec![], log_likelihood: 0.0 };
    let mut belief = *start;
    for (index, (way, measured)) in ways.iter().zip(measured).enumerate() {
        let leap = Leap::of(&way.walked, way.span_s, manner);
        let predicted = belief.after(&leap);
        belief = predicted;
        if let Some(Measured { place, variance_m2, .. }) = measured {
            let (squares, determinant) = predicted.surprise(*place, *variance_m2);
            pass.log_likelihood -= 0.5 * determinant.ln();
            pass.log_likelihood -= unlikely(squares);
            let off = match told {
                Some(told) => residual(&told[index], *place, *variance_m2),
                None => squares,
            };
            belief = predicted.with(*place, variance_m2 / weight(off).min(1.5));
        }
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
