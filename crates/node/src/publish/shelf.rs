//! What lies ready for the public: the files of a folder, and the numbers by month.

use super::months::Months;
use super::names::{Kind, kind_of};
use crate::config::PublishConfig;
use crate::limits::DOWNLOADS_MAX;
use crate::store::{Store, write_whole};
use arc_swap::ArcSwap;
use cairn_ground::Timestamp;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;
use tokio::sync::Semaphore;

/// The file that keeps the numbers by month over a restart.
const MONTHS: &str = "stats.json";

/// One file that anybody may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Its size.
    pub size_bytes: u64,
    /// When it was written.
    pub written: Timestamp,
}

/// What lies ready for the public.
#[derive(Debug)]
pub struct Shelf {
    folder: PathBuf,
    config: PublishConfig,
    months: ArcSwap<Months>,
    /// Files sent at once.
    pub places: Arc<Semaphore>,
}

impl Shelf {
    /// The shelf of a data folder, with the numbers that were there.
    ///
    /// # Errors
    /// When the folder cannot be created.
    pub fn open(store: &Store, config: &PublishConfig) -> io::Result<Self> {
        let folder = store.public();
        fs::create_dir_all(&folder)?;
        remove_half_written(&folder)?;
        let kept = fs::read(folder.join(MONTHS)).ok();
        let months = kept.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Ok(Self {
            folder,
            config: config.clone(),
            months: ArcSwap::from_pointee(months.unwrap_or_default()),
            places: Arc::new(Semaphore::new(DOWNLOADS_MAX)),
        })
    }

    /// The numbers by month.
    pub fn months(&self) -> Arc<Months> {
        self.months.load_full()
    }

    /// True when numbers were ever made.
    pub(super) fn has_months(&self) -> bool {
        self.folder.join(MONTHS).exists()
    }

    /// Replaces the numbers by month.
    pub(super) fn set_months(&self, months: Months) -> io::Result<()> {
        let bytes = serde_json::to_vec(&months).map_err(io::Error::other)?;
        self.months.store(Arc::new(months));
        write_whole(&self.folder.join(MONTHS), &bytes, 0o644)
    }

    /// Where a published file lies.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The files on offer, newest name first; a kind that is switched off is not.
    pub fn offers(&self) -> Vec<Offer> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut offers: Vec<Offer> = entries
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                let kind = kind_of(&name).filter(|kind| self.is_on(*kind))?;
                let about = entry.metadata().ok().filter(fs::Metadata::is_file)?;
                Some(Offer { name, kind, size_bytes: about.len(), written: written(&about) })
            })
            .collect();
        offers.sort_by(|a, b| (a.kind, &b.name).cmp(&(b.kind, &a.name)));
        offers
    }

    /// Opens a file on offer, with its size.
    pub fn take(&self, name: &str) -> Option<(File, u64)> {
        kind_of(name).filter(|kind| self.is_on(*kind))?;
        let file = File::open(self.folder.join(name)).ok()?;
        let about = file.metadata().ok().filter(fs::Metadata::is_file)?;
        Some((file, about.len()))
    }

    /// Removes the oldest files of a kind beyond `n_max`.
    pub(super) fn keep_newest(&self, kind: Kind, n_max: usize) -> io::Result<()> {
        let old = self.offers().into_iter().filter(|offer| offer.kind == kind).skip(n_max);
        for offer in old {
            fs::remove_file(self.folder.join(offer.name))?;
        }
        Ok(())
    }

    const fn is_on(&self, kind: Kind) -> bool {
        match kind {
            Kind::Full | Kind::Diff => self.config.cells,
            Kind::Coverage | Kind::Wanted => self.config.coverage,
        }
    }
}

/// Removes what a crash left under a temporary name.
fn remove_half_written(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "writing") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// When a file was written; a clock before 1970 is 1970.
fn written(about: &fs::Metadata) -> Timestamp {
    let since = about.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let ms = since.and_then(|since| i64::try_from(since.as_millis()).ok());
    Timestamp::from_ms(ms.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelf(folder: &Path, cells: bool) -> Shelf {
        let config = PublishConfig { cells, ..PublishConfig::default() };
        Shelf::open(&Store::at(folder), &config).unwrap()
    }

    #[test]
    fn only_files_with_published_names_are_offered_and_a_closed_shelf_offers_none() {
        let folder = tempfile::tempdir().unwrap();
        let open = shelf(folder.path(), true);
        let name = "MLS-full-cell-export-2026-01-02T000000.csv.gz";
        for name in [name, "secret.txt", "coverage.csv.gz", "coverage.csv.writing"] {
            fs::write(open.path(name), b"12345").unwrap();
        }
        let offers = open.offers();
        assert_eq!(offers.len(), 1, "{offers:?}");
        assert_eq!((offers[0].name.as_str(), offers[0].size_bytes), (name, 5));
        assert!(open.take(name).is_some());
        for name in ["secret.txt", "../public/secret.txt", "coverage.csv.gz", ""] {
            assert!(open.take(name).is_none(), "{name}");
        }
        assert!(shelf(folder.path(), false).offers().is_empty());
        assert!(!open.path("coverage.csv.writing").exists(), "left by a crash");
    }

    #[test]
    fn the_newest_files_stay() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = shelf(folder.path(), true);
        for day in 1..=5 {
            let name = format!("MLS-full-cell-export-2026-01-0{day}T000000.csv.gz");
            fs::write(shelf.path(&name), b"").unwrap();
        }
        shelf.keep_newest(Kind::Full, 2).unwrap();
        let left: Vec<String> = shelf.offers().into_iter().map(|offer| offer.name).collect();
        assert_eq!(left.len(), 2);
        assert!(left[0].contains("2026-01-05") && left[1].contains("2026-01-04"), "{left:?}");
    }
}
