//! The journal of acknowledged submissions.

use super::{ConfigError, Doc, at_least};
use cairn_journal::limits::{FREE_BYTES_MIN, SEGMENT_BYTES};
use serde::{Deserialize, Serialize};

/// The journal of acknowledged submissions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JournalConfig {
    /// Bytes of a segment file before the next one begins.
    pub segment_bytes_max: u64,
    /// Bytes that stay free on the disk: with less, submissions are told to come back (503).
    pub free_bytes_min: u64,
}

impl Default for JournalConfig {
    fn default() -> Self {
        Self { segment_bytes_max: SEGMENT_BYTES, free_bytes_min: FREE_BYTES_MIN }
    }
}

impl JournalConfig {
    /// Refuses values that cannot work.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        at_least("journal.segment_bytes_max", self.segment_bytes_max, 1 << 20)
    }
}

/// What each field means.
pub(super) const DOCS: [Doc; 2] = [
    ("journal.segment_bytes_max", "Bytes of a journal file before the next one begins."),
    (
        "journal.free_bytes_min",
        "Bytes that stay free on the disk: with less, submissions are told to come back. 0: no limit.",
    ),
];
