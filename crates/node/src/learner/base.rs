//! Sealing a base beside the learning thread, on a copy of the map, so that fresh data stays fresh.
//!
//! The copy doubles the map's memory while it lasts. Only one base is sealed at a time.

use super::seal;
use anyhow::Context as _;
use cairn_journal::Position;
use cairn_radiomap::RadioMap;
use cairn_snapshot::{CalibrationRow, Checkpoint};
use std::path::{Path, PathBuf};
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
    pub(super) calibration: Vec<CalibrationRow>,
}

/// A base being sealed.
#[derive(Debug)]
pub(super) struct Sealing {
    thread: JoinHandle<anyhow::Result<SealedBase>>,
    /// When it began.
    pub(super) started: Instant,
}

impl Sealing {
    /// Starts to seal what `map` holds, which stands at `position`.
    pub(super) fn start(
        map: RadioMap,
        position: Position,
        n_threads: usize,
        folder: PathBuf,
        started: Instant,
    ) -> anyhow::Result<Self> {
        let thread = std::thread::Builder::new()
            .name("sealer".to_owned())
            .spawn(move || seal(&map, position, n_threads, &folder))
            .context("start the sealing thread")?;
        Ok(Self { thread, started })
    }

    /// True when [`Sealing::finish`] would not wait.
    pub(super) fn is_done(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits for the base.
    pub(super) fn finish(self) -> anyhow::Result<SealedBase> {
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// Seals a checkpoint and a base.
fn seal(
    map: &RadioMap,
    position: Position,
    n_threads: usize,
    folder: &Path,
) -> anyhow::Result<SealedBase> {
    let checkpoint = seal::checkpoint(map, folder)?;
    let base = seal::base(map, n_threads, folder)?;
    Ok(SealedBase { path: base.path, checkpoint, position, calibration: base.calibration })
}
