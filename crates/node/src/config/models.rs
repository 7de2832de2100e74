//! Models that serve: where they lie, and what is done beside.

use super::{ConfigError, Doc, at_least};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Models that serve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModelsConfig {
    /// The folder of models; empty: none serves.
    pub folder: PathBuf,
    /// Milliseconds between two looks at its registry.
    pub look_ms: u64,
    /// Percent of the answers that challenger and shadow score too.
    pub shadow_percent: f64,
}

impl Default for ModelsConfig {
    fn default() -> Self {
        Self { folder: PathBuf::new(), look_ms: 1_000, shadow_percent: 100.0 }
    }
}

impl ModelsConfig {
    /// The folder, when models are to serve.
    pub fn folder(&self) -> Option<&Path> {
        let is_named = !self.folder.as_os_str().is_empty();
        is_named.then_some(&*self.folder)
    }

    /// Time between two looks.
    pub const fn look(&self) -> Duration {
        Duration::from_millis(self.look_ms)
    }

    /// Refuses values that cannot work.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        at_least("models.look_ms", self.look_ms, 1)?;
        percent("models.shadow_percent", self.shadow_percent)
    }
}

/// Refuses what is no percentage.
fn percent(field: &'static str, value: f64) -> Result<(), ConfigError> {
    if (0.0..=100.0).contains(&value) {
        return Ok(());
    }
    Err(ConfigError::Impossible { field, value: u64::MAX, must: "from 0 to 100" })
}

/// What each field means.
pub(super) const DOCS: [Doc; 3] = [
    (
        "models.folder",
        "Folder of models (as `cairn learn --models`): the champion of its registry gives answers their radii; empty: the map does.",
    ),
    ("models.look_ms", "Milliseconds between two looks for a change in its registry."),
    (
        "models.shadow_percent",
        "Percent of the answers that the challenger and the shadow score too, unheard: metrics say how they differ.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_folder_is_named_by_default_and_shares_have_bounds() {
        let with = |change: fn(&mut ModelsConfig)| {
            let mut config = ModelsConfig::default();
            change(&mut config);
            config.check().is_ok()
        };
        assert_eq!(ModelsConfig::default().folder(), None);
        assert!(with(|it| it.shadow_percent = 0.0) && !with(|it| it.shadow_percent = 100.1));
        assert!(!with(|it| it.shadow_percent = f64::NAN) && !with(|it| it.look_ms = 0));
    }
}
