//! The map that a row was served from, found by its snapshots' digests.

use anyhow::Context as _;
use cairn_snapshot::{Snapshot, SnapshotSet};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Digits of a digest in a snapshot's file name.
const NAME_DIGITS: usize = 16;

/// Where snapshots lie.
#[derive(Debug, Default)]
pub(crate) struct Maps {
    folders: Vec<PathBuf>,
    open: BTreeMap<String, Option<Arc<Snapshot>>>,
}

impl Maps {
    /// Files, and folders whose files are named by their digests.
    ///
    /// # Errors
    /// A file cannot be opened.
    pub(crate) fn of(files: &[PathBuf], folders: Vec<PathBuf>) -> anyhow::Result<Self> {
        let mut open = BTreeMap::new();
        for file in files {
            let snapshot =
                Snapshot::open(file).with_context(|| format!("open {}", file.display()))?;
            open.insert(snapshot.id().to_string(), Some(Arc::new(snapshot)));
        }
        Ok(Self { folders, open })
    }

    /// The set of a head; `None` when one of its snapshots is not here any more.
    ///
    /// # Errors
    /// A snapshot is here and cannot be believed.
    pub(super) fn set(&mut self, parts: &[Vec<String>]) -> anyhow::Result<Option<SnapshotSet>> {
        let mut sets = Vec::new();
        for ids in parts {
            let mut layers = Vec::new();
            for id in ids {
                let Some(snapshot) = self.snapshot(id)? else { return Ok(None) };
                layers.push(snapshot);
            }
            let base = layers.pop();
            sets.push(SnapshotSet::new(base, layers));
        }
        // The largest part came first, and is the last of those of its size.
        let n = usize::from(!sets.is_empty());
        sets.rotate_left(n);
        Ok(Some(SnapshotSet::joined(sets)))
    }

    fn snapshot(&mut self, id: &str) -> anyhow::Result<Option<Arc<Snapshot>>> {
        if let Some(known) = self.open.get(id) {
            return Ok(known.clone());
        }
        let name =
            id.get(..NAME_DIGITS).filter(|it| it.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let name = format!("{}.snapshot", name.context("a digest that is none")?);
        let path = self.folders.iter().map(|folder| folder.join(&name)).find(|path| path.exists());
        let snapshot = path.map(|path| {
            Snapshot::open(&path).with_context(|| format!("open {}", path.display())).map(Arc::new)
        });
        let is_it = |snapshot: &Arc<Snapshot>| snapshot.id().to_string() == id;
        let snapshot = snapshot.transpose()?.filter(is_it);
        self.open.insert(id.to_owned(), snapshot.clone());
        Ok(snapshot)
    }
}
