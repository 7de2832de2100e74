//! Sealing more records than memory holds, on all cores, going on where a kill broke it off.
//!
//! Records come in runs of a fixed number. Each run is sorted and written to a file of its own, with a checksum:
//! this is most of the work, and what is kept. Then every range of mixed keys is merged over all runs, twice: once to
//! count, which fixes where everything lies, once to write it there. The bytes are those that [`SnapshotWriter`]
//! would seal, whatever the number of threads and however often it was broken off (S1).
//!
//! [`SnapshotWriter`]: crate::SnapshotWriter
//!
//! Reading order: here, `run` (a sorted run's file), `union` (one range over all runs), `assemble` (the snapshot's
//! file), `merge` (of snapshots).

mod assemble;
mod merge;
mod run;
mod union;

pub use merge::merge_into;

use crate::error::SealError;
use crate::limits::{BULK_RUNS_MAX, BULK_THREADS_MAX};
use crate::mix::Mix;
use crate::payload;
use crate::serializer::{ENTRY_BYTES, Entry};
use crate::venues::Venue;
use crate::{Meta, SnapshotId, TransmitterRecord};
use run::Run;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use union::Union;

/// Which of two records of one key stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// The one of more observations, as [`crate::SnapshotWriter`] does.
    Heavier,
    /// That of the earlier run.
    Earlier,
}

/// What is to be sealed.
#[derive(Debug, Clone)]
pub struct BulkPlan {
    /// The meta.
    pub meta: Meta,
    /// Which of two records of one key stays.
    pub keep: Keep,
    /// What tells this work from any other: runs of the same are used again.
    pub digest: [u8; 32],
    /// Number of runs.
    pub n_runs: u64,
    /// Threads; the bytes do not depend on it.
    pub threads: usize,
}

/// Where the records of a run come from: called with the run's number and where to put them.
pub type RunSource<'a> = dyn Fn(u64, &mut dyn FnMut(TransmitterRecord)) + Sync + 'a;

/// Where the records of one run are put.
type Push<'a> = dyn FnMut(TransmitterRecord) + 'a;

/// What came of the runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BulkTally {
    /// Runs that were there already, whole.
    pub n_kept: u64,
    /// Records refused in the others: a number that is not finite, or a kind that is not the key's.
    pub n_refused: u64,
}

/// Sealing in progress, in a folder of its own beside the file to be.
#[derive(Debug)]
pub struct Bulk {
    plan: BulkPlan,
    mix: Mix,
    out: PathBuf,
    folder: PathBuf,
    /// Held against another process at the same work.
    _lock: File,
}

impl Bulk {
    /// Begins, or goes on where the same plan was broken off in `out`.
    ///
    /// # Errors
    /// [`SealError`]: a meta that the format cannot hold, another process at the same work, the disk.
    pub fn begin(out: &Path, plan: BulkPlan) -> Result<Self, SealError> {
        plan.meta.validate()?;
        if plan.n_runs > BULK_RUNS_MAX {
            return Err(SealError::TooManyRuns { found: plan.n_runs, max: BULK_RUNS_MAX });
        }
        let name = SnapshotId::new(plan.digest).file_name();
        let folder = out.join(format!("{name}.building"));
        fs::create_dir_all(&folder).map_err(at(&folder))?;
        let path = folder.join("lock");
        let lock = File::create(&path).map_err(at(&path))?;
        lock.try_lock().map_err(|error| at(&path)(io::Error::other(error)))?;
        let mix = Mix { key: plan.meta.mix_key() };
        Ok(Self { plan, mix, out: out.to_path_buf(), folder, _lock: lock })
    }

    /// Makes every run that is not there yet; `done` is told the number of each as it is there.
    ///
    /// # Errors
    /// [`SealError::Io`] of the disk.
    pub fn fill(
        &self,
        source: &RunSource<'_>,
        done: &(dyn Fn(u64) + Sync),
    ) -> Result<BulkTally, SealError> {
        let (kept, refused) = (AtomicU64::new(0), AtomicU64::new(0));
        self.on_all_threads(self.plan.n_runs, &|number| {
            let path = self.run_path(number);
            if Run::open(&path).is_some() {
                kept.fetch_add(1, Ordering::Relaxed);
            } else {
                let n_refused = self.make(&path, &|push| source(number, push))?;
                refused.fetch_add(n_refused, Ordering::Relaxed);
            }
            done(number);
            Ok(())
        })?;
        Ok(BulkTally { n_kept: kept.into_inner(), n_refused: refused.into_inner() })
    }

    /// Seals what the runs hold into the folder given at the beginning, and removes the runs.
    ///
    /// # Errors
    /// [`SealError`]; no file is left under the final name, the runs are.
    pub fn finish(self, venues: &[Venue]) -> Result<SnapshotId, SealError> {
        let paths = (0..self.plan.n_runs).map(|number| self.run_path(number));
        let runs = paths
            .map(|path| {
                let gone = || io::Error::other("a run is gone or damaged: build again");
                Run::open(&path).ok_or_else(|| at(&path)(gone()))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let union = Union::new(runs, self.plan.keep);
        let id = assemble::assemble(&self, &union, venues)?;
        fs::remove_dir_all(&self.folder).map_err(at(&self.folder))?;
        Ok(id)
    }

    fn run_path(&self, number: u64) -> PathBuf {
        self.folder.join(format!("{number:06}.run"))
    }

    /// Sorts and writes one run; the number of records refused.
    fn make(&self, path: &Path, source: &dyn Fn(&mut Push<'_>)) -> Result<u64, SealError> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut n_refused = 0;
        source(&mut |record| match payload::encode(&record) {
            Some(payload) => entries.push(entry(self.mix, &record, &payload)),
            None => n_refused += 1,
        });
        union::sort(&mut entries);
        union::keep_one_a_key(&mut entries, Keep::Heavier);
        run::write(path, &entries).map_err(at(path))?;
        Ok(n_refused)
    }

    /// Does `work` for each number below `n`, on as many threads as the plan says; the first error ends it.
    fn on_all_threads(
        &self,
        n: u64,
        work: &(dyn Fn(u64) -> Result<(), SealError> + Sync),
    ) -> Result<(), SealError> {
        let next = AtomicU64::new(0);
        let first_error = Mutex::new(None);
        let threads = self.plan.threads.clamp(1, BULK_THREADS_MAX);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= n {
                            return;
                        }
                        if let Err(error) = work(number) {
                            next.store(n, Ordering::Relaxed);
                            if let Ok(mut first) = first_error.lock() {
                                first.get_or_insert(error);
                            }
                        }
                    }
                });
            }
        });
        first_error.into_inner().ok().flatten().map_or(Ok(()), Err)
    }
}

fn entry(mix: Mix, record: &TransmitterRecord, payload: &payload::Payload) -> Entry {
    let mut entry = [0; ENTRY_BYTES];
    entry[..7].copy_from_slice(&mix.apply(record.key).to_be_bytes()[1..]);
    entry[7..].copy_from_slice(payload);
    entry
}

/// An error of the disk at `path`.
fn at(path: &Path) -> impl FnOnce(io::Error) -> SealError {
    let path = path.to_owned();
    move |source| SealError::Io { path, source }
}

#[cfg(test)]
#[path = "bulk_tests.rs"]
mod tests;
