//! Radii that keep their promise: what an uncertainty is worth, measured on held-out evidence.
//!
//! A solver's σ is too small by a factor nobody can derive (shared shadowing, street-side bias, lying
//! fixes). So it is measured: evidence is located with everything its own contributor-day taught left
//! out, and the factor is the quantile of error over σ, per kind of answer. Which answers that speaks of
//! ([`Domain`]) and how well it keeps (`coverage`) is measured with it.

pub use crate::class::Class;
use crate::coverage;
pub use crate::domain::Domain;
use crate::domain::SAMPLES_MIN;
use crate::factors::{of_class, of_pool, prior};
pub use crate::kept::Kept;
pub use crate::sample::Sample;
use crate::sample::{count, n_voices, weights};
use crate::scale::Scale;
use cairn_ground::Radii;
use std::cmp::Reverse;

/// The factors of one class, and what they are worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Samples behind the factors.
    pub n_samples: u32,
    /// Voices behind them; 0 where a snapshot does not say.
    pub n_voices: u32,
    /// Radius over σ at 50, 68, 90 and 95 %.
    pub multipliers: [f64; 4],
    /// Share of the samples inside the radii of 50, 68, 90 and 95 % that the other half of the voices gives them;
    /// `None` where a single voice speaks, or none.
    pub inside: Option<[f64; 4]>,
    /// The answers that the samples speak for; `None` where a snapshot does not say.
    pub domain: Option<Domain>,
}

/// The factors of all classes, on a σ that is scaled by what a scan looks like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// How σ is scaled first.
    pub scale: Scale,
    /// In the order of [`Class::ALL`].
    pub rows: [Row; Class::ALL.len()],
}

/// Least radius promised at any level, m. Source: the finest truth any evidence states (a survey's metre)
/// and the phone's own size of step.
pub const RADIUS_MIN_M: f64 = 1.0;
/// How much wider an answer outside of what was measured is. Source: measured, docs/measured/accuracy.md: so that R95
/// holds 93 to 100 % of such answers on three sets and in the demo town.
pub(crate) const EXTRAPOLATED: f64 = 1.5;

impl Default for Calibration {
    fn default() -> Self {
        Self { scale: Scale::NONE, rows: Class::ALL.map(Row::unmeasured) }
    }
}

impl Row {
    /// A class that nothing is known of.
    const fn unmeasured(class: Class) -> Self {
        let multipliers = *prior(class.is_cell());
        Self { n_samples: 0, n_voices: 0, multipliers, inside: None, domain: None }
    }

    /// True where enough was measured to speak of any answers.
    fn is_measured(&self) -> bool {
        self.domain.map_or(self.n_samples >= SAMPLES_MIN, |domain| !domain.is_empty())
    }

    /// A class' samples, of σ already scaled but for the domain's, with its pool's factors.
    fn of(samples: &[&Sample], raw: &[&Sample], pool: &[f64; 4]) -> Self {
        Self {
            n_samples: count(samples.len()),
            n_voices: n_voices(samples),
            multipliers: of_class(samples, pool),
            inside: None,
            domain: Some(Domain::of(raw)),
        }
    }
}

impl Calibration {
    /// Measures scale, factors and domains, and how many of the samples each half of the voices holds by what the
    /// other says.
    ///
    /// # Source
    /// Split conformal prediction with groups: Dunn, Wasserman, Ramdas, *Distribution-free prediction
    /// sets for two-layer hierarchical models*, JASA 118 (2023): the contributor-day is the group, its
    /// samples share one group's weight.
    pub fn fit(samples: &[Sample]) -> Self {
        let mut fitted = Self::measured(samples);
        let inside = coverage::inside(samples, Self::measured);
        for (row, inside) in fitted.rows.iter_mut().zip(inside) {
            row.inside = inside;
        }
        fitted
    }

    /// The same without a count of what it holds.
    fn measured(samples: &[Sample]) -> Self {
        let all: Vec<&Sample> = samples.iter().collect();
        let scale = Scale::fit(samples, &weights(&all));
        let scaled = |sample: &Sample| {
            let sigma_m = scale.sigma_m(sample.class, sample.sigma_m, sample.residual_db);
            Sample { sigma_m, ..*sample }
        };
        let scaled: Vec<Sample> = samples.iter().map(scaled).collect();
        let pool = |cell: bool| {
            let of: Vec<_> = scaled.iter().filter(|it| it.class.is_cell() == cell).collect();
            of_pool(&of, cell)
        };
        let (near, cells) = (pool(false), pool(true));
        let rows = Class::ALL.map(|class| {
            let raw: Vec<_> = samples.iter().filter(|it| it.class == class).collect();
            let of: Vec<_> = scaled.iter().filter(|it| it.class == class).collect();
            Row::of(&of, &raw, if class.is_cell() { &cells } else { &near })
        });
        Self { scale, rows }
    }

    /// The radii of an answer; one outside of what was measured has those of the nearest that was, or its own where they
    /// are greater, and half as much again.
    pub fn radii(&self, class: Class, sigma_m: f64, residual_db: f64) -> Radii {
        let row = &self.rows[class as usize];
        let mut wide_m = self.scale.sigma_m(class, sigma_m, residual_db);
        if self.is_extrapolated(class, sigma_m, residual_db) {
            let (sigma_m, residual_db) =
                row.domain.map_or((sigma_m, residual_db), |it| it.nearest(sigma_m, residual_db));
            wide_m = EXTRAPOLATED * wide_m.max(self.scale.sigma_m(class, sigma_m, residual_db));
        }
        Radii::rising(row.multipliers.map(|factor| (factor * wide_m).max(RADIUS_MIN_M)))
    }

    /// The median error expected of answers of a class, m: by the factors alone, as it promises nothing. One of which too
    /// little was measured errs as the next that was, by what boxes or cells add.
    pub(crate) fn expected_m(&self, class: Class, sigma_m: f64) -> f64 {
        let [median, ..] = self.next_measured(class).multipliers;
        (median * self.scale.sigma_m(class, sigma_m, 0.0)).max(RADIUS_MIN_M)
    }

    /// The row of a class, or of the measured one next to it, of two that of more samples; its own where none was.
    fn next_measured(&self, class: Class) -> &Row {
        let alike = class.alike().iter();
        let measured = alike.filter(|other| self.rows[**other as usize].is_measured());
        let next = measured.min_by_key(|other| {
            let apart = (**other as usize).abs_diff(class as usize);
            (apart, Reverse(self.rows[**other as usize].n_samples))
        });
        &self.rows[*next.unwrap_or(&class) as usize]
    }

    /// True of an answer outside of what was measured; where a snapshot does not say what was, of a class without samples.
    pub fn is_extrapolated(&self, class: Class, sigma_m: f64, residual_db: f64) -> bool {
        let row = &self.rows[class as usize];
        row.domain.map_or(row.n_samples == 0, |it| !it.contains(sigma_m, residual_db))
    }
}

#[cfg(test)]
#[path = "calibration_tests.rs"]
mod tests;
