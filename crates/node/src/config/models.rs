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
    /// The folder of rows as they were served; empty: none is kept.
    pub rows_folder: PathBuf,
    /// Percent of the answers whose rows are kept.
    pub rows_percent: f64,
    /// Rows that wait to be written; more are dropped.
    pub rows_queue_max: usize,
    /// Bytes of a file of rows.
    pub rows_bytes_max: u64,
    /// Files of rows that stay.
    pub rows_files_max: usize,
    /// Hours after which a file of rows ends, and after which it goes.
    pub rows_hours_max: u64,
}

impl Default for ModelsConfig {
    fn default() -> Self {
        Self {
            folder: PathBuf::new(),
            look_ms: 1_000,
            shadow_percent: 100.0,
            rows_folder: PathBuf::new(),
            rows_percent: 1.0,
            rows_queue_max: 1_024,
            rows_bytes_max: 64 << 20,
            rows_files_max: 4,
            rows_hours_max: 24,
        }
    }
}

impl ModelsConfig {
    /// The folder, when models are to serve.
    pub fn folder(&self) -> Option<&Path> {
        let is_named = !self.folder.as_os_str().is_empty();
        is_named.then_some(&*self.folder)
    }

    /// The folder of rows, when some are to be kept.
    pub fn rows_folder(&self) -> Option<&Path> {
        let is_named = !self.rows_folder.as_os_str().is_empty();
        is_named.then_some(&*self.rows_folder)
    }

    /// Time between two looks.
    pub const fn look(&self) -> Duration {
        Duration::from_millis(self.look_ms)
    }

    /// Refuses values that cannot work.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        at_least("models.look_ms", self.look_ms, 1)?;
        percent("models.shadow_percent", self.shadow_percent)?;
        percent("models.rows_percent", self.rows_percent)?;
        at_least("models.rows_queue_max", self.rows_queue_max as u64, 1)?;
        at_least("models.rows_bytes_max", self.rows_bytes_max, 1 << 20)?;
        at_least("models.rows_files_max", self.rows_files_max as u64, 1)?;
        at_least("models.rows_hours_max", self.rows_hours_max, 1)?;
        at_most("models.rows_queue_max", self.rows_queue_max as u64, 1 << 16, "at most 65536")?;
        at_most("models.rows_bytes_max", self.rows_bytes_max, 1 << 40, "at most a tebibyte")?;
        at_most("models.rows_files_max", self.rows_files_max as u64, 1_000, "at most 1000")?;
        at_most("models.rows_hours_max", self.rows_hours_max, 24 * 30, "at most 720")
    }
}

/// Refuses what is no percentage.
fn percent(field: &'static str, value: f64) -> Result<(), ConfigError> {
    if (0.0..=100.0).contains(&value) {
        return Ok(());
    }
    Err(ConfigError::Impossible { field, value: u64::MAX, must: "from 0 to 100" })
}

/// Refuses a value above the greatest.
fn at_most(
    field: &'static str,
    value: u64,
    most: u64,
    must: &'static str,
) -> Result<(), ConfigError> {
    if value > most { Err(ConfigError::Impossible { field, value, must }) } else { Ok(()) }
}

/// What each field means.
pub(super) const DOCS: [Doc; 9] = [
    (
        "models.folder",
        "Folder of models (as `cairn learn --models`): the champion of its registry gives answers their radii; empty: the map does.",
    ),
    ("models.look_ms", "Milliseconds between two looks for a change in its registry."),
    (
        "models.shadow_percent",
        "Percent of the answers that the challenger and the shadow score too, unheard: metrics say how they differ.",
    ),
    (
        "models.rows_folder",
        "Folder for a sample of rows as served: what was heard, what the model was told, what was promised; `cairn model rows` makes them again. Transient: no instant, no sender; empty: none is kept.",
    ),
    ("models.rows_percent", "Percent of the answers from radio whose rows are kept."),
    ("models.rows_queue_max", "Rows that wait to be written; more are dropped and counted."),
    ("models.rows_bytes_max", "Bytes of a file of rows before the next one begins."),
    ("models.rows_files_max", "Files of rows that stay; the oldest goes."),
    (
        "models.rows_hours_max",
        "Hours after which a file of rows ends, and after which it goes: no row stays twice as long.",
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
        assert!(!with(|it| it.rows_percent = -1.0) && !with(|it| it.rows_files_max = 0));
        assert!(with(|it| it.rows_hours_max = 720) && !with(|it| it.rows_hours_max = 721));
        assert!(!with(|it| it.rows_queue_max = (1 << 16) + 1));
        assert_eq!(ModelsConfig::default().rows_folder(), None);
        assert!(!with(|it| it.shadow_percent = f64::NAN) && !with(|it| it.look_ms = 0));
    }
}
