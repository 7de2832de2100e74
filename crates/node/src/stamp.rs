//! Tells whether a file that others may replace or rewrite is still the one that was read.

use std::fs::Metadata;
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// What changes when a file is replaced or rewritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    modified: SystemTime,
    /// Its length.
    pub(crate) n_bytes: u64,
    node: u64,
}

impl Stamp {
    /// Of a file that is open.
    pub(crate) fn of(file: &Metadata) -> io::Result<Self> {
        Ok(Self { modified: file.modified()?, n_bytes: file.len(), node: node_number(file) })
    }

    /// Of the file at `path` as it stands.
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        Self::of(&std::fs::metadata(path)?)
    }
}

/// The number of the file itself, which differs between a file and its replacement.
#[cfg(unix)]
fn node_number(about: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(about)
}

/// The number of the file itself, where the system has none.
#[cfg(not(unix))]
fn node_number(_about: &Metadata) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replaced_file_is_another_also_when_it_holds_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("a"), folder.path().join("b"));
        std::fs::write(&path, "same").unwrap();
        std::fs::write(&other, "same").unwrap();
        let before = Stamp::at(&path).unwrap();
        assert_eq!(Stamp::at(&path).unwrap(), before);
        std::fs::rename(&other, &path).unwrap();
        assert_ne!(Stamp::at(&path).unwrap(), before);
        std::fs::write(&path, "longer").unwrap();
        assert_eq!(Stamp::at(&path).unwrap().n_bytes, 6);
        assert!(Stamp::at(&other).is_err());
    }
}
