//! One partition's stream as a [`Log`].

use super::cluster::Cluster;
use super::fault::{fault, kind_of};
use super::message::pack;
use super::pull::{Pull, Shared};
use super::reader::JetStreamReader;
use crate::limits::PULLED_MAX;
use crate::{AppendError, Appended, Log, LogReader, Position, ReadError, RemoteFault, TrimError};
use async_nats::jetstream::stream::State;
use cairn_report::Batch;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::mpsc::channel;

/// What the servers call a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// The stream.
    pub stream: String,
    /// What is published to it.
    pub subject: String,
}

impl Names {
    /// How the names of all streams of reports begin.
    pub const PREFIX: &str = "cairn-reports-";

    /// Partition `k` of `n`.
    pub fn of(k: u32, n: u32) -> Self {
        let stream = format!("{}{k}-of-{n}", Self::PREFIX);
        Self { stream, subject: format!("cairn.reports.{n}.{k}") }
    }
}

/// What a stream holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Everything at or before it is no longer kept.
    pub start: Position,
    /// The last message.
    pub end: Position,
    /// Bytes kept.
    pub bytes: u64,
    /// When it was made, ns since 1970: another number is another stream.
    pub created_ns: i128,
}

/// One partition's stream.
#[derive(Debug)]
pub struct JetStream {
    cluster: Arc<Cluster>,
    names: Names,
    consumer: String,
    shared: Arc<Shared>,
}

impl JetStream {
    /// The stream of these names; nothing is asked of the servers yet. `consumer` is the name under which
    /// it is read: readers of different names do not disturb each other.
    pub fn new(cluster: Arc<Cluster>, names: Names, consumer: &str) -> Self {
        Self { cluster, names, consumer: consumer.to_owned(), shared: Arc::default() }
    }

    /// Its names.
    pub const fn names(&self) -> &Names {
        &self.names
    }

    /// Makes the stream when it is not there, and brings it to the settings when `adjust`.
    ///
    /// One that is made begins at `born`. It must be greater than every position of a stream of that name
    /// that was lost, so that positions only grow.
    ///
    /// # Errors
    /// [`RemoteFault`]
    pub fn make(&self, adjust: bool, born: u64) -> Result<Extent, RemoteFault> {
        self.cluster.check()?;
        let Names { stream, subject } = &self.names;
        let opened = self.cluster.block_on(self.cluster.open((stream, subject), adjust, born))?;
        let info = opened.cached_info();
        self.shared.note_end(info.state.last_sequence);
        Ok(extent(&info.state, info.created.unix_timestamp_nanos()))
    }

    /// What the stream holds now.
    ///
    /// # Errors
    /// [`RemoteFault`]; [`crate::RemoteKind::NoStream`] when it is gone.
    pub fn extent(&self) -> Result<Extent, RemoteFault> {
        let stream = self.cluster.block_on(self.cluster.context().get_stream(&self.names.stream));
        let stream = stream.map_err(|error| fault("look at the stream", kind_of(&error)))?;
        let info = stream.cached_info();
        self.shared.note_end(info.state.last_sequence);
        Ok(extent(&info.state, info.created.unix_timestamp_nanos()))
    }

    /// The name of the server that leads the stream now.
    ///
    /// # Errors
    /// [`RemoteFault`]
    pub fn leader(&self) -> Result<Option<String>, RemoteFault> {
        let stream = self.cluster.block_on(self.cluster.context().get_stream(&self.names.stream));
        let stream = stream.map_err(|error| fault("look at the stream", kind_of(&error)))?;
        Ok(stream.cached_info().cluster.as_ref().and_then(|it| it.leader.clone()))
    }

    async fn purge(&self, up_to: u64) -> Result<(), RemoteFault> {
        let failed = |error: &(dyn std::error::Error + 'static)| fault("trim", kind_of(error));
        let stream = self.cluster.context().get_stream_no_info(&self.names.stream).await;
        let stream = stream.map_err(|error| failed(&error))?;
        let purged = stream.purge().sequence(up_to.saturating_add(1)).await;
        purged.map(drop).map_err(|error| failed(&error))
    }
}

fn extent(state: &State, created_ns: i128) -> Extent {
    Extent {
        start: Position::new(state.first_sequence.saturating_sub(1)),
        end: Position::new(state.last_sequence),
        bytes: state.bytes,
        created_ns,
    }
}

impl Log for JetStream {
    fn append_all(&self, batches: Vec<Batch>) -> Vec<Result<Appended, AppendError>> {
        let messages = pack(&batches);
        let counts: Vec<usize> = messages.iter().map(|it| it.n_batches).collect();
        drop(batches);
        let Names { stream, subject } = &self.names;
        let acks = self.cluster.block_on(self.cluster.publish_all(stream, subject, messages));
        let outcome = |ack: Result<async_nats::jetstream::publish::PublishAck, RemoteFault>| {
            let ack = ack?;
            self.shared.note_end(ack.sequence);
            Ok(Appended { position: Position::new(ack.sequence), duplicate: ack.duplicate })
        };
        let each = acks.into_iter().map(outcome).zip(counts);
        each.flat_map(|(outcome, n)| std::iter::repeat_n(outcome, n)).collect()
    }

    fn reader_at(&self, position: Position) -> Result<Box<dyn LogReader>, ReadError> {
        let Extent { start, end, .. } = self.extent()?;
        if position > end {
            return Err(ReadError::OutOfRange { position, start, end });
        }
        let (send, receive) = channel(PULLED_MAX);
        self.shared.begin(position.get());
        let pull = Pull {
            context: self.cluster.context().clone(),
            stream: self.names.stream.clone(),
            consumer: self.consumer.clone(),
            shared: Arc::clone(&self.shared),
            send,
            last: position.get(),
        };
        let task = self.cluster.spawn(pull.run());
        let (cluster, shared) = (Arc::clone(&self.cluster), Arc::clone(&self.shared));
        let reader = JetStreamReader::new(cluster, self.names.clone(), shared, receive, task);
        Ok(Box::new(reader))
    }

    fn end(&self) -> Position {
        Position::new(self.shared.end.load(Ordering::Acquire))
    }

    fn wait_for(&self, position: Position, timeout: Duration) -> bool {
        self.shared.wait_past(position.get(), timeout)
    }

    fn trim_before(&self, before: Position) -> Result<u64, TrimError> {
        let bytes = self.extent()?.bytes;
        self.cluster.block_on(self.purge(before.get()))?;
        Ok(bytes.saturating_sub(self.extent()?.bytes))
    }

    fn is_shared(&self) -> bool {
        true
    }
}
