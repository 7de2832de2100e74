//! How far a model is off: a scale from what a scan looks like, and factors measured on left-out voices.

use super::domain::{Domain, Look};
use crate::calibration::EXTRAPOLATED;
use crate::ridge::ridge;
use crate::robust::{n_distinct, quantile};
use cairn_ground::{Confidence, Radii};

/// Numbers that tell how hard a scan is. Source: those of [`Signs::of`].
pub(super) const SIGNS: usize = 8;

/// What a scan and its evaluation look like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Signs([f64; SIGNS]);

/// What the prints make of a scan, beside the net.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Doubt {
    /// Between the net's place and theirs, m.
    pub(super) apart_m: f64,
    /// How far apart they lie, m.
    pub(super) spread_m: f64,
    /// How unlike the scan the nearest sounds.
    pub(super) distance: f64,
}

/// A left-out scan: how it looked, how far off its answer was, whose it was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Trial {
    pub(super) signs: Signs,
    pub(super) look: Look,
    pub(super) error_m: f64,
    pub(super) voice: u64,
}

/// The learned promise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Promise {
    /// Logarithm of the scale, in metres: these times the signs.
    coefficients: [f32; SIGNS],
    /// Radius over scale at 50, 68, 90 and 95 %.
    factors: [f32; 4],
    /// The scans that all this was measured on.
    domain: Domain,
}

