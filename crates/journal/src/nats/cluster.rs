//! The connection to the servers, the streams there, and publishing.

use super::fault::{fault, kind_of, kind_of_publish, server_code};
use super::message::Packed;
use crate::limits::{
    MESSAGE_BYTES_MAX, PUBLISH_TIME_MAX, PUBLISHING_AT_ONCE, REQUEST_TIME_MAX, RETRY_PAUSE,
};
use crate::{RemoteFault, RemoteKind};
use async_nats::connection::State;
use async_nats::jetstream::context::ContextBuilder;
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::publish::PublishAck;
use async_nats::jetstream::stream::{Config, DiscardPolicy, Info, StorageType, Stream};
use async_nats::jetstream::{Context, ErrorCode};
use async_nats::{ConnectOptions, ServerAddr};
use futures_util::StreamExt as _;
use std::io;
use std::time::Duration;
use tokio::runtime::Runtime;

/// The oldest servers that sync every message before they acknowledge it, when told to.
///
/// # Source
/// docs/decisions/2026-11-26-jetstream.md.
const SERVER_VERSION_MIN: (u64, u64) = (2, 15);

/// How to reach the servers, and what the streams there may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Addresses of servers, with commas between them: `nats://host:4222`.
    pub url: String,
    /// What the servers' monitoring calls us.
    pub name: String,
    /// Servers that keep each message.
    pub replicas: usize,
    /// Bytes of a stream; what comes when it is full is refused, nothing is thrown away.
    pub stream_bytes_max: u64,
    /// How long a message is kept.
    pub stream_age_max: Duration,
    /// How long the servers recognize a message that is sent again.
    pub duplicate_window: Duration,
}

/// The servers.
pub struct Cluster {
    runtime: Runtime,
    context: Context,
    settings: Settings,
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cluster")
            .field("state", &self.context.client().connection_state())
            .finish_non_exhaustive()
    }
}

impl Cluster {
    /// Connects, now or as soon as a server can be reached; reconnects for ever.
    ///
    /// # Errors
    /// When the address is none, or no thread can be started.
    pub fn connect(settings: Settings) -> io::Result<Self> {
        let addresses: Result<Vec<ServerAddr>, _> =
            settings.url.split(',').map(|one| one.trim().parse()).collect();
        let addresses = addresses.map_err(io::Error::other)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("nats")
            .enable_all()
            .build()?;
        let options = ConnectOptions::new()
            .name(&settings.name)
            .retry_on_initial_connect()
            .max_reconnects(None)
            .request_timeout(Some(REQUEST_TIME_MAX))
            .reconnect_delay_callback(|_| RETRY_PAUSE);
        let client = runtime.block_on(options.connect(addresses)).map_err(io::Error::other)?;
        let context = runtime.block_on(async {
            let context = ContextBuilder::new().timeout(REQUEST_TIME_MAX);
            context.backpressure_on_inflight(true).build(client)
        });
        Ok(Self { runtime, context, settings })
    }

    /// Whether a server is there that can be worked with.
    ///
    /// # Errors
    /// [`RemoteFault`] saying what is wrong with it.
    pub fn check(&self) -> Result<(), RemoteFault> {
        let client = self.context.client();
        let failed = |kind| Err(fault("connect", kind));
        if client.connection_state() != State::Connected {
            return failed(RemoteKind::Unreachable);
        }
        let info = client.server_info();
        let mut parts = info.version.split('.').map(|it| it.parse().unwrap_or(0));
        let version = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
        if version < SERVER_VERSION_MIN {
            return failed(RemoteKind::TooOld);
        }
        if info.max_payload < MESSAGE_BYTES_MAX {
            return failed(RemoteKind::TooLarge);
        }
        Ok(())
    }

    /// Names of the streams there.
    ///
    /// # Errors
    /// [`RemoteFault`]
    pub fn stream_names(&self) -> Result<Vec<String>, RemoteFault> {
        self.check()?;
        self.block_on(async {
            let (mut names, mut found) = (self.context.stream_names(), Vec::new());
            while let Some(name) = names.next().await {
                found.push(name.map_err(|error| fault("list streams", kind_of(&error)))?);
            }
            Ok(found)
        })
    }

    pub(super) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    pub(super) fn spawn(
        &self,
        future: impl Future<Output = ()> + Send + 'static,
    ) -> tokio::task::JoinHandle<()> {
        self.runtime.spawn(future)
    }

