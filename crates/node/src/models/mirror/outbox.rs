//! What waits to be mirrored: a file for each run, and how much of the registry's log is there.

use super::error::MirrorError;
use crate::limits::{MIRROR_ATTEMPTS_MAX, MIRROR_WAITING_MAX};
use crate::store::write_whole;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// A run that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Waiting {
    /// Its name.
    pub(super) run: String,
    /// When it was made, ms.
    pub(super) at_ms: i64,
    /// How often the server refused it.
    pub(super) n_refused: u32,
}

/// How much of the registry's log a server has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mark {
    /// Which server.
    pub(super) server: String,
    /// Entries it has.
    pub(super) n_entries: usize,
}

/// The folder.
#[derive(Debug, Clone)]
pub(super) struct Outbox {
    root: PathBuf,
}

impl Outbox {
    /// The outbox in a folder, made at the first write.
    pub(super) fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// One process sends at a time; `None` while another does.
    pub(super) fn lock(&self) -> io::Result<Option<File>> {
        fs::create_dir_all(self.root.join("waiting"))?;
        let file = File::create(self.root.join("lock"))?;
        Ok(file.try_lock().is_ok().then_some(file))
    }

    /// Puts a run in; false when too many wait already.
    pub(super) fn put(&self, run: &str, at_ms: i64) -> io::Result<bool> {
        fs::create_dir_all(self.root.join("waiting"))?;
        if self.waiting()?.len() >= MIRROR_WAITING_MAX {
            return Ok(false);
        }
        self.write(&Waiting { run: run.to_owned(), at_ms, n_refused: 0 })?;
        Ok(true)
    }

    /// What waits, the oldest first; files that are not of ours are left alone.
    pub(super) fn waiting(&self) -> io::Result<Vec<Waiting>> {
        let entries = match fs::read_dir(self.root.join("waiting")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut waiting = Vec::new();
        for entry in entries.take(2 * MIRROR_WAITING_MAX) {
            let path = entry?.path();
            let is_ours = path.extension().is_some_and(|ending| ending == "json");
            let item = fs::read(&path).ok().filter(|_| is_ours);
            let item = item.and_then(|bytes| serde_json::from_slice::<Waiting>(&bytes).ok());
            waiting.extend(item.filter(|item| path == self.path(&item.run)));
        }
        waiting.sort_by(|a, b| (a.at_ms, &a.run).cmp(&(b.at_ms, &b.run)));
        Ok(waiting)
    }

    /// A run that is there waits no longer.
    pub(super) fn remove(&self, item: &Waiting) -> io::Result<()> {
        fs::remove_file(self.path(&item.run))
    }

    /// Counts a refusal; true when that was the last, and the run was set aside.
    pub(super) fn refuse(&self, item: &Waiting) -> io::Result<bool> {
        let item = Waiting { n_refused: item.n_refused + 1, ..item.clone() };
        self.write(&item)?;
        let path = self.path(&item.run);
        let is_last = item.n_refused >= MIRROR_ATTEMPTS_MAX;
        if is_last {
            fs::rename(&path, path.with_extension("refused"))?;
        }
        Ok(is_last)
    }

    /// How much of the log a server has; nothing of it for one that is new here.
    pub(super) fn mark(&self, server: &str) -> Mark {
        let bytes = fs::read(self.root.join("mark.json")).unwrap_or_default();
        let mark: Mark = serde_json::from_slice(&bytes).unwrap_or_default();
        let is_this = mark.server == server;
        Mark { server: server.to_owned(), n_entries: if is_this { mark.n_entries } else { 0 } }
    }

    /// Keeps how much of the log a server has.
    pub(super) fn set_mark(&self, mark: &Mark) -> Result<(), MirrorError> {
        let bytes = serde_json::to_vec(mark).unwrap_or_default();
        Ok(write_whole(&self.root.join("mark.json"), &bytes, 0o644)?)
    }

    fn write(&self, item: &Waiting) -> io::Result<()> {
        let bytes = serde_json::to_vec(item).unwrap_or_default();
        write_whole(&self.path(&item.run), &bytes, 0o644)
    }

    fn path(&self, run: &str) -> PathBuf {
        let name: String = run.chars().filter(char::is_ascii_alphanumeric).collect();
        self.root.join("waiting").join(name + ".json")
    }
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;
