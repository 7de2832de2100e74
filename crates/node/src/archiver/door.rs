//! Where the archive is, and waiting for it from a thread of one's own.

use crate::config::ArchiveConfig;
use crate::store::Store;
use anyhow::Context as _;
use cairn_archive::{Archive, Patience, Store as FileStore};
use std::path::PathBuf;
use tokio::runtime::{Builder, Runtime};

/// An archive, and what waits for it; one a thread.
#[derive(Debug)]
pub struct ArchiveDoor {
    archive: Archive,
    runtime: Runtime,
    journal: String,
}

impl ArchiveDoor {
    /// The archive that a configuration names, made when it is not there; `None` when it wants none.
    ///
    /// # Errors
    /// When the folder cannot be made, or the address is of a kind that this build does not know.
    pub fn open(config: &ArchiveConfig, store: &Store) -> anyhow::Result<Option<Self>> {
        if !config.enabled {
            return Ok(None);
        }
        let files = match folder(config, store) {
            Some(folder) => FileStore::in_folder(&folder, Patience::STANDARD)?,
            None => remote(&config.url)?,
        };
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.context("start what waits for the archive")?;
        Ok(Some(Self { archive: Archive::new(files), runtime, journal: config.journal.clone() }))
    }

    /// The same, for reading: `None` too when nothing is there yet.
    ///
    /// # Errors
    /// As [`ArchiveDoor::open`].
    pub fn find(config: &ArchiveConfig, store: &Store) -> anyhow::Result<Option<Self>> {
        match folder(config, store) {
            Some(folder) if !folder.exists() => Ok(None),
            _ => Self::open(config, store),
        }
    }

    /// The archive.
    pub const fn archive(&self) -> &Archive {
        &self.archive
    }

    /// What the journal is called in it.
    pub fn journal(&self) -> &str {
        &self.journal
    }

    /// Waits for something of the archive's; not from within an async task.
    pub fn wait<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }
}

/// The folder of an archive; `None` for an object store.
fn folder(config: &ArchiveConfig, store: &Store) -> Option<PathBuf> {
    match config.url.as_str() {
        "" => Some(store.archive()),
        url if url.contains("://") => None,
        path => Some(PathBuf::from(path)),
    }
}

#[cfg(feature = "s3")]
fn remote(url: &str) -> anyhow::Result<FileStore> {
    // Keys and regions come from the variables that each store's own tools read.
    FileStore::at_url(url, std::env::vars(), Patience::STANDARD)
        .with_context(|| format!("open the archive at {url}"))
}

#[cfg(not(feature = "s3"))]
fn remote(url: &str) -> anyhow::Result<FileStore> {
    anyhow::bail!(
        "{url}: this build knows archives in folders only; build with \
         cargo build --release --features cluster"
    )
}