/// Without trials: a scale of 8 m and the factors of a Rayleigh law, twice as wide.
/// Source: indoor fingerprints err by 5 to 10 m (evaluation study §1.1).
const UNTRIED: Promise = Promise {
    coefficients: [2.08, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    factors: [1.2, 2.0, 4.0, 5.0],
    domain: Domain::ALL,
};
/// Least trials a promise is learned from. Source: the 95 % share of 60 has a standard error of 3 %.
const TRIALS_MIN: usize = 60;
/// Pull of the coefficients towards 0, in trials. Source: choice, a hundredth of a large venue.
const RIDGE: f64 = 20.0;
/// Least error in the logarithm, m. Source: a survey's metre (evaluation data, indoor-ms).
const ERROR_MIN_M: f64 = 0.5;
/// Over what was measured on voices left out: who asks walks where those who taught did not.
/// Source: measured on the two malls, docs/measured/venues.md.
const WHOLE_SHARE: f64 = 1.13;
/// Widening by few voices: the factors grow by this over the number of voices. What a handful of walks
/// left out says of the next is itself in doubt.
/// Source: measured on the museum of eight voices, docs/measured/venues.md.
const DOUBT_VOICES: f64 = 2.0;
/// Beyond this, experts that are apart are as good as lost, m. Source: choice, a building's length.
const APART_MAX_M: f64 = 100.0;
/// Bounds of a scale, m. Source: choice, a step and a street.
const SCALE_M: std::ops::RangeInclusive<f64> = 0.5..=200.0;

impl Signs {
    /// From the net's own scale, the strongest reading, the mass of all, the share that is known, and how
    /// far the net and the prints are apart.
    pub(super) fn of(
        log_scale: f32,
        strongest: f32,
        mass: f32,
        share_known: f64,
        doubt: &Doubt,
    ) -> Self {
        Self([
            1.0,
            f64::from(log_scale.clamp(-6.0, 4.0)),
            f64::from(strongest),
            f64::from(mass.max(1.0)).ln(),
            share_known.clamp(0.0, 1.0),
            doubt.apart_m.min(APART_MAX_M).ln_1p(),
            doubt.spread_m.min(APART_MAX_M).ln_1p(),
            doubt.distance.clamp(0.0, 1.0),
        ])
    }

    /// Of a scan that looks like nothing.
    #[cfg(test)]
    pub(super) const fn none() -> Self {
        Self([0.0; SIGNS])
    }

    /// The sum of the signs, each times its coefficient.
    pub(super) fn times(&self, coefficients: &[f32; SIGNS]) -> f64 {
        coefficients
            .iter()
            .zip(self.0)
            .map(|(coefficient, sign)| f64::from(*coefficient) * sign)
            .sum()
    }
}

impl Promise {
    /// Floats of a promise. Source: its fields.
    pub(super) const FLOATS: usize = Self::FLOATS_5 + Domain::FLOATS;
    /// Those of a model of version 5, which does not say what it was measured on. Source: its fields.
    pub(super) const FLOATS_5: usize = SIGNS + 4;

    /// Learns from left-out scans.
    ///
    /// # Source
    /// Normalized split conformal prediction: Lei, G'Sell, Rinaldo, Tibshirani, Wasserman,
    /// *Distribution-free predictive inference for regression*, JASA 113 (2018), §5.2; a voice is a group.
    pub(super) fn fit(trials: &[Trial]) -> Self {
        if trials.len() < TRIALS_MIN {
            return UNTRIED;
        }
        let Some(coefficients) = regress(trials) else { return UNTRIED };
        #[expect(clippy::cast_precision_loss, reason = "a few hundred voices")]
        let n_voices = n_distinct(trials.iter().map(|trial| trial.voice)) as f64;
        let doubt = 1.0 + DOUBT_VOICES / n_voices;
        let unscaled = Self { coefficients, factors: [1.0; 4], domain: Domain::of(trials) };
        let ratio = |trial: &Trial| trial.error_m / unscaled.scale_m(&trial.signs);
        let mut ratios: Vec<(f64, f64)> = trials.iter().map(|trial| (ratio(trial), 1.0)).collect();
        #[expect(clippy::cast_possible_truncation, reason = "a factor of a few")]
        let factors = Confidence::ALL.map(|level| {
            let at = quantile(&mut ratios, level.probability());
            (WHOLE_SHARE * doubt * at.unwrap_or(5.0)) as f32
        });
        Self { factors, ..unscaled }
    }

    fn scale_m(&self, signs: &Signs) -> f64 {
        signs.times(&self.coefficients).exp().clamp(*SCALE_M.start(), *SCALE_M.end())
    }

    /// The radii of a scan; of one unlike those measured half as wide again.
    pub(super) fn radii(&self, signs: &Signs, look: &Look) -> Radii {
        let wider = if self.is_extrapolated(look) { EXTRAPOLATED } else { 1.0 };
        let scale_m = wider * self.scale_m(signs);
        Radii::rising(self.factors.map(|factor| (f64::from(factor) * scale_m).max(1.0)))
    }

    /// True of a scan unlike those it was measured on.
    pub(super) fn is_extrapolated(&self, look: &Look) -> bool {
        !self.domain.contains(look)
    }

    /// True of a scan fainter than all those it was measured on.
    pub(super) fn is_fainter(&self, look: &Look) -> bool {
        self.domain.is_fainter(look)
    }

    pub(super) fn floats(&self) -> [f32; Self::FLOATS] {
        let mut floats = [0.0; Self::FLOATS];
        floats[..SIGNS].copy_from_slice(&self.coefficients);
        floats[SIGNS..Self::FLOATS_5].copy_from_slice(&self.factors);
        floats[Self::FLOATS_5..].copy_from_slice(&self.domain.floats());
        floats
    }

    /// Reads what [`Promise::floats`] gives, now or in version 5; `None` for numbers that are none or promise nothing.
    pub(super) fn read(bytes: &[[u8; 4]]) -> Option<Self> {
        let (own, domain) = bytes.split_at_checked(Self::FLOATS_5)?;
        let domain = if domain.is_empty() { Domain::ALL } else { Domain::read(domain)? };
        let floats: Vec<f32> = own.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        let (coefficients, factors) = floats.split_last_chunk::<4>()?;
        let coefficients = coefficients.try_into().ok()?;
        let is_sound = floats.iter().all(|n| n.is_finite()) && factors.iter().all(|n| *n > 0.0);
        is_sound.then_some(Self { coefficients, factors: *factors, domain })
    }
}

/// Ridge regression of the errors' logarithms on the signs.
pub(super) fn regress(trials: &[Trial]) -> Option<[f32; SIGNS]> {
    let rows = trials.iter().map(|Trial { signs: Signs(signs), error_m, .. }| {
        (*signs, error_m.max(ERROR_MIN_M).ln(), 1.0)
    });
    #[expect(clippy::cast_possible_truncation, reason = "coefficients of a few")]
    ridge(rows, RIDGE).map(|solved| solved.map(|value| value as f32))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOK: Look = Look { loudest_dbm: -60.0, log_mass: 3.0, distance: 0.4 };
    const CALM: Doubt = Doubt { apart_m: 3.0, spread_m: 5.0, distance: 0.4 };

    /// Errors of a Rayleigh law whose scale the second sign tells.
    fn trials() -> Vec<Trial> {
        (0..4_000_u32)
            .map(|n| {
                let hard = f64::from(n % 10) / 5.0 - 1.0;
                let level = (f64::from(n / 10) + 0.5) / 400.0;
                let error_m = 6.0 * hard.exp() * (-2.0 * (1.0 - level).ln()).sqrt();
                #[expect(clippy::cast_possible_truncation, reason = "a small number")]
                let signs = Signs::of(hard as f32, 1.0, 20.0, 1.0, &CALM);
                Trial { signs, look: LOOK, error_m, voice: u64::from(n % 40) }
            })
            .collect()
    }

    #[test]
    fn radii_follow_what_a_scan_looks_like_and_hold_their_share() {
        let trials = trials();
        let promise = Promise::fit(&trials);
        let radius =
            |hard: f32| promise.radii(&Signs::of(hard, 1.0, 20.0, 1.0, &CALM), &LOOK).r95_m();
        assert!((radius(0.8) / radius(-1.0) / 1.8_f64.exp() - 1.0).abs() < 0.1);
        let inside = trials
            .iter()
            .filter(|t| t.error_m / WHOLE_SHARE.recip() <= promise.radii(&t.signs, &LOOK).r95_m());
        let share = f64::from(u32::try_from(inside.count()).unwrap()) / 4_000.0;
        assert!((0.95..0.98).contains(&share), "a little more, for few voices: {share}");
        let faint = Look { loudest_dbm: -80.0, ..LOOK };
        let signs = Signs::of(0.0, 1.0, 20.0, 1.0, &CALM);
        assert!(promise.is_extrapolated(&faint) && !promise.is_extrapolated(&LOOK));
        let wider = promise.radii(&signs, &faint).r95_m() / promise.radii(&signs, &LOOK).r95_m();
        assert!((wider - EXTRAPOLATED).abs() < 1e-9, "{wider}");
        let bytes: Vec<[u8; 4]> = promise.floats().map(f32::to_le_bytes).to_vec();
        assert_eq!(Promise::read(&bytes), Some(promise));
        let old = Promise::read(&bytes[..Promise::FLOATS_5]).unwrap();
        assert!(!old.is_extrapolated(&faint), "version 5 does not say");
        let mut broken = bytes.clone();
        broken[7] = f32::NAN.to_le_bytes();
        assert_eq!(Promise::read(&broken), None);
    }

    #[test]
    fn few_trials_promise_little() {
        assert_eq!(Promise::fit(&trials()[..TRIALS_MIN - 1]), UNTRIED);
    }
}
