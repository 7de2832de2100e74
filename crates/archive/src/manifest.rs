//! The immutable list of the files that are the archive, and how far each journal is in them.

use crate::exclusion::{Exclusion, Exclusions};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a manifest says of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Where it lies.
    pub path: String,
    /// BLAKE3 of its bytes, hexadecimal.
    pub digest: String,
    /// Its length.
    pub bytes: u64,
    /// Its rows.
    pub rows: u64,
    /// The day of its readings, days since 1970-01-01.
    pub day: u16,
    /// The region of its readings, an H3 index.
    pub cell: String,
    /// Its shard.
    pub shard: u32,
    /// Of how many.
    pub n_shards: u32,
    /// Its first transmitter, see [`crate::key_of`].
    pub min: (i8, i64, i64),
    /// Its last transmitter.
    pub max: (i8, i64, i64),
    /// The manifest that named it first.
    pub added: u64,
}

/// How far one journal is in the archive.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Covered {
    /// Everything before this position of the journal is in the files.
    pub position: u64,
    /// Days of receipt, rising, each with the position of its first submission: what retention of the
    /// journal goes by.
    pub days: Vec<(u16, u64)>,
}

/// The archive at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the format, 1.
    pub version: u32,
    /// Its number; each follows the one before.
    pub number: u64,
    /// How far each journal is, by name.
    pub covered: BTreeMap<String, Covered>,
    /// The files, by path.
    pub files: Vec<FileEntry>,
    /// What must be left out when files are read, as [`Exclusion`] prints it.
    pub excluded: Vec<String>,
    /// True when no file holds any of it any more.
    pub is_purged: bool,
    /// Hash of what the archive teaches: files and exclusions, not positions; hexadecimal.
    pub data_set: String,
    /// BLAKE3 of the manifest without this field; hexadecimal.
    pub check: String,
}

/// The version written and read.
const VERSION: u32 = 1;

impl Manifest {
    /// Where the manifest of this number lies.
    pub(crate) fn path_of(number: u64) -> String {
        format!("manifest/{number:010}.json")
    }

    /// How far a journal is.
    pub fn position_of(&self, journal: &str) -> u64 {
        self.covered.get(journal).map_or(0, |it| it.position)
    }

    /// Rows of all files.
    pub fn n_rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }

    /// Bytes of all files.
    pub fn n_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// What must be left out when files are read; `None` for a list that no program of ours wrote.
    pub fn exclusions(&self) -> Option<Exclusions> {
        let all: Option<Vec<_>> = self.excluded.iter().map(|one| Exclusion::parse(one)).collect();
        Exclusions::of(all?)
    }

    /// The bytes to store: sorted, with hash and check.
    pub(crate) fn sealed(mut self) -> (Self, Vec<u8>) {
        self.version = VERSION;
        self.files.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        self.data_set = self.data_set_hash();
        self.check = self.check_hash();
        let bytes = self.text();
        (self, bytes)
    }

    /// Reads stored bytes.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, &'static str> {
        let manifest: Self = serde_json::from_slice(bytes).or(Err("no manifest, or cut short"))?;
        if manifest.version != VERSION {
            return Err("a version this program does not know");
        }
        if manifest.check != manifest.check_hash() {
            return Err("its check does not fit");
        }
        Ok(manifest)
    }

    fn data_set_hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for file in &self.files {
            hasher.update(file.digest.as_bytes()).update(b"\n");
        }
        for one in &self.excluded {
            hasher.update(one.as_bytes()).update(b"\n");
        }
        hasher.finalize().to_hex().to_string()
    }

    fn check_hash(&self) -> String {
        let bare = Self { check: String::new(), ..self.clone() };
        blake3::hash(&bare.text()).to_hex().to_string()
    }

    fn text(&self) -> Vec<u8> {
        // Every field is a number, a text or a list of them: nothing that cannot be written.
        serde_json::to_vec_pretty(self).unwrap_or_default()
    }
}
