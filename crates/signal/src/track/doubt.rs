//! Where the scans of a track contradict its steps, which are not believed there.
//!
//! Errors of steps are no noise: a list ends, a heading is stuck, turns with the phone or drifts, and a filter that
//! believes them is as sure of a wrong place as of a right one. Scans promise how far off they are, so that a track
//! that lies farther from them than they promise, and nearer without its steps, has wrong steps.

use super::belief::Belief;
use super::measured::Measured;
use super::smooth::Smoothed;
use super::{Moment, seconds};

/// Degrees of freedom of the errors of places: fewer give outliers less weight. Source: measured on folds of
/// indoor-ms, flat between 1 and 8.
pub(super) const FREEDOM: f64 = 4.0;
/// How much likelier a track without steps must make the scans around an instant than one with them, as a logarithm,
/// for the steps to be wrong. Source: the logarithm of 20 to 1, strong evidence (Kass, Raftery, *Bayes factors*, 1995).
const CONTRADICTED: f64 = 3.0;
/// How far both tracks must lie apart, as a share of the variance that scans promise: nearer than that, scans are
/// noisier than they say, and steps not wrong. Source: measured on walks of indoor-ms, scans placed by their nine
/// nearest: 0.5 gains most with steps as they are and with stuck and drifting headings, 1 less, 0.7 in between.
const APART: f64 = 0.5;
/// Time around a scan whose neighbours count, s. Source: 30 m on foot, a few times how far errors are alike.
const NEAR_S: f64 = 30.0;
/// Time beyond which they do not, ms. Source: three times [`NEAR_S`], a twentieth of the weight.
const NEAR_MS_MAX: i64 = 90_000;

/// How far one scan lies from the track that explains it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Misfit {
    /// Squared distance, in the σ per axis that the scan promises; 2 on average where promises hold.
    squares: f64,
    /// The σ per axis that it promises, m.
    own_m: f64,
    /// The share of a scan that errs alike with none.
    share: f64,
}

impl Misfit {
    /// That of a scan as sure as this one, so far off.
    fn at(self, off_m: f64) -> Self {
        let off = off_m / self.own_m;
        Self { squares: off * off, ..self }
    }
}

/// How far each scan lies from the track.
pub(super) fn misfits(measured: &[Option<Measured>], beliefs: &[Belief]) -> Vec<Option<Misfit>> {
    let misfit = |(one, belief): (&Option<Measured>, &Belief)| {
        let one = one.as_ref()?;
        let misfit = Misfit { squares: 0.0, own_m: one.own_m, share: one.share };
        Some(misfit.at(belief.place().distance_m(one.place)))
    };
    measured.iter().zip(beliefs).map(misfit).collect()
}

/// Student's share of the logarithm of how unlikely so many squared σ are.
pub(super) fn unlikely(squares: f64) -> f64 {
    f64::midpoint(FREEDOM, 2.0) * (squares / FREEDOM).ln_1p()
}

/// The weight of an error of so many squared σ.
///
/// # Source
/// Lange, Little, Taylor, *Robust statistical modeling using the t distribution*, JASA 84 (1989).
pub(super) fn weight(squares: f64) -> f64 {
    (FREEDOM + 2.0) / (FREEDOM + squares)
}

/// The variance of scans around each instant as it is, in that which they promise; of few outliers it knows little.
pub(super) fn excess(moments: &[Moment], misfits: &[Option<Misfit>]) -> Vec<f64> {
    let at = |moment: &Moment| {
        let (mut sum, mut weights) = (0.0, 0.0);
        for (near, _, misfit) in near(moment.at_ms, moments, misfits) {
            let weight = near * weight(misfit.squares);
            sum = weight.mul_add(misfit.squares / 2.0, sum);
            weights += weight;
        }
        if weights > 0.0 { sum / weights } else { 0.0 }
    };
    moments.iter().map(at).collect()
}

/// Where scans say that steps are wrong, which explain them so; without them, they are explained `freely`.
pub(super) fn contradicted(moments: &[Moment], steps: &Smoothed, freely: &Smoothed) -> Vec<bool> {
    let apart = excess(moments, &apart(steps, freely));
    let is_wrong = |(moment, apart): (&Moment, f64)| {
        apart > APART && evidence(moment.at_ms, moments, steps, freely) > CONTRADICTED
    };
    moments.iter().zip(apart).map(is_wrong).collect()
}

/// How far one track lies from another at each scan, as if that were where the scan is.
fn apart(one: &Smoothed, other: &Smoothed) -> Vec<Option<Misfit>> {
    let places = one.beliefs.iter().zip(&other.beliefs);
    let off_m = places.map(|(one, other)| one.place().distance_m(other.place()));
    one.misfits.iter().zip(off_m).map(|(misfit, off_m)| Some((*misfit)?.at(off_m))).collect()
}

/// How much likelier the scans around an instant are without steps, as a logarithm.
fn evidence(at_ms: i64, moments: &[Moment], steps: &Smoothed, freely: &Smoothed) -> f64 {
    near(at_ms, moments, &freely.misfits).fold(0.0, |sum, (near, index, free)| {
        let Some(by_steps) = &steps.misfits[index] else { return sum };
        let better = unlikely(by_steps.squares) - unlikely(free.squares);
        (near * free.share).mul_add(better, sum)
    })
}

/// The scans around an instant: how much each counts, its index and its misfit.
fn near<'a>(
    at_ms: i64,
    moments: &'a [Moment],
    misfits: &'a [Option<Misfit>],
) -> impl Iterator<Item = (f64, usize, &'a Misfit)> {
    let from = moments.partition_point(|moment| moment.at_ms < at_ms - NEAR_MS_MAX);
    let all = moments.iter().zip(misfits).enumerate().skip(from);
    all.take_while(move |(_, (moment, _))| moment.at_ms <= at_ms + NEAR_MS_MAX).filter_map(
        move |(index, (moment, misfit))| {
            let apart_s = seconds((moment.at_ms - at_ms).abs());
            Some(((-apart_s / NEAR_S).exp(), index, misfit.as_ref()?))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_scan_elsewhere_is_no_excess_and_many_are() {
        let moments: Vec<Moment> = (0..30)
            .map(|n| Moment { id: 0, at_ms: 2_000 * n, sight: None, pressure_hpa: None })
            .collect();
        let off = |off_m| Some(Misfit { squares: 0.0, own_m: 2.0, share: 1.0 }.at(off_m));
        let mut misfits = vec![off(8.0f64.sqrt()); 30];
        assert!(excess(&moments, &misfits).iter().all(|excess| (excess - 1.0).abs() < 1e-9));
        misfits[15] = off(1e6);
        assert!(excess(&moments, &misfits).iter().all(|excess| *excess < 1.3));
        misfits.fill(off(8.0));
        assert!(excess(&moments, &misfits).iter().all(|excess| (excess - 8.0).abs() < 1e-9));
    }
}
