//! Appends to a journal with many under way, so that they share syncs.

use crate::clock::Clock;
use crate::engine::Engine;
use anyhow::Context as _;
use cairn_journal::{AppendError, Appended};
use cairn_report::Batch;
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

/// Appends that may wait for the disk.
const PENDING_MAX: usize = 64;
/// Pause before an append is tried again after the journal's queue was full.
const BUSY_PAUSE: Duration = Duration::from_millis(20);

/// The fate of one append, once it is known.
type Fate = Receiver<Result<(), AppendError>>;

/// Appends under way.
pub(super) struct Appends<'a> {
    engine: &'a Engine,
    clock: Clock,
    pending: VecDeque<Fate>,
}

impl<'a> Appends<'a> {
    /// None under way.
    pub(super) const fn new(engine: &'a Engine, clock: Clock) -> Self {
        Self { engine, clock, pending: VecDeque::new() }
    }

    /// Appends; waits for older ones when too many are under way or the journal's queue is full.
    pub(super) fn push(&mut self, batch: &Batch) -> anyhow::Result<()> {
        if self.pending.len() == PENDING_MAX {
            self.take_one()?;
        }
        loop {
            let fate = self.start(batch.clone());
            match fate.try_recv() {
                Ok(Err(AppendError::Busy { .. })) => {}
                Ok(known) => return known.context("append to the journal"),
                Err(_not_known_yet) => {
                    self.pending.push_back(fate);
                    return Ok(());
                }
            }
            if self.pending.is_empty() { self.clock.sleep(BUSY_PAUSE) } else { self.take_one()? }
        }
    }

    /// Hands a batch to the journal.
    fn start(&self, batch: Batch) -> Fate {
        let (tell, told) = sync_channel(1);
        let done = move |outcome: Result<Appended, AppendError>| {
            let _nobody_waits = tell.send(outcome.map(drop));
        };
        self.engine.journal.append(batch, Box::new(done));
        told
    }

    /// Waits for the oldest append.
    fn take_one(&mut self) -> anyhow::Result<()> {
        let Some(fate) = self.pending.pop_front() else { return Ok(()) };
        match fate.recv() {
            Ok(outcome) => outcome.context("append to the journal"),
            Err(_closed) => anyhow::bail!("the journal closed"),
        }
    }

    /// Waits for all appends.
    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        while !self.pending.is_empty() {
            self.take_one()?;
        }
        Ok(())
    }
}
