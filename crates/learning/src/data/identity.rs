//! What a data set is called by: a hash of its files and rows. One byte changed anywhere is another data set.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A data set's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DataId(pub [u8; 32]);

impl DataId {
    /// The name written so.
    pub fn parse(hex: &str) -> Option<Self> {
        blake3::Hash::from_hex(hex).ok().map(|hash| Self(*hash.as_bytes()))
    }
}

impl fmt::Display for DataId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

/// A file, or a town, that rows were made from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its name, without where it lies.
    pub name: String,
    /// The BLAKE3 hash of its bytes, or of what a town is made from.
    pub digest: String,
    /// What its rows may see of others, in words.
    pub sees: String,
}

/// The root of a tree over the sources, in their order, and what the rows add.
pub(super) fn identify(sources: &[Source], rows: impl FnOnce(&mut blake3::Hasher)) -> DataId {
    let mut root = blake3::Hasher::new_derive_key("cairn data set v1");
    root.update(&(sources.len() as u64).to_le_bytes());
    for source in sources {
        let mut leaf = blake3::Hasher::new_derive_key("cairn data source v1");
        for word in [&source.name, &source.digest, &source.sees] {
            leaf.update(&(word.len() as u64).to_le_bytes());
            leaf.update(word.as_bytes());
        }
        root.update(leaf.finalize().as_bytes());
    }
    let mut hasher = blake3::Hasher::new_derive_key("cairn data rows v1");
    rows(&mut hasher);
    root.update(hasher.finalize().as_bytes());
    DataId(*root.finalize().as_bytes())
}
