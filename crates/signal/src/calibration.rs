//! Radii that keep their promise: what an uncertainty is worth, measured on held-out evidence.
//!
//! A solver's σ is too small by a factor nobody can derive (shared shadowing, street-side bias, lying
//! fixes). So it is measured: evidence is located with everything its own contributor-day taught left
//! out, and the factor is the quantile of error over σ, per kind of answer.

pub use crate::class::Class;
use crate::robust::{n_distinct, quantile};
use crate::scale::Scale;
use cairn_ground::{Confidence, Radii};

/// One held-out answer compared with the fix it should have found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// What kind of answer it was.
    pub class: Class,
    /// Distance from the answer to the fix, m.
    pub error_m: f64,
    /// The solver's σ, m.
    pub sigma_m: f64,
    /// The mean of its powers less those expected, dB.
    pub residual_db: f64,
    /// The fix's own σ per axis, m, when the phone stated one (0 otherwise: nothing is excused).
    pub fix_sigma_m: f64,
    /// Whose evidence it is.
    pub voice: u64,
}

/// The factors of one class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Samples behind the factors.
    pub n_samples: u32,
    /// Radius over σ at 50, 68, 90 and 95 %.
    pub multipliers: [f64; 4],
}

/// The factors of all classes, on a σ that is scaled by what a scan looks like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// How σ is scaled first.
    pub scale: Scale,
    /// In the order of [`Class::ALL`].
    pub rows: [Row; Class::ALL.len()],
}

/// The number of the row that holds a scale's coefficients. Source: choice, beyond all classes.
const SCALE_ROW: u8 = 128;
/// Factors used where there is no evidence at all.
/// Source: measured on the first maps of the demo town and two outdoor sets, docs/measured/accuracy.md.
const PRIOR: [f64; 4] = [1.2, 1.7, 3.2, 4.8];
/// The same for cells, whose discs are honest about their size already. Source: as [`PRIOR`].
const PRIOR_CELL: [f64; 4] = [0.9, 1.4, 2.2, 2.8];
/// Samples' worth of the pooled factors in a class's own. Source: the standard error of a 95 % quantile
/// falls below a fifth of its value at about this many samples.
const POOL_SAMPLES: f64 = 30.0;
/// Voices' worth of doubt at the levels where the sample cannot reach (see [`level`]).
/// Source: measured, docs/measured/accuracy.md.
const DOUBT_VOICES: f64 = 1.0;
/// Least radius promised at any level, m. Source: the finest truth any evidence states (a survey's metre)
/// and the phone's own size of step.
pub const RADIUS_MIN_M: f64 = 1.0;

impl Default for Calibration {
    fn default() -> Self {
        let rows =
            Class::ALL.map(|class| Row { n_samples: 0, multipliers: *prior(class.is_cell()) });
        Self { scale: Scale::NONE, rows }
    }
}

impl Calibration {
    /// Measures the scale and the factors.
    ///
    /// # Source
    /// Split conformal prediction with groups: Dunn, Wasserman, Ramdas, *Distribution-free prediction
    /// sets for two-layer hierarchical models*, JASA 118 (2023): the contributor-day is the group, its
    /// samples share one group's weight.
    pub fn fit(samples: &[Sample]) -> Self {
        let scale = Scale::fit(samples, &voice_weights(samples.iter()));
        let scaled = |sample: &Sample| {
            let sigma_m = scale.sigma_m(sample.class, sample.sigma_m, sample.residual_db);
            Sample { sigma_m, ..*sample }
        };
        let samples: Vec<Sample> = samples.iter().map(scaled).collect();
        let pool = |cell: bool| {
            let of: Vec<_> = samples.iter().filter(|s| s.class.is_cell() == cell).collect();
            blend(factors(&of), of.len(), prior(cell))
        };
        let (near, cells) = (pool(false), pool(true));
        let rows = Class::ALL.map(|class| {
            let of: Vec<_> = samples.iter().filter(|s| s.class == class).collect();
            let base = if class.is_cell() { &cells } else { &near };
            Row {
                n_samples: u32::try_from(of.len()).unwrap_or(u32::MAX),
                multipliers: blend(factors(&of), of.len(), base),
            }
        });
        Self { scale, rows }
    }

    /// As numbered rows, to be kept: the classes', and last the scale's, whose coefficients stand in place of
    /// factors.
    pub fn to_rows(&self) -> Vec<(u8, Row)> {
        let [constant, sigma, residual] = self.scale.coefficients;
        let scale = Row { n_samples: 0, multipliers: [constant, sigma, residual, 0.0] };
        let classes = Class::ALL.iter().zip(self.rows).map(|(class, row)| (*class as u8, row));
        classes.chain([(SCALE_ROW, scale)]).collect()
    }

