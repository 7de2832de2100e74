//! The same rows again, from query and map alone: compared bit for bit with what was served.
//!
//! Reading order: `maps` (the map a row was served from), `compare` (one row), here (files, on all cores).

mod compare;
mod maps;

pub(crate) use compare::Compared;
pub(crate) use maps::Maps;

use super::line::{Head, SCHEMA, features};
use crate::limits::{ROW_DIFFERENCES_TOLD_MAX, ROW_LINE_BYTES_MAX};
use crate::models::serving::Ready;
use anyhow::Context as _;
use cairn_learning::registry::Registry;
use cairn_snapshot::SnapshotSet;
use compare::{By, compared};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::sync::Arc;
use std::thread;

/// Rows that are compared at once. Source: some milliseconds of work for each thread, a few megabytes of lines.
const CHUNK: usize = 4_096;

/// What came of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Equal in every bit.
    pub(crate) n_equal: u64,
    /// Made again otherwise.
    pub(crate) n_other: u64,
    /// Whose map, or whose model, is not here.
    pub(crate) n_without: u64,
    /// Lines that are no row.
    pub(crate) n_unreadable: u64,
    /// The first that are not equal, in words.
    pub(crate) told: Vec<String>,
}

/// What rows are made again with.
#[derive(Debug)]
pub(crate) struct Rebuild {
    maps: Maps,
    models: Option<Registry>,
    loaded: BTreeMap<String, Option<Arc<Ready>>>,
    n_threads: usize,
    /// What came of them so far.
    pub(crate) tally: Tally,
}

/// What the rows under a head were made with, as far as it is here.
#[derive(Debug, Default)]
struct Under {
    set: Option<SnapshotSet>,
    by: By,
}

impl Rebuild {
    /// With these maps, and the models of a registry where one is given.
    pub(crate) const fn with(maps: Maps, models: Option<Registry>, n_threads: usize) -> Self {
        let tally =
            Tally { n_equal: 0, n_other: 0, n_without: 0, n_unreadable: 0, told: Vec::new() };
        Self { maps, models, loaded: BTreeMap::new(), n_threads, tally }
    }

    /// Makes every row of a file again.
    ///
    /// # Errors
    /// The file cannot be read, or is of another version or other features.
    pub(crate) fn file(&mut self, path: &Path) -> anyhow::Result<()> {
        let open = File::open(path).with_context(|| format!("open {}", path.display()))?;
        let (mut file, mut under, mut number) = (BufReader::new(open), Under::default(), 0_u64);
        let (mut chunk, mut line) = (Vec::new(), Vec::new());
        loop {
            line.clear();
            let read = (&mut file).take(ROW_LINE_BYTES_MAX).read_until(b'\n', &mut line);
            let n_read = read.with_context(|| format!("read {}", path.display()))?;
            // A last line that was never finished is none.
            let is_over = n_read == 0 || line.last() != Some(&b'\n');
            let head = line.starts_with(b"{\"schema\"");
            if is_over || head || chunk.len() >= CHUNK {
                self.compare(path, &under, &chunk);
                chunk.clear();
            }
            if is_over {
                return Ok(());
            }
            number += 1;
            if head {
                under = self.under(&line).with_context(|| format!("{}", path.display()))?;
            } else {
                chunk.push((number, std::mem::take(&mut line)));
            }
        }
    }

    /// What a head names, as far as it is here.
    fn under(&mut self, line: &[u8]) -> anyhow::Result<Under> {
        let head: Head = serde_json::from_slice(line).context("read the head of its rows")?;
        anyhow::ensure!(head.schema == SCHEMA, "rows of version {}, not {SCHEMA}", head.schema);
        let ours = features();
        anyhow::ensure!(
            head.features == ours,
            "rows of feature set {}, this program computes {ours}",
            head.features
        );
        let set = self.maps.set(&head.map)?;
        let Some(id) = head.model else { return Ok(Under { set, by: By::Map }) };
        let Some(registry) = &self.models else { return Ok(Under { set, by: By::Unknown }) };
        let load = || Ready::load(registry, &id).map(Arc::new).ok();
        let model = self.loaded.entry(id.clone()).or_insert_with(load).clone();
        Ok(Under { set, by: model.map_or(By::Unknown, By::Model) })
    }

    /// Compares rows on all threads, and counts in their order.
    fn compare(&mut self, path: &Path, under: &Under, rows: &[(u64, Vec<u8>)]) {
        let Some(set) = &under.set else {
            self.tally.n_without += rows.len() as u64;
            return;
        };
        let size = rows.len().div_ceil(self.n_threads).max(1);
        let all = |rows: &[(u64, Vec<u8>)]| -> Vec<Compared> {
            rows.iter().map(|(_, line)| compared(set, &under.by, line)).collect()
        };
        let compared: Vec<Compared> = thread::scope(|scope| {
            let parts: Vec<_> =
                rows.chunks(size).map(|part| scope.spawn(move || all(part))).collect();
            parts.into_iter().flat_map(|part| part.join().unwrap_or_default()).collect()
        });
        for ((number, _), compared) in rows.iter().zip(compared) {
            self.tally.count(&format!("{}:{number}", path.display()), compared);
        }
    }
}

impl Tally {
    fn count(&mut self, place: &str, compared: Compared) {
        let what = match compared {
            Compared::Equal => {
                self.n_equal += 1;
                return;
            }
            Compared::Other(what) => {
                self.n_other += 1;
                what
            }
            Compared::Unreadable(what) => {
                self.n_unreadable += 1;
                what
            }
        };
        if self.told.len() < ROW_DIFFERENCES_TOLD_MAX {
            self.told.push(format!("{place}: {what}"));
        }
    }
}
