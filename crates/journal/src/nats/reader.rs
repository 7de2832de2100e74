//! From pulled messages to batches: each once, what cannot be read put aside, acknowledged when settled.

use super::cluster::Cluster;
use super::message::{Unpacked, unpack};
use super::pull::{Pulled, Shared};
use super::stream::Names;
use crate::limits::DEDUP_RECORDS;
use crate::recent::Recent;
use crate::{Entry, LogReader, Position, ReadError};
use async_nats::jetstream::message::Acker;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinHandle;

/// Reads one stream.
pub(super) struct JetStreamReader {
    cluster: Arc<Cluster>,
    names: Names,
    shared: Arc<Shared>,
    receive: Receiver<Pulled>,
    task: JoinHandle<()>,
    /// Not put aside yet: tried again.
    held: Option<Pulled>,
    recent: Recent,
    /// Read, and not settled.
    unsettled: BTreeMap<u64, Acker>,
    last: u64,
}

impl std::fmt::Debug for JetStreamReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JetStreamReader").field("last", &self.last).finish_non_exhaustive()
    }
}

impl Drop for JetStreamReader {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl JetStreamReader {
    pub(super) fn new(
        cluster: Arc<Cluster>,
        names: Names,
        shared: Arc<Shared>,
        receive: Receiver<Pulled>,
        task: JoinHandle<()>,
    ) -> Self {
        let last = shared.settled.load(Ordering::Acquire);
        let recent = Recent::new(DEDUP_RECORDS, u64::MAX);
        let (held, unsettled) = (None, BTreeMap::new());
        Self { cluster, names, shared, receive, task, held, recent, unsettled, last }
    }

    /// The stream ends before what was read of it.
    fn cut(&self) -> ReadError {
        let end = Position::new(self.shared.end.load(Ordering::Acquire));
        let position = Position::new(self.last);
        ReadError::OutOfRange { position, start: Position::START, end }
    }

    fn entry_of(&mut self, pulled: Pulled) -> Result<Entry, ReadError> {
        let sequence = pulled.sequence;
        let end = Position::new(sequence);
        let Some(message) = pulled.message else {
            self.last = sequence;
            return Ok(Entry { end, batches: Vec::new(), parked: None });
        };
        let Unpacked { mut batches, fault } = unpack(&message.payload);
        let parked = fault.map(|fault| fault.to_string());
        if let Some(reason) = &parked {
            let parked = self.cluster.park(&self.names, sequence, reason, &message.payload);
            if let Err(fault) = parked {
                self.held = Some(Pulled { sequence, message: Some(message) });
                return Err(fault.into());
            }
        }
        batches.retain(|batch| self.recent.end_of(batch.id).is_none());
        for batch in &batches {
            self.recent.remember(batch.id, sequence);
        }
        self.last = sequence;
        self.unsettled.insert(sequence, message.split().1);
        Ok(Entry { end, batches, parked })
    }
}

impl LogReader for JetStreamReader {
    fn next_entry(&mut self) -> Result<Option<Entry>, ReadError> {
        if self.shared.is_cut.load(Ordering::Acquire) {
            return Err(self.cut());
        }
        let next = self.held.take().or_else(|| self.receive.try_recv().ok());
        next.map(|pulled| self.entry_of(pulled)).transpose()
    }

    fn pass_damage(&mut self) -> Result<(), ReadError> {
        Ok(())
    }

    fn settle(&mut self, up_to: Position) {
        self.shared.settled.fetch_max(up_to.get(), Ordering::AcqRel);
        let behind = self.unsettled.split_off(&up_to.get().saturating_add(1));
        let settled = std::mem::replace(&mut self.unsettled, behind);
        let acknowledge = async move {
            for acker in settled.into_values() {
                // One that is lost is delivered again, and acknowledged then.
                let _delivered_again_if_lost = acker.ack().await;
            }
        };
        drop(self.cluster.spawn(acknowledge));
    }
}
