//! The archive: which files it is now, and the one step by which that changes.

use crate::error::{ArchiveError, FileError};
use crate::limits::{FILE_BYTES_MAX, MANIFEST_BYTES_MAX};
use crate::manifest::{FileEntry, Manifest};
use crate::parquet::{Batches, decode};
use crate::partition::NewFile;
use crate::store::{Expected, Store};
use bytes::Bytes;

/// Where to look for the current manifest first; never the truth.
const CURRENT: &str = "CURRENT";

/// An archive in a store.
#[derive(Debug, Clone)]
pub struct Archive {
    store: Store,
}

impl Archive {
    /// The archive in a store; nothing is read yet.
    pub const fn new(store: Store) -> Self {
        Self { store }
    }

    /// Where its files lie.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// The current manifest; `None` for an archive that nothing was written to.
    ///
    /// # Errors
    /// [`ArchiveError`]: a store that fails, a manifest that is damaged.
    pub async fn current(&self) -> Result<Option<Manifest>, ArchiveError> {
        let mut number = self.hint().await?;
        while self.store.has(&Manifest::path_of(number + 1)).await? {
            number += 1;
        }
        if number == 0 { Ok(None) } else { self.manifest(number).await.map(Some) }
    }

    /// A manifest that there is, not above the current one's number; 0 for none.
    async fn hint(&self) -> Result<u64, ArchiveError> {
        let text = match self.store.read(CURRENT, None).await {
            Ok(text) => text,
            Err(error) if error.is_missing() => Bytes::new(),
            Err(error) => return Err(error.into()),
        };
        let hinted = std::str::from_utf8(&text).ok().and_then(|text| text.trim().parse().ok());
        if let Some(number) = hinted
            && self.store.has(&Manifest::path_of(number)).await?
        {
            return Ok(number);
        }
        Ok(self.numbers().await?.last().copied().unwrap_or(0))
    }

    /// The numbers of all manifests that are kept, rising.
    pub(crate) async fn numbers(&self) -> Result<Vec<u64>, ArchiveError> {
        let all = self.store.list("manifest", 0).await?;
        let number =
            |path: &str| path.strip_prefix("manifest/")?.strip_suffix(".json")?.parse().ok();
        Ok(all.iter().filter_map(|(path, _)| number(path)).collect())
    }

    /// The manifest of a number.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub async fn manifest(&self, number: u64) -> Result<Manifest, ArchiveError> {
        let path = Manifest::path_of(number);
        let bytes = self.store.read(&path, None).await?;
        if bytes.len() as u64 > MANIFEST_BYTES_MAX {
            return Err(ArchiveError::Manifest { path, what: "too long" });
        }
        match Manifest::parse(&bytes) {
            Ok(manifest) if manifest.number == number => Ok(manifest),
            Ok(_) => Err(ArchiveError::Manifest { path, what: "another one's number" }),
            Err(what) => Err(ArchiveError::Manifest { path, what }),
        }
    }

    /// The newest kept manifest at which a journal is between two positions; `None` when none is.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub async fn within(
        &self,
        journal: &str,
        from: u64,
        to: u64,
    ) -> Result<Option<Manifest>, ArchiveError> {
        let Some(mut manifest) = self.current().await? else { return Ok(None) };
        let kept = self.numbers().await?;
        let mut older =
            kept.iter().rev().filter(|it| **it < manifest.number).copied().collect::<Vec<_>>();
        older.reverse();
        loop {
            if (from..=to).contains(&manifest.position_of(journal)) {
                return Ok(Some(manifest));
            }
            let Some(number) = older.pop() else { return Ok(None) };
            manifest = self.manifest(number).await?;
        }
    }

    /// Writes files and makes a manifest that names them current; `next` follows the manifest it was
    /// made from. Files are durable before the manifest is.
    ///
    /// # Errors
    /// [`ArchiveError::Conflict`] when another manifest came first: nothing changed, start again from it.
    pub async fn publish(
        &self,
        mut next: Manifest,
        files: Vec<NewFile>,
    ) -> Result<Manifest, ArchiveError> {
        next.number += 1;
        for NewFile { mut entry, bytes } in files {
            self.store.write(&entry.path, bytes).await?;
            entry.added = next.number;
            next.files.retain(|file| file.path != entry.path);
            next.files.push(entry);
        }
        let (manifest, text) = next.sealed();
        let path = Manifest::path_of(manifest.number);
        if !self.store.create(&path, Bytes::from(text)).await? {
            return Err(ArchiveError::Conflict { number: manifest.number });
        }
        self.store.write(CURRENT, Bytes::from(format!("{}\n", manifest.number))).await?;
        Ok(manifest)
    }

    /// Reads a file that a manifest names, whole and checked.
    ///
    /// # Errors
    /// [`ArchiveError`]; the file is named.
    pub async fn read(&self, file: &FileEntry) -> Result<Bytes, ArchiveError> {
        let expected = Expected { bytes: file.bytes.min(FILE_BYTES_MAX), digest: &file.digest };
        Ok(self.store.read(&file.path, Some(expected)).await?)
    }

    /// The rows of a file that a manifest names.
    ///
    /// # Errors
    /// [`ArchiveError`]; the file is named.
    pub async fn rows(&self, file: &FileEntry) -> Result<Batches, ArchiveError> {
        decode(self.read(file).await?).map_err(|source| in_file(file, source))
    }
}

/// An error within a file, with its name.
pub(crate) fn in_file(file: &FileEntry, source: impl Into<FileError>) -> ArchiveError {
    ArchiveError::File { path: file.path.clone(), source: source.into() }
}

#[cfg(test)]
#[path = "archive_tests.rs"]
mod tests;
