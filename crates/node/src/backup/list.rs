//! What a backup says of itself: every file with its size and hash, and where its journal begins and ends.

use crate::limits::BACKUP_LIST_BYTES_MAX;
use crate::store::write_whole;
use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Component, Path};

/// The list's file; written last, so that a backup without one is none.
pub(super) const NAME: &str = "BACKUP.json";
/// The format written; the only one read.
const VERSION: u32 = 1;

/// A backup's list of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    version: u32,
    /// The program that made it.
    pub program: String,
    /// When it was made, UTC, in milliseconds since the Unix epoch.
    pub made_ms: i64,
    /// The first journal position in it.
    pub journal_start: u64,
    /// The journal position up to which it holds what was acknowledged.
    pub journal_end: u64,
    /// Its files.
    pub files: Vec<Entry>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its path in the folder, with `/`.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Its BLAKE3 hash, as hexadecimal digits.
    pub blake3: String,
}

impl List {
    /// A list of files that were copied.
    pub(super) fn new(made_ms: i64, journal: (u64, u64), mut files: Vec<Entry>) -> Self {
        files.sort_by(|one, other| one.path.cmp(&other.path));
        let program = concat!("cairn/", env!("CARGO_PKG_VERSION")).to_owned();
        let (journal_start, journal_end) = journal;
        Self { version: VERSION, program, made_ms, journal_start, journal_end, files }
    }

    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// Writes it into the backup's folder.
    pub(super) fn store(&self, folder: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_vec_pretty(self).context("write the list of files")?;
        write_whole(&folder.join(NAME), &text, 0o600).context("write the list of files")
    }

    /// Reads the list of a backup.
    ///
    /// # Errors
    /// When there is none, or it is of a newer program, or names a file outside the folder.
    pub fn load(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(NAME);
        let size = fs::metadata(&path)
            .with_context(|| format!("{} is no backup: read {NAME}", folder.display()))?
            .len();
        anyhow::ensure!(size <= BACKUP_LIST_BYTES_MAX, "{NAME} is longer than any backup's");
        let list: Self =
            serde_json::from_slice(&fs::read(&path).context("read the list of files")?)
                .context("read the list of files")?;
        let version = list.version;
        anyhow::ensure!(
            version == VERSION,
            "backup of version {version}, this program reads {VERSION}"
        );
        let is_inside = |entry: &Entry| {
            let path = Path::new(&entry.path);
            path.components().all(|part| matches!(part, Component::Normal(_)))
        };
        let stray = list.files.iter().find(|entry| !is_inside(entry));
        anyhow::ensure!(stray.is_none(), "{NAME} names a file outside the backup");
        Ok(list)
    }
}
