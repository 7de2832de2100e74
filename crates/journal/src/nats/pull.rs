//! The task that pulls messages in order, whatever happens to servers and connections.

use super::fault::{fault, kind_of};
use crate::limits::{
    ACK_PENDING_MAX, ACK_TIME_MAX, CONSUMER_IDLE_MAX, IDLE_LOOK, PULL_HEARTBEAT, PULL_TIME_MAX,
    PULLED_MAX, RETRY_PAUSE,
};
use crate::{RemoteFault, lock};
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull};
use async_nats::jetstream::stream::{Info, Stream};
use async_nats::jetstream::{Context, Message};
use futures_util::StreamExt as _;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::Sender;

/// A message in its place, or, without one, the news that everything up to here is no longer kept.
#[derive(Debug)]
pub(super) struct Pulled {
    pub(super) sequence: u64,
    pub(super) message: Option<Message>,
}

/// What the task, the reader and the log know together.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// The stream's last message, as far as is known.
    pub(super) end: AtomicU64,
    /// Everything up to here has had its effect.
    pub(super) settled: AtomicU64,
    /// The stream ends before what was read of it: it lost its tail.
    pub(super) is_cut: AtomicBool,
    /// The last message handed to the reader.
    pulled: Mutex<u64>,
    grown: Condvar,
}

impl Shared {
    /// Reading begins behind `position`.
    pub(super) fn begin(&self, position: u64) {
        self.settled.store(position, Ordering::Release);
        self.is_cut.store(false, Ordering::Release);
        *lock(&self.pulled) = position;
    }

    pub(super) fn note_end(&self, sequence: u64) {
        self.end.fetch_max(sequence, Ordering::AcqRel);
    }

    fn note_pulled(&self, sequence: u64) {
        *lock(&self.pulled) = sequence;
        self.grown.notify_all();
    }

    pub(super) fn wait_past(&self, position: u64, timeout: Duration) -> bool {
        let waiting = |pulled: &mut u64| *pulled <= position;
        let waited = self.grown.wait_timeout_while(lock(&self.pulled), timeout, waiting);
        *waited.unwrap_or_else(PoisonError::into_inner).0 > position
    }
}

/// Pulls messages for one reader.
pub(super) struct Pull {
    pub(super) context: Context,
    pub(super) stream: String,
    pub(super) consumer: String,
    pub(super) shared: Arc<Shared>,
    pub(super) send: Sender<Pulled>,
    /// The last message handed on.
    pub(super) last: u64,
}

impl Pull {
    /// Pulls until nobody reads any more.
    pub(super) async fn run(mut self) {
        while !self.send.is_closed() {
            // Whatever failed, beginning anew behind the last message handed on is right.
            let _failed_or_out_of_step = self.pull_in_step().await;
            tokio::time::sleep(RETRY_PAUSE).await;
        }
    }

    /// Pulls as long as messages come one behind the other.
    async fn pull_in_step(&mut self) -> Result<(), RemoteFault> {
        let failed = |error: &(dyn std::error::Error + 'static)| fault("read", kind_of(error));
        let stream = self.context.get_stream(&self.stream).await.map_err(|it| failed(&it))?;
        if !self.is_possible(stream.cached_info()).await {
            return Ok(());
        }
        let consumer = self.subscribe(&stream).await?;
        let messages = consumer
            .stream()
            .max_messages_per_batch(PULLED_MAX)
            .heartbeat(PULL_HEARTBEAT)
            .expires(PULL_TIME_MAX);
        let mut messages = messages.messages().await.map_err(|error| failed(&error))?;
        let mut is_first = true;
        loop {
            match tokio::time::timeout(IDLE_LOOK, messages.next()).await {
                Ok(Some(Ok(message))) => {
                    if !self.hand_on(message, &mut is_first).await {
                        return Ok(());
                    }
                }
                Ok(Some(Err(error))) => return Err(failed(&error)),
                Ok(None) => return Ok(()),
                Err(_nothing_came) => {
                    let info = stream.get_info().await.map_err(|error| failed(&error))?;
                    self.shared.note_end(info.state.last_sequence);
                    if info.state.last_sequence != self.last {
                        // Something was sent and did not arrive, or the stream is another one now.
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Notes what the stream holds; false when that cannot be what was read from.
    async fn is_possible(&mut self, info: &Info) -> bool {
        let state = &info.state;
        self.shared.note_end(state.last_sequence);
        let is_cut = state.last_sequence < self.last;
        self.shared.is_cut.store(is_cut, Ordering::Release);
        let before = state.first_sequence.saturating_sub(1);
        if !is_cut && before > self.last {
            return self.pass(Pulled { sequence: before, message: None }).await;
        }
        !is_cut
    }

    /// A consumer that begins behind the last message handed on.
    async fn subscribe(&self, stream: &Stream<Info>) -> Result<PullConsumer, RemoteFault> {
        let _gone_or_never_there = stream.delete_consumer(&self.consumer).await;
        let config = pull::Config {
            durable_name: Some(self.consumer.clone()),
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: self.last + 1 },
            ack_policy: AckPolicy::Explicit,
            ack_wait: ACK_TIME_MAX,
            max_ack_pending: ACK_PENDING_MAX,
            inactive_threshold: CONSUMER_IDLE_MAX,
            ..pull::Config::default()
        };
        let created = stream.create_consumer(config).await;
        created.map_err(|error| fault("read", kind_of(&error)))
    }

    /// Hands a message on; false when it is out of step, or nobody reads any more.
    async fn hand_on(&mut self, message: Message, is_first: &mut bool) -> bool {
        let Ok(info) = message.info() else { return false };
        let (sequence, pending) = (info.stream_sequence, info.pending);
        self.shared.note_end(sequence.saturating_add(pending));
        if sequence <= self.last {
            if sequence <= self.shared.settled.load(Ordering::Acquire) {
                let _delivered_again_if_lost = message.ack().await;
            }
            return true;
        }
        // A gap behind the first message is a message that was sent and did not arrive.
        if sequence != self.last + 1 && !*is_first {
            return false;
        }
        *is_first = false;
        self.pass(Pulled { sequence, message: Some(message) }).await
    }

    async fn pass(&mut self, pulled: Pulled) -> bool {
        let sequence = pulled.sequence;
        if self.send.send(pulled).await.is_err() {
            return false;
        }
        self.last = sequence;
        self.shared.note_pulled(sequence);
        true
    }
}
