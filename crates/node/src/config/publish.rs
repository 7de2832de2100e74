//! What is made public of the map: cells, coverage.

use super::{ConfigError, Doc};
use serde::{Deserialize, Serialize};

/// What is made public of the map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PublishConfig {
    /// Publish the table of cells, whole every day and its changes every hour.
    pub cells: bool,
    /// Publish how many transmitters are heard in each H3 cell.
    pub coverage: bool,
    /// Contributor-days that must have heard a cell before it is published.
    pub voices_min: u32,
    /// Contributor-days that must have reported from an H3 cell before it is published.
    pub coverage_voices_min: u32,
    /// Resolution of the H3 cells.
    pub coverage_resolution: u8,
}

impl Default for PublishConfig {
    fn default() -> Self {
        Self {
            cells: false,
            coverage: false,
            voices_min: 2,
            coverage_voices_min: 3,
            coverage_resolution: 8,
        }
    }
}

/// Finest resolution: H3 cells of 0.1 km²; one finer would show single houses.
/// Source: docs/specs/privacy.md §5.
const RESOLUTION_MAX: u8 = 9;
/// Most voices counted per H3 cell: beyond, a number is no more private and only costs memory.
const COVERAGE_VOICES_MAX: u32 = 64;

impl PublishConfig {
    /// Refuses values that cannot work.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let refuse = |field, value: u64, must| Err(ConfigError::Impossible { field, value, must });
        let voices = u64::from(self.coverage_voices_min);
        if self.voices_min < 1 {
            return refuse("publish.voices_min", u64::from(self.voices_min), "at least 1");
        }
        if !(2..=u64::from(COVERAGE_VOICES_MAX)).contains(&voices) {
            return refuse("publish.coverage_voices_min", voices, "2 to 64");
        }
        if self.coverage_resolution > RESOLUTION_MAX {
            let value = u64::from(self.coverage_resolution);
            return refuse("publish.coverage_resolution", value, "0 to 9");
        }
        Ok(())
    }
}

/// What each field means.
pub(super) const DOCS: [Doc; 5] = [
    ("publish.cells", "Publish the table of cells under /downloads: whole daily, changes hourly."),
    ("publish.coverage", "Publish under /downloads how many transmitters each H3 cell hears."),
    ("publish.voices_min", "Contributor-days that must have heard a cell before it is published."),
    (
        "publish.coverage_voices_min",
        "Contributor-days that must have reported from an H3 cell before it is published; 2 to 64.",
    ),
    ("publish.coverage_resolution", "Resolution of the H3 cells, 0 to 9; 8 is 0.7 km²."),
];
