//! One part's way into its stream: opened, watched for loss, filled again when it is lost.

use super::metrics::PartMetrics;
use super::partition::Partition;
use super::state::{State, StateFile};
use anyhow::Context as _;
use cairn_journal::nats::JetStream;
use cairn_journal::{AppendError, Log as _, Position, RemoteFault, RemoteKind};
use cairn_report::Batch;
use std::path::Path;

/// One part's way into its stream.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) part: Partition,
    stream: JetStream,
    file: StateFile,
    state: State,
    is_kept: bool,
    pub(super) numbers: PartMetrics,
}

impl Delivery {
    pub(super) fn new(
        part: Partition,
        stream: JetStream,
        folder: &Path,
        numbers: PartMetrics,
    ) -> anyhow::Result<Self> {
        let file = StateFile::at(folder, &stream.names().stream);
        let state = file.load().context("read how far a stream is")?;
        Ok(Self { part, stream, file, state, is_kept: true, numbers })
    }

    /// Everything of the spool before it is in the stream.
    pub(super) const fn sent(&self) -> Position {
        Position::new(self.state.sent)
    }

    /// Makes the stream where it is missing, and looks whether it is still the one that was filled; true
    /// when it is not, and everything that the spool still holds has to be sent again. One that is made begins
    /// at `born`.
    pub(super) fn open(&mut self, born: u64) -> Result<bool, RemoteFault> {
        let extent = self.stream.make(true, born)?;
        let created_ns = extent.created_ns.to_string();
        let is_new = self.state.created_ns.is_empty();
        let is_other = self.state.created_ns != created_ns;
        let is_cut = extent.end.get() < self.state.sequence;
        if !is_other && !is_cut {
            return Ok(false);
        }
        self.state.created_ns = created_ns;
        self.state.sequence = extent.end.get();
        self.is_kept = false;
        if is_new {
            return Ok(false);
        }
        tracing::error!(stream = %self.stream.names().stream,
            "a stream was lost: what the journal still holds is sent to it again");
        self.state.sent = 0;
        self.numbers.resent.inc();
        Ok(true)
    }

    /// Sends batches, which end at `end` of the spool; after an error all of them are to be sent again.
    pub(super) fn send(&mut self, batches: Vec<Batch>, end: Position) -> Result<(), RemoteFault> {
        let mut fresh = 0;
        for outcome in self.stream.append_all(batches) {
            match outcome {
                Ok(appended) => {
                    self.state.sequence = self.state.sequence.max(appended.position.get());
                    fresh += u64::from(!appended.duplicate);
                }
                Err(AppendError::Remote(fault)) => return Err(fault),
                Err(_) => return Err(RemoteFault { doing: "publish", kind: RemoteKind::Closed }),
            }
        }
        self.numbers.forwarded.inc_by(fresh);
        self.pass(end);
        Ok(())
    }

    /// Everything before `end` of the spool is in the stream, or none of its business.
    pub(super) fn pass(&mut self, end: Position) {
        if end.get() > self.state.sent {
            self.state.sent = end.get();
            self.is_kept = false;
        }
    }

    /// Keeps on disk how far the stream is, when that changed.
    pub(super) fn keep(&mut self) -> anyhow::Result<()> {
        if !self.is_kept {
            self.file.store(&self.state).context("keep how far a stream is")?;
            self.is_kept = true;
        }
        Ok(())
    }
}
