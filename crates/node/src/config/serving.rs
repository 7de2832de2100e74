//! How snapshots come to serve, and which answer beside them unseen.

use super::{ConfigError, Doc, at_least};
use crate::limits::SHADOWS_MAX;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// How snapshots come to serve, and which answer beside them unseen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServingConfig {
    /// Milliseconds between two looks for a newer snapshot.
    pub look_ms: u64,
    /// What is done with a snapshot before it serves.
    pub warm_up: WarmUp,
    /// Snapshots that answer unseen.
    pub shadow: Vec<PathBuf>,
    /// Percent of the queries that they answer too.
    pub shadow_percent: f64,
    /// Queries that wait for them; more are dropped.
    pub shadow_queue_max: usize,
}

/// What is done with a snapshot before it serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum WarmUp {
    /// Every byte is read and held to its checksum: a damaged one never serves.
    Check,
    /// Every page is brought into memory.
    Populate,
    /// The system is asked to read ahead.
    Ahead,
    /// Nothing.
    None,
}

impl Default for ServingConfig {
    fn default() -> Self {
        Self {
            look_ms: 500,
            warm_up: WarmUp::Check,
            shadow: Vec::new(),
            shadow_percent: 1.0,
            shadow_queue_max: 256,
        }
    }
}

impl ServingConfig {
    /// Refuses values that cannot work.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        at_least("serving.look_ms", self.look_ms, 1)?;
        at_least("serving.shadow_queue_max", self.shadow_queue_max as u64, 1)?;
        let impossible = |field, value, must| Err(ConfigError::Impossible { field, value, must });
        if self.shadow.len() > SHADOWS_MAX {
            let value = self.shadow.len() as u64;
            return impossible("serving.shadow", value, "at most 4 snapshots");
        }
        if self.shadow_queue_max > 1 << 16 {
            let value = self.shadow_queue_max as u64;
            return impossible("serving.shadow_queue_max", value, "at most 65536");
        }
        if !(0.0..=100.0).contains(&self.shadow_percent) {
            return impossible("serving.shadow_percent", u64::MAX, "from 0 to 100");
        }
        Ok(())
    }

    /// Time between two looks.
    pub const fn look(&self) -> Duration {
        Duration::from_millis(self.look_ms)
    }
}

/// What each field means.
pub(super) const DOCS: [Doc; 5] = [
    (
        "serving.look_ms",
        "cairn locate --listen, and shadows: milliseconds between two looks for a newer snapshot.",
    ),
    (
        "serving.warm_up",
        "Before a snapshot serves: check (read it all, hold it to its checksums), populate (bring it into memory), ahead (ask the system to) or none.",
    ),
    (
        "serving.shadow",
        "Snapshot files, or folders with a MANIFEST, that answer a share of the queries too, unseen: metrics say how they differ.",
    ),
    ("serving.shadow_percent", "Percent of the queries that shadows answer too."),
    (
        "serving.shadow_queue_max",
        "Queries that wait for the shadows; more are dropped and counted.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_numbers_of_shadows_have_bounds() {
        let with = |change: fn(&mut ServingConfig)| {
            let mut config = ServingConfig::default();
            change(&mut config);
            config.check().is_ok()
        };
        assert!(with(|it| it.shadow_percent = 100.0) && with(|it| it.shadow_percent = 0.0));
        assert!(!with(|it| it.shadow_percent = 100.1) && !with(|it| it.shadow_percent = f64::NAN));
        assert!(with(|it| it.shadow = vec!["a".into(); SHADOWS_MAX]));
        assert!(!with(|it| it.shadow = vec!["a".into(); SHADOWS_MAX + 1]));
        assert!(with(|it| it.shadow_queue_max = 1 << 16));
        assert!(!with(|it| it.shadow_queue_max = (1 << 16) + 1));
        assert!(!with(|it| it.look_ms = 0));
    }
}
