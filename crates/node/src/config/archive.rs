//! The archive of evidence, and how long raw reports are kept beside it.

use super::{ConfigError, Doc};
use cairn_archive::limits::SHARDS_MAX;
use serde::{Deserialize, Serialize};

/// The archive of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ArchiveConfig {
    /// Keep one.
    pub enabled: bool,
    /// Where: empty for `archive` in the data folder, a folder, or an object store.
    pub url: String,
    /// What this service's journal is called in it.
    pub journal: String,
    /// Seconds that evidence waits to be archived with more.
    pub flush_seconds: u64,
    /// Readings at which it does not wait.
    pub flush_rows: u64,
    /// Parts by transmitter.
    pub shards: u32,
    /// Days that raw reports are kept.
    pub journal_days: u16,
    /// Days that evidence is kept.
    pub evidence_days: u16,
}

impl Default for ArchiveConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            url: String::new(),
            journal: "journal".to_owned(),
            flush_seconds: 60,
            flush_rows: 1 << 18,
            shards: 1,
            journal_days: 30,
            evidence_days: 0,
        }
    }
}

/// Most readings that wait in memory, at about 250 bytes each: 1 GB.
const FLUSH_ROWS_MAX: u64 = 1 << 22;

impl ArchiveConfig {
    /// Refuses values that cannot work.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let refuse = |field, value: u64, must| Err(ConfigError::Impossible { field, value, must });
        if self.flush_seconds == 0 {
            return refuse("archive.flush_seconds", 0, "at least 1");
        }
        if !(1..=FLUSH_ROWS_MAX).contains(&self.flush_rows) {
            return refuse("archive.flush_rows", self.flush_rows, "1 to 4194304");
        }
        if !self.shards.is_power_of_two() || self.shards > SHARDS_MAX {
            return refuse("archive.shards", self.shards.into(), "a power of two, at most 4096");
        }
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if !(1..=64).contains(&self.journal.len()) || !self.journal.bytes().all(is_plain) {
            let n_bytes = self.journal.len() as u64;
            return refuse("archive.journal (bytes)", n_bytes, "1 to 64 of a-z, A-Z, 0-9, - and _");
        }
        Ok(())
    }
}

/// What each field means.
pub(super) const DOCS: [Doc; 8] = [
    (
        "archive.enabled",
        "Keep evidence as Parquet files: what the map can be learned from for years.",
    ),
    (
        "archive.url",
        "Where: empty for the folder archive in the data folder; another folder; or s3://, gs://, az:// in builds with the feature s3.",
    ),
    (
        "archive.journal",
        "What this service's journal is called in the archive; services that share one need names of their own.",
    ),
    ("archive.flush_seconds", "Seconds that evidence waits to be archived together with more."),
    ("archive.flush_rows", "Readings at which it waits no longer; about 250 bytes of memory each."),
    ("archive.shards", "Parts by transmitter, for rebuilding on many machines; a power of two."),
    (
        "archive.journal_days",
        "Days that raw reports are kept once they are archived, learned and relayed; 0 keeps them for ever.",
    ),
    ("archive.evidence_days", "Days that evidence is kept in the archive; 0 keeps it for ever."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_work_is_refused_and_the_limits_are_not() {
        let check = |config: ArchiveConfig| config.check().is_ok();
        let some = ArchiveConfig::default;
        assert!(check(some()));
        assert!(!check(ArchiveConfig { flush_seconds: 0, ..some() }));
        assert!(check(ArchiveConfig { flush_rows: FLUSH_ROWS_MAX, ..some() }));
        assert!(!check(ArchiveConfig { flush_rows: FLUSH_ROWS_MAX + 1, ..some() }));
        assert!(check(ArchiveConfig { shards: SHARDS_MAX, ..some() }));
        assert!(!check(ArchiveConfig { shards: 3, ..some() }));
        assert!(!check(ArchiveConfig { shards: SHARDS_MAX * 2, ..some() }));
        assert!(!check(ArchiveConfig { journal: "../up".to_owned(), ..some() }));
    }
}
