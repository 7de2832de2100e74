//! The small file that names the current snapshots: loaded, and replaced by compare-and-swap.

use crate::error::{ManifestError, ManifestFault, StoreError};
use crate::file;
use crate::limits::MANIFEST_BYTES_MAX;
use crate::manifest_text;
use std::fs::{self, File};
use std::io;
use std::path::Path;

const CURRENT: &str = "MANIFEST";
const FORMER: &str = "MANIFEST.previous";
const LOCK: &str = "MANIFEST.lock";

/// The learner's state at a generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Its file, in the manifest's folder.
    pub file: String,
    /// Digest (blake3) of the file.
    pub digest: [u8; 32],
}

/// What serves now, and up to where the journal was learned for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    /// Counts replacements; 0 before the first.
    pub generation: u64,
    /// File name of the base snapshot.
    pub base: Option<String>,
    /// File names of the overlays, newest first.
    pub overlays: Vec<String>,
    /// Journal position up to which reports are in these snapshots.
    pub journal_position: u64,
    /// The learner's state.
    pub checkpoint: Option<Checkpoint>,
    /// A hash of what was taken out of what was learned; `None` when nothing was.
    pub exclusions: Option<[u8; 32]>,
}

/// A manifest, and whether it is the former one because the current is damaged.
#[derive(Debug, PartialEq, Eq)]
pub struct Loaded {
    /// The manifest to use.
    pub manifest: Manifest,
    /// What is wrong with the current file, when the former one had to be used.
    pub fell_back: Option<ManifestFault>,
}

impl Manifest {
    /// Reads the manifest of `folder`, or its predecessor when it is damaged; `None` when neither is
    /// there.
    ///
    /// # Errors
    /// [`ManifestError`] when a file cannot be read, or none can be believed.
    pub fn load(folder: &Path) -> Result<Option<Loaded>, ManifestError> {
        let current = read(&folder.join(CURRENT))?;
        let fault = match current {
            Some(Ok(manifest)) => return Ok(Some(Loaded { manifest, fell_back: None })),
            Some(Err(fault)) => Some(fault),
            None => None,
        };
        match (read(&folder.join(FORMER))?, fault) {
            (Some(Ok(manifest)), fault) => {
                let fell_back = Some(fault.unwrap_or(ManifestFault::Missing));
                Ok(Some(Loaded { manifest, fell_back }))
            }
            (None, None) => Ok(None),
            (_, Some(fault)) => Err(ManifestError::Corrupt { path: folder.join(CURRENT), fault }),
            (Some(Err(fault)), None) => {
                Err(ManifestError::Corrupt { path: folder.join(FORMER), fault })
            }
        }
    }

    /// The predecessor kept beside the manifest of `folder`, when it is whole: its files are still
    /// needed should the current one be damaged.
    pub fn former(folder: &Path) -> Option<Self> {
        read(&folder.join(FORMER)).ok().flatten()?.ok()
    }

    /// Replaces the manifest of `folder` by `self` if it is still at generation `expected` (0: none
    /// yet); `self.generation` must be `expected + 1`.
    ///
    /// # Errors
    /// [`StoreError`]; the stored manifest then still stands.
    pub fn store(&self, folder: &Path, expected: u64) -> Result<(), StoreError> {
        let text = manifest_text::print(self).map_err(|what| StoreError::Invalid { what })?;
        if Some(self.generation) != expected.checked_add(1) {
            return Err(StoreError::NotNext { expected, new: self.generation });
        }
        let io = |name: &str| {
            let path = folder.join(name);
            |source| StoreError::Io { path, source }
        };
        let lock = File::create(folder.join(LOCK)).map_err(io(LOCK))?;
        lock.lock().map_err(io(LOCK))?;
        let loaded = Self::load(folder)?;
        let found = loaded.as_ref().map_or(0, |loaded| loaded.manifest.generation);
        if found != expected {
            return Err(StoreError::Conflict { expected, found });
        }
        if let Some(Loaded { manifest, fell_back: None }) = loaded {
            let former = manifest_text::print(&manifest);
            let former = former.map_err(|what| StoreError::Invalid { what })?;
            file::replace(&folder.join(FORMER), former.as_bytes()).map_err(io(FORMER))?;
        }
        file::replace(&folder.join(CURRENT), text.as_bytes()).map_err(io(CURRENT))
    }

    /// Every file of the folder that this manifest needs.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let snapshots = self.base.iter().chain(&self.overlays);
        snapshots.chain(self.checkpoint.iter().map(|it| &it.file)).map(String::as_str)
    }
}

/// `None` when the file is not there; the inner error when it cannot be believed.
fn read(path: &Path) -> Result<Option<Result<Manifest, ManifestFault>>, ManifestError> {
    let io = |source| ManifestError::Io { path: path.to_owned(), source };
    let found = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        metadata => metadata.map_err(io)?.len(),
    };
    if found > MANIFEST_BYTES_MAX {
        return Ok(Some(Err(ManifestFault::TooLong { found, max: MANIFEST_BYTES_MAX })));
    }
    let bytes = fs::read(path).map_err(io)?;
    Ok(Some(manifest_text::parse(&bytes)))
}

#[cfg(test)]
#[path = "manifest_tests.rs"]
mod tests;
