//! When the learner publishes what it learned.

use super::{ConfigError, Doc, at_least};
use serde::{Deserialize, Serialize};

/// When the learner publishes what it learned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LearnerConfig {
    /// Milliseconds between two publications of fresh overlays.
    pub publish_ms_min: u64,
    /// Milliseconds without new data after which a new base is sealed.
    pub quiet_ms: u64,
    /// Overlays above the base before they are folded.
    pub overlays_max: usize,
    /// Percent of one core that sealing may take while data keeps coming.
    pub seal_percent_max: u32,
    /// Threads that estimate positions when a base is sealed.
    pub threads: usize,
    /// Contributor-days that must have heard a transmitter before it serves.
    pub voices_min: u32,
}

impl Default for LearnerConfig {
    fn default() -> Self {
        Self {
            publish_ms_min: 500,
            quiet_ms: 1_000,
            overlays_max: 8,
            seal_percent_max: 25,
            threads: 2,
            voices_min: 1,
        }
    }
}

impl LearnerConfig {
    /// Refuses values that cannot work.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        at_least("learner.publish_ms_min", self.publish_ms_min, 1)?;
        at_least("learner.overlays_max", self.overlays_max as u64, 1)?;
        at_least("learner.seal_percent_max", u64::from(self.seal_percent_max), 1)?;
        at_least("learner.threads", self.threads as u64, 1)?;
        at_least("learner.voices_min", u64::from(self.voices_min), 1)
    }
}

/// What each field means.
pub(super) const DOCS: [Doc; 6] = [
    ("learner.publish_ms_min", "Milliseconds between two publications of fresh answers."),
    ("learner.quiet_ms", "Milliseconds without new reports after which a new base is sealed."),
    ("learner.overlays_max", "Overlays above the base before they are folded into one."),
    ("learner.seal_percent_max", "Percent of the time spent sealing while reports keep coming."),
    ("learner.threads", "Threads that estimate positions; the result does not depend on it."),
    ("learner.voices_min", "Contributor-days that must have heard a transmitter before it serves."),
];
