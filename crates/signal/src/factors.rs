//! From held-out answers to factors: quantiles of error over σ, no lower than enough voices show.

use crate::robust::quantile;
use crate::sample::{Sample, n_effective, weights};
use cairn_ground::Confidence;

/// Factors on σ at the levels of [`Confidence::ALL`].
pub(crate) type Factors = [f64; 4];

/// Factors used where there is no evidence at all.
/// Source: measured on the first maps of the demo town and two outdoor sets, docs/measured/accuracy.md.
const PRIOR: Factors = [1.2, 1.7, 3.2, 4.8];
/// The same for cells, whose discs are honest about their size already. Source: as [`PRIOR`].
const PRIOR_CELL: Factors = [0.9, 1.4, 2.2, 2.8];
/// Independent witnesses' worth of what samples are blended with. Source: measured, docs/measured/accuracy.md:
/// with 1 to 4 the outdoor sets differ by less than a point, with 8 ottawa's R95 holds 98.9 %.
const POOL_VOICES: f64 = 2.0;
/// Least share of the prior that a pool's own factors are. Source: the least that the demo town's Wi-Fi needs is 0.18.
const LEAST_OF_PRIOR: f64 = 0.15;
/// Least share of its pool's factors that a class's own are. Source: measured, docs/measured/accuracy.md: with 0.5
/// forty phones that lie still at home leave 64 % of a town's two-box answers inside R95, with 0.7 77 %; the sets are
/// no worse.
const LEAST_OF_POOL: f64 = 0.7;
/// Voices' worth of doubt at the levels where the sample cannot reach (see [`level`]).
/// Source: measured, docs/measured/accuracy.md.
const DOUBT_VOICES: f64 = 1.0;
/// Share of a fix's claimed σ that excuses an answer: phones claim a little more than they err.
/// Source: measured, the demo town and the outdoor sets, docs/measured/accuracy.md.
const EXCUSED: f64 = 0.95;

/// The factors of an unmeasured class.
pub(crate) const fn prior(cell: bool) -> &'static Factors {
    if cell { &PRIOR_CELL } else { &PRIOR }
}

/// The factors of all classes that borrow from each other, of σ already scaled.
pub(crate) fn of_pool(samples: &[&Sample], cell: bool) -> Factors {
    blend(samples, prior(cell), LEAST_OF_PRIOR)
}

/// The factors of a class in that pool.
pub(crate) fn of_class(samples: &[&Sample], pool: &Factors) -> Factors {
    blend(samples, pool, LEAST_OF_POOL)
}

/// Geometric mean of what samples say, at least `least` of the base, and the base, by how many independent
/// witnesses they are; rising.
fn blend(samples: &[&Sample], base: &Factors, least: f64) -> Factors {
    let n = n_effective(samples);
    let Some(own) = quantiles(samples, n) else { return *base };
    let share = n / (n + POOL_VOICES);
    let mut blended = [0.0; 4];
    for level in 0..4 {
        let log = share * own[level].max(least * base[level]).ln();
        blended[level] = (1.0 - share).mul_add(base[level].ln(), log).exp();
        if level > 0 {
            blended[level] = blended[level].max(blended[level - 1]);
        }
    }
    blended
}

/// Quantiles of error over σ, each voice with about one voice's weight, of samples worth `n` witnesses.
fn quantiles(samples: &[&Sample], n: f64) -> Option<Factors> {
    if n <= 0.0 {
        return None;
    }
    let weights = weights(samples);
    let mut own = [0.0; 4];
    for (slot, confidence) in own.iter_mut().zip(Confidence::ALL) {
        let scores =
            samples.iter().zip(&weights).map(|(it, weight)| (score(it, confidence), *weight));
        let mut scores: Vec<(f64, f64)> = scores.collect();
        *slot = quantile(&mut scores, level(confidence.probability(), n))?;
    }
    Some(own)
}

/// Error over σ, less what the fix's own error explains at this level.
fn score(sample: &Sample, confidence: Confidence) -> f64 {
    own_error_m(sample, confidence) / sample.sigma_m.max(0.1)
}

/// The error of an answer less what the fix's own explains at this level, m: the radii of two circular normals add
/// in squares.
pub(crate) fn own_error_m(sample: &Sample, confidence: Confidence) -> f64 {
    let excused_m = EXCUSED * confidence.rayleigh() * sample.fix_sigma_m;
    let own_m2 = sample.error_m.mul_add(sample.error_m, -(excused_m * excused_m));
    own_m2.max(0.0).sqrt()
}

/// The level to read off a sample of few voices so that the next voice is covered at `probability`:
/// the conformal (n + 1)/n, kept off the sample's edge.
fn level(probability: f64, n: f64) -> f64 {
    let conformal = probability * (1.0 + 1.0 / n);
    let edge = (1.0 - probability).mul_add(-n / (n + DOUBT_VOICES), 1.0);
    conformal.min(edge)
}
