//! Learning the whole map anew beside the learning thread, while the map before goes on serving.
//!
//! Two occasions: something was taken out, or a restart found no checkpoint and the journal no longer
//! begins at its start. The second map doubles the memory while it lasts. Who learns a part of a log of
//! several machines learns the archive here, and then the log again from its start.

use super::origin::Origin;
use super::thread::Parts;
use super::whole::Whole;
use crate::archiver::ArchiveDoor;
use crate::threads;
use anyhow::Context as _;
use cairn_archive::Exclusions;
use cairn_journal::Position;
use cairn_radiomap::RadioMap;
use std::sync::Arc;
use std::thread::JoinHandle;

/// A map being learned anew.
#[derive(Debug)]
pub(super) struct Relearning {
    thread: JoinHandle<Option<anyhow::Result<RadioMap>>>,
    /// What is left out of it.
    pub(super) without: Arc<Exclusions>,
    /// Where in the journal it will stand.
    pub(super) position: Position,
}

impl Relearning {
    /// Starts to learn what is kept, up to a position of the journal.
    pub(super) fn start(parts: &Parts, end: Position) -> anyhow::Result<Self> {
        let without = parts.exclusions.now();
        tracing::info!(
            journal_position = end.get(),
            exclusions = without.iter().count(),
            "learning the map anew; the one before serves meanwhile"
        );
        let (parts, left_out) = (parts.clone(), Arc::clone(&without));
        let work = move || learn(&parts, &left_out, end);
        let thread = threads::start_retried("relearner", work).context("start to learn anew")?;
        Ok(Self { thread, without, position: end })
    }

    /// True when [`Relearning::finish`] would not wait.
    pub(super) fn is_done(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits for the map.
    pub(super) fn finish(self) -> anyhow::Result<RadioMap> {
        self.thread.join().ok().flatten().context("a fault of our own while learning anew")?
    }
}

fn learn(parts: &Parts, without: &Exclusions, end: Position) -> anyhow::Result<RadioMap> {
    let door = ArchiveDoor::find(&parts.archive, &parts.store).context("open the archive")?;
    let whole = Whole {
        archive: door.as_ref(),
        from_archive: false,
        without,
        end,
        n_threads: parts.config.threads,
        voices_min: parts.config.voices_min,
    };
    match &parts.journal {
        Origin::Own(journal) => whole.learn(&**journal, &mut |_| {}),
        Origin::Shared(_, part) => whole.learn_archived(*part),
    }
}