    /// From rows that were kept; what they do not name is as without evidence.
    pub fn from_rows(rows: impl Iterator<Item = (u8, Row)>) -> Self {
        let mut calibration = Self::default();
        for (number, row) in rows {
            if number == SCALE_ROW {
                let [constant, sigma, residual, _] = row.multipliers;
                calibration.scale = Scale { coefficients: [constant, sigma, residual] };
            } else if let Some(class) = Class::from_number(number) {
                calibration.rows[class as usize] = row;
            }
        }
        calibration
    }

    /// The radii of an answer.
    pub fn radii(&self, class: Class, sigma_m: f64, residual_db: f64) -> Radii {
        let sigma_m = self.scale.sigma_m(class, sigma_m, residual_db);
        let row = &self.rows[class as usize];
        Radii::rising(row.multipliers.map(|factor| (factor * sigma_m).max(RADIUS_MIN_M)))
    }
}

/// The factors of an unmeasured class.
const fn prior(cell: bool) -> &'static [f64; 4] {
    if cell { &PRIOR_CELL } else { &PRIOR }
}

/// Geometric mean of a sample's factors and a base, by sample size; rising.
fn blend(own: Option<[f64; 4]>, n: usize, base: &[f64; 4]) -> [f64; 4] {
    let Some(own) = own else { return *base };
    #[expect(clippy::cast_precision_loss, reason = "a few thousand samples")]
    let n = n as f64;
    let share = n / (n + POOL_SAMPLES);
    let mut blended = [0.0; 4];
    for level in 0..4 {
        let log = share * own[level].max(0.05).ln();
        blended[level] = (1.0 - share).mul_add(base[level].ln(), log).exp();
        if level > 0 {
            blended[level] = blended[level].max(blended[level - 1]);
        }
    }
    blended
}

/// Quantiles of error over σ, each voice with one voice's weight.
fn factors(samples: &[&Sample]) -> Option<[f64; 4]> {
    let weights = voice_weights(samples.iter().copied());
    let total: f64 = weights.iter().sum();
    let square: f64 = weights.iter().map(|w| w * w).sum();
    if total <= 0.0 {
        return None;
    }
    let n_voices = n_voices(samples).min(total * total / square);
    let mut own = [0.0; 4];
    for (slot, confidence) in own.iter_mut().zip(Confidence::ALL) {
        let mut scores: Vec<(f64, f64)> = samples
            .iter()
            .zip(&weights)
            .map(|(sample, weight)| (score(sample, confidence), *weight))
            .collect();
        *slot = quantile(&mut scores, level(confidence.probability(), n_voices))?;
    }
    Some(own)
}

/// Share of a fix's claimed σ that excuses an answer: phones claim a little more than they err.
/// Source: measured, the demo town and the outdoor sets, docs/measured/accuracy.md.
const EXCUSED: f64 = 0.95;

/// Error over σ, less what the fix's own error explains at this level: the radii of two circular
/// normals add in squares.
fn score(sample: &Sample, confidence: Confidence) -> f64 {
    let excused_m = EXCUSED * confidence.rayleigh() * sample.fix_sigma_m;
    let own_m2 = sample.error_m.mul_add(sample.error_m, -(excused_m * excused_m));
    own_m2.max(0.0).sqrt() / sample.sigma_m.max(0.1)
}

/// The level to read off a sample of few voices so that the next voice is covered at `probability`:
/// the conformal (n + 1)/n, kept off the sample's edge.
fn level(probability: f64, n_voices: f64) -> f64 {
    let conformal = probability * (1.0 + 1.0 / n_voices);
    let edge = (1.0 - probability).mul_add(-n_voices / (n_voices + DOUBT_VOICES), 1.0);
    conformal.min(edge)
}

/// Weights such that a voice with many samples weighs little more than one with few.
///
/// The fourth root keeps most of the precision of long walks. Source: measured on leave-one-group-out
/// folds of two outdoor sets, 95.5 and 95.4 % inside R95; docs/measured/accuracy.md.
fn voice_weights<'a>(samples: impl Iterator<Item = &'a Sample> + Clone) -> Vec<f64> {
    let mut voices: Vec<u64> = samples.clone().map(|s| s.voice).collect();
    voices.sort_unstable();
    samples
        .map(|s| {
            let from = voices.partition_point(|v| *v < s.voice);
            let to = voices.partition_point(|v| *v <= s.voice);
            #[expect(clippy::cast_precision_loss, reason = "a few thousand samples")]
            let n = (to - from) as f64;
            n.sqrt().sqrt().recip()
        })
        .collect()
}

/// Voices behind the samples.
fn n_voices(samples: &[&Sample]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a few hundred voices")]
    let n = n_distinct(samples.iter().map(|sample| sample.voice)) as f64;
    n
}

#[cfg(test)]
#[path = "calibration_tests.rs"]
mod tests;