    pub(super) const fn context(&self) -> &Context {
        &self.context
    }

    /// The stream of this name, made when it is not there, to begin at `born`; brought to our settings when
    /// `adjust`.
    pub(super) async fn open(
        &self,
        (name, subject): (&str, &str),
        adjust: bool,
        born: u64,
    ) -> Result<Stream<Info>, RemoteFault> {
        let wanted = self.config(name, subject, born);
        let found = self.context.get_stream(name).await;
        let is_missing = |error: &_| server_code(error) == Some(ErrorCode::STREAM_NOT_FOUND);
        match found {
            Ok(stream) => {
                if adjust && differs(&stream.cached_info().config, &wanted) {
                    let first_sequence = stream.cached_info().config.first_sequence;
                    let updated = self.context.update_stream(Config { first_sequence, ..wanted });
                    updated.await.map_err(|error| fault("change the stream", kind_of(&error)))?;
                }
                Ok(stream)
            }
            Err(error) if is_missing(&error) => match self.context.create_stream(wanted).await {
                Ok(made) => Ok(made),
                // Another machine made it in between, to begin elsewhere.
                Err(error) if server_code(&error) == Some(ErrorCode::STREAM_NAME_EXIST) => {
                    let found = self.context.get_stream(name).await;
                    found.map_err(|error| fault("open the stream", kind_of(&error)))
                }
                Err(error) => Err(fault("make the stream", kind_of(&error))),
            },
            Err(error) => Err(fault("open the stream", kind_of(&error))),
        }
    }

    fn config(&self, name: &str, subject: &str, born: u64) -> Config {
        let settings = &self.settings;
        Config {
            name: name.to_owned(),
            subjects: vec![subject.to_owned()],
            max_bytes: i64::try_from(settings.stream_bytes_max).unwrap_or(i64::MAX),
            max_age: settings.stream_age_max,
            duplicate_window: settings.duplicate_window.min(settings.stream_age_max),
            discard: DiscardPolicy::New,
            storage: StorageType::File,
            num_replicas: settings.replicas,
            allow_direct: true,
            first_sequence: Some(born.max(1)),
            ..Config::default()
        }
    }

    /// Publishes messages, many at once, each until it is acknowledged or hopeless; outcomes in order.
    pub(super) async fn publish_all(
        &self,
        stream: &str,
        subject: &str,
        messages: Vec<Packed>,
    ) -> Vec<Result<PublishAck, RemoteFault>> {
        let publish = |packed: Packed| {
            let message = PublishMessage::build()
                .message_id(packed.id)
                .expected_stream(stream)
                .payload(packed.payload.into());
            self.publish(subject, message)
        };
        futures_util::stream::iter(messages.into_iter().map(publish))
            .buffered(PUBLISHING_AT_ONCE)
            .collect()
            .await
    }

    /// Publishes one message until it is acknowledged or hopeless; the servers keep it once.
    pub(super) async fn publish(
        &self,
        subject: &str,
        message: PublishMessage,
    ) -> Result<PublishAck, RemoteFault> {
        let mut last = RemoteKind::TimedOut;
        let insist = async {
            loop {
                match self.publish_once(subject, message.clone()).await {
                    Ok(ack) => return Ok(ack),
                    Err(kind @ (RemoteKind::Full | RemoteKind::TooLarge)) => return Err(kind),
                    Err(kind) => last = kind,
                }
                tokio::time::sleep(RETRY_PAUSE).await;
            }
        };
        let outcome = tokio::time::timeout(PUBLISH_TIME_MAX, insist).await;
        outcome.unwrap_or(Err(last)).map_err(|kind| fault("publish", kind))
    }

    async fn publish_once(
        &self,
        subject: &str,
        message: PublishMessage,
    ) -> Result<PublishAck, RemoteKind> {
        let sent = self.context.send_publish(subject.to_owned(), message).await;
        let waiting = sent.map_err(|error| kind_of_publish(&error))?;
        waiting.await.map_err(|error| kind_of_publish(&error))
    }
}

/// Whether a stream is not as wanted, in what may be changed.
fn differs(is: &Config, wanted: &Config) -> bool {
    is.max_bytes != wanted.max_bytes
        || is.max_age != wanted.max_age
        || is.duplicate_window != wanted.duplicate_window
        || is.num_replicas != wanted.num_replicas
}
