//! What answers a calibration was measured on: beyond it nothing was measured.

use crate::sample::{Sample, count, n_effective};

/// The answers that samples speak for; one that is not among them is extrapolated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Domain {
    /// Least and greatest σ of the solver, m.
    pub sigma_m: [f64; 2],
    /// Least and greatest residual of powers, dB.
    pub residual_db: [f64; 2],
}

/// Independent witnesses ([`n_effective`]) below which a class of answers counts as not measured.
/// Source: choice; of two nobody can tell which is the odd one, and the sessions of the set ariel are worth 3.7 to 6.7.
const VOICES_MIN: f64 = 3.0;
/// Samples below which it counts so too. Source: the least of which one in twenty, what R95 leaves out, is a sample.
pub(crate) const SAMPLES_MIN: u32 = 20;
/// Voices that have been at an edge. Source: choice, the least that no voice decides alone; with three, 16 and 36 %
/// of the answers of duke and ariel are outside, and not worse than with two, where 7 and 25 % are.
pub(crate) const EDGE_VOICES: usize = 2;
/// What a snapshot's rounding moves σ by, as a factor. Source: docs/specs/snapshot.md §5, 4.7 %.
const SIGMA_SLACK: f64 = 1.05;
/// What it moves a power by, dB. Source: docs/specs/snapshot.md §5.
const RESIDUAL_SLACK_DB: f64 = 0.5;

impl Domain {
    /// Of a class that too few voices speak of: no answer is within.
    pub const EMPTY: Self = Self { sigma_m: [1.0, 0.0], residual_db: [1.0, 0.0] };

    /// The domain of a class' samples: from edge to edge, each of which two voices have reached.
    pub(crate) fn of(samples: &[&Sample]) -> Self {
        if count(samples.len()) < SAMPLES_MIN || n_effective(samples) < VOICES_MIN {
            return Self::EMPTY;
        }
        let [from_m, to_m] = edges(samples, |sample| sample.sigma_m);
        let [from_db, to_db] = edges(samples, |sample| sample.residual_db);
        Self {
            sigma_m: [from_m / SIGMA_SLACK, to_m * SIGMA_SLACK],
            residual_db: [from_db - RESIDUAL_SLACK_DB, to_db + RESIDUAL_SLACK_DB],
        }
    }

    /// True when it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.sigma_m[0] > self.sigma_m[1] || self.residual_db[0] > self.residual_db[1]
    }

    /// True of an answer like those measured.
    pub fn contains(&self, sigma_m: f64, residual_db: f64) -> bool {
        let within = |[from, to]: [f64; 2], it: f64| (from..=to).contains(&it);
        within(self.sigma_m, sigma_m) && within(self.residual_db, residual_db)
    }

    /// The σ and residual measured that are nearest to these; these themselves where nothing was.
    pub(crate) fn nearest(&self, sigma_m: f64, residual_db: f64) -> (f64, f64) {
        if self.is_empty() {
            return (sigma_m, residual_db);
        }
        let within = |[from, to]: [f64; 2], it: f64| it.max(from).min(to);
        (within(self.sigma_m, sigma_m), within(self.residual_db, residual_db))
    }
}

/// The values from both ends that the second voice reached.
fn edges(samples: &[&Sample], of: fn(&Sample) -> f64) -> [f64; 2] {
    let values = |sign: f64| samples.iter().map(|s| (sign * of(s), s.voice)).collect();
    [least(values(1.0)), -least(values(-1.0))]
}

/// The least of some voices' values that [`EDGE_VOICES`] have reached; the greatest where there are not so many voices.
pub(crate) fn least(mut values: Vec<(f64, u64)>) -> f64 {
    values.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut seen = Vec::with_capacity(EDGE_VOICES);
    let mut at = 0.0;
    for (value, voice) in values {
        at = value;
        if !seen.contains(&voice) {
            seen.push(voice);
        }
        if seen.len() == EDGE_VOICES {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::class::Class;

    /// A hundred samples of ten voices, σ 10 to 109 m, residuals −5 to 4.9 dB.
    fn samples() -> Vec<Sample> {
        let of = |n: u32| Sample {
            class: Class::WifiFew,
            error_m: 5.0,
            sigma_m: 10.0 + f64::from(n),
            residual_db: f64::from(n) / 10.0 - 5.0,
            fix_sigma_m: 0.0,
            voice: u64::from(n % 10),
            spot: u64::from(n),
        };
        (0..100).map(of).collect()
    }

    fn domain(samples: &[Sample]) -> Domain {
        Domain::of(&samples.iter().collect::<Vec<_>>())
    }

    #[test]
    fn a_domain_ends_where_the_second_voice_has_been() {
        let mut all = samples();
        let seventh = all[7];
        all.extend((0..30).map(|_| Sample { sigma_m: 900.0, residual_db: 40.0, ..seventh }));
        let found = domain(&all);
        assert!(found.contains(11.0, 0.0) && found.contains(109.0, 4.9));
        assert!(!found.contains(200.0, 0.0), "one voice was there, thirty times: {found:?}");
        assert!(!found.contains(50.0, 9.0) && !found.contains(5.0, 0.0));
        let (sigma_m, residual_db) = found.nearest(500.0, -90.0);
        assert!(found.contains(sigma_m, residual_db) && sigma_m > 109.0, "{sigma_m}");
    }

    #[test]
    fn what_few_voices_or_samples_or_one_spot_speak_of_is_outside_altogether() {
        let all = samples();
        assert!(!domain(&all).is_empty());
        for few in [
            all[..19].to_vec(),
            all.iter().map(|it| Sample { voice: it.voice % 2, ..*it }).collect(),
            all.iter().map(|it| Sample { spot: 1, ..*it }).collect(),
            Vec::new(),
        ] {
            let found = domain(&few);
            assert!(found.is_empty() && !found.contains(20.0, 0.0), "{found:?}");
        }
    }
}
