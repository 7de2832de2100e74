//! Sealing a base beside the learning thread, on a copy of the map, so that fresh data stays fresh.
//!
//! The copy doubles the map's memory while it lasts. Only one base is sealed at a time.

use super::calibrate::Calibrated;
use super::seal;
use super::venues::Models;
use crate::threads;
use anyhow::Context as _;
use cairn_evidence::Voice;
use cairn_journal::Position;
use cairn_radiomap::RadioMap;
use cairn_signal::venue::Effort;
use cairn_snapshot::Checkpoint;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::Instant;

/// A base and its checkpoint on disk, not served yet.
#[derive(Debug)]
pub(super) struct SealedBase {
    /// Where the snapshot lies.
    pub(super) path: PathBuf,
    /// The learner's state that belongs to it.
    pub(super) checkpoint: Checkpoint,
    /// Where in the journal both stand.
    pub(super) position: Position,
    /// What its meta says about radii.
    pub(super) calibrated: Calibrated,
    /// Whom it does not ask.
    pub(super) discredited: BTreeSet<Voice>,
    /// True when a building's model in it is a draft: the next base will be whole.
    pub(super) is_draft: bool,
    /// The models learned so far.
    pub(super) models: Models,
}

/// What to seal, and how.
#[derive(Debug)]
pub(super) struct Work {
    /// What was learned.
    pub(super) map: RadioMap,
    /// Where in the journal it stands.
    pub(super) position: Position,
    /// The buildings' models so far.
    pub(super) models: Models,
    /// How much work models of buildings are worth now.
    pub(super) effort: Effort,
    /// Threads to use.
    pub(super) n_threads: usize,
    /// Where to.
    pub(super) folder: PathBuf,
}

/// A base being sealed.
#[derive(Debug)]
pub(super) struct Sealing {
    thread: JoinHandle<Option<anyhow::Result<SealedBase>>>,
    /// When it began.
    pub(super) started: Instant,
}

impl Sealing {
    /// Starts to seal.
    pub(super) fn start(work: Work, started: Instant) -> anyhow::Result<Self> {
        Self::start_with(started, move || seal(work))
    }

    /// Starts what seals.
    pub(super) fn start_with(
        started: Instant,
        seal: impl FnOnce() -> anyhow::Result<SealedBase> + Send + 'static,
    ) -> anyhow::Result<Self> {
        let thread = threads::start_retried("sealer", seal).context("start the sealing thread")?;
        Ok(Self { thread, started })
    }

    /// True when [`Sealing::finish`] would not wait.
    pub(super) fn is_done(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits for the base.
    pub(super) fn finish(self) -> anyhow::Result<SealedBase> {
        self.thread.join().ok().flatten().context("a fault of the sealer's own")?
    }
}

/// Seals a checkpoint and a base.
fn seal(work: Work) -> anyhow::Result<SealedBase> {
    let Work { mut map, position, mut models, effort, n_threads, folder } = work;
    let checkpoint = seal::checkpoint(&map, &folder)?;
    let base = seal::base(&mut map, &mut models, effort, n_threads, &folder)?;
    Ok(SealedBase {
        path: base.path,
        checkpoint,
        position,
        calibrated: base.calibrated,
        discredited: map.discredited().clone(),
        is_draft: base.is_draft,
        models,
    })
}
