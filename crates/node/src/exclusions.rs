//! What was taken out of the map, by whom and why: a list in the data folder that only grows.
//!
//! Whoever reads evidence, of the journal or of the archive, leaves out what the list names, so a map
//! learned with it is the map that never saw any of it.

use crate::limits::{EXCLUSION_TEXT_CHARS_MAX, EXCLUSIONS_BYTES_MAX};
use crate::stamp::Stamp;
use crate::store::{Store, write_whole};
use anyhow::Context as _;
use cairn_archive::{Exclusion, Exclusions};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExclusionRecord {
    /// What was taken out, as [`Exclusion`] prints it.
    pub what: String,
    /// When, ms since the Unix epoch.
    pub when_ms: i64,
    /// By whom, as they say.
    pub who: String,
    /// Why.
    pub why: String,
}

/// The list of a data folder.
#[derive(Debug)]
pub struct ExclusionList {
    path: PathBuf,
    kept: Mutex<Kept>,
}

#[derive(Debug)]
struct Kept {
    stamp: Option<Stamp>,
    exclusions: Arc<Exclusions>,
}

impl ExclusionList {
    /// Reads the list of a data folder; one that is not there is empty.
    ///
    /// # Errors
    /// When it cannot be read or is not whole.
    pub fn open(store: &Store) -> anyhow::Result<Self> {
        let path = store.exclusions();
        let stamp = Stamp::at(&path).ok();
        let exclusions = Arc::new(exclusions_of(&records(&path)?)?);
        Ok(Self { path, kept: Mutex::new(Kept { stamp, exclusions }) })
    }

    /// What was taken out, as of the last look.
    pub fn now(&self) -> Arc<Exclusions> {
        Arc::clone(&self.kept.lock().unwrap_or_else(PoisonError::into_inner).exclusions)
    }

    /// Looks whether the list grew; a list that cannot be read leaves the one before in force.
    pub fn refresh(&self) {
        let stamp = Stamp::at(&self.path).ok();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.stamp == stamp {
            return;
        }
        kept.stamp = stamp;
        match records(&self.path).and_then(|all| exclusions_of(&all)) {
            Ok(exclusions) => kept.exclusions = Arc::new(exclusions),
            Err(error) => tracing::error!(error = %format!("{error:#}"),
                "the list of what was taken out cannot be read: the one before stays in force"),
        }
    }
}

/// The lines of a list; none when it is not there.
///
/// # Errors
/// When it cannot be read, is too long, or a line is not one of ours.
pub fn records(path: &Path) -> anyhow::Result<Vec<ExclusionRecord>> {
    let text = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Ok(meta) if meta.len() > EXCLUSIONS_BYTES_MAX => {
            anyhow::bail!("{} is longer than {EXCLUSIONS_BYTES_MAX} bytes", path.display())
        }
        _ => fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?,
    };
    let line = |(index, line): (usize, &str)| {
        let named = || format!("{} line {}", path.display(), index + 1);
        let record: ExclusionRecord = serde_json::from_str(line).with_context(named)?;
        anyhow::ensure!(Exclusion::parse(&record.what).is_some(), "{}: what is that?", named());
        Ok(record)
    };
    text.lines().enumerate().map(line).collect()
}

fn exclusions_of(records: &[ExclusionRecord]) -> anyhow::Result<Exclusions> {
    let all = records.iter().filter_map(|record| Exclusion::parse(&record.what));
    Exclusions::of(all).context("more was taken out than one list holds")
}

/// Adds a line; durable when this returns.
///
/// # Errors
/// When the list cannot be read or written, or is full.
pub fn append(store: &Store, record: ExclusionRecord) -> anyhow::Result<()> {
    let lock = File::create(store.exclusions().with_extension("lock")).context("lock the list")?;
    lock.lock().context("lock the list")?;
    let cut = |text: &str| text.chars().take(EXCLUSION_TEXT_CHARS_MAX).collect::<String>();
    let (who, why) = (cut(&record.who), cut(&record.why));
    let mut all = records(&store.exclusions())?;
    all.push(ExclusionRecord { who, why, ..record });
    exclusions_of(&all)?;
    let mut text = String::new();
    for record in &all {
        text.push_str(&serde_json::to_string(record).context("write the list")?);
        text.push('\n');
    }
    write_whole(&store.exclusions(), text.as_bytes(), 0o600).context("write the list")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(what: &str) -> ExclusionRecord {
        let (who, why) = ("ops".to_owned(), "a test".to_owned());
        ExclusionRecord { what: what.to_owned(), when_ms: 1, who, why }
    }

    #[test]
    fn the_list_grows_by_lines_and_a_reader_notices() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        let list = ExclusionList::open(&store).unwrap();
        assert!(list.now().is_empty());
        for n in 1..=3 {
            append(&store, record(&format!("app:{n:016x}"))).unwrap();
        }
        assert!(list.now().is_empty(), "not looked yet");
        list.refresh();
        assert_eq!(list.now().iter().count(), 3);
        assert_eq!(records(&store.exclusions()).unwrap().len(), 3);
        assert_eq!(ExclusionList::open(&store).unwrap().now(), list.now());
    }

    #[test]
    fn a_list_that_is_not_ours_is_refused_by_line_and_leaves_the_one_before_in_force() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        append(&store, record("app:0000000000000001")).unwrap();
        let list = ExclusionList::open(&store).unwrap();
        let mut text = fs::read_to_string(store.exclusions()).unwrap();
        text.push_str("{\"what\":\"everything\",\"when_ms\":1,\"who\":\"\",\"why\":\"\"}\n");
        fs::write(store.exclusions(), text).unwrap();
        let error = ExclusionList::open(&store).unwrap_err().to_string();
        assert!(error.contains("line 2"), "{error}");
        list.refresh();
        assert_eq!(list.now().iter().count(), 1);
        assert!(append(&store, record("app:0000000000000002")).is_err());
    }
}
