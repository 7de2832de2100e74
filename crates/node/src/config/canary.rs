//! How a challenger gets its share of the answers.

use super::{ConfigError, Doc, at_least};
use cairn_learning::rollout::{DISAGREEMENT_FACTOR_MAX, Pace};
use serde::{Deserialize, Serialize};

/// How a challenger gets its share of the answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CanaryConfig {
    /// Seconds of a stage at least.
    pub stage_s: f64,
    /// A canary's own answers of a stage at least.
    pub answers_min: u64,
    /// Answers before disagreement is judged.
    pub rows_min: u64,
    /// How far its R95 may be from the champion's on the same answers, as a factor.
    pub disagreement_max: f64,
}

impl Default for CanaryConfig {
    fn default() -> Self {
        Self {
            stage_s: 900.0,
            answers_min: 50,
            rows_min: 100,
            disagreement_max: DISAGREEMENT_FACTOR_MAX,
        }
    }
}

impl CanaryConfig {
    /// How fast a canary goes on.
    pub const fn pace(&self) -> Pace {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "seconds from 0 to ten million"
        )]
        let stage_ms = (1e3 * self.stage_s) as u64;
        Pace {
            stage_ms,
            answers_min: self.answers_min,
            rows_min: self.rows_min,
            disagreement_factor_max: self.disagreement_max,
        }
    }

    /// Refuses values that cannot work.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        at_least("canary.answers_min", self.answers_min, 1)?;
        at_least("canary.rows_min", self.rows_min, 1)?;
        let bad = |field, must| Err(ConfigError::Impossible { field, value: u64::MAX, must });
        if !(0.0..=1e7).contains(&self.stage_s) {
            return bad("canary.stage_s", "from 0 to 10000000");
        }
        if !(1.0..=1e6).contains(&self.disagreement_max) {
            return bad("canary.disagreement_max", "from 1 to 1000000");
        }
        Ok(())
    }
}

/// What each field means.
pub(super) const DOCS: [Doc; 4] = [
    (
        "canary.stage_s",
        "A canary (`cairn model canary`): seconds that it holds each of 1, 5, 25 and 100 % of the answers at least.",
    ),
    ("canary.answers_min", "A canary's own answers in each stage at least."),
    ("canary.rows_min", "Answers scored by both models before they are compared."),
    (
        "canary.disagreement_max",
        "A canary is rolled back when its R95 is more than so many times the champion's on the same answers, or less than that part of it.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_has_bounds_and_is_as_configured() {
        let with = |change: fn(&mut CanaryConfig)| {
            let mut config = CanaryConfig::default();
            change(&mut config);
            config.check().is_ok()
        };
        assert!(!with(|it| it.stage_s = -1.0) && !with(|it| it.stage_s = f64::NAN));
        assert!(!with(|it| it.answers_min = 0) && !with(|it| it.rows_min = 0));
        assert!(!with(|it| it.disagreement_max = 0.5) && with(|it| it.stage_s = 0.0));
        assert_eq!(CanaryConfig { stage_s: 1.5, ..CanaryConfig::default() }.pace().stage_ms, 1_500);
    }
}
