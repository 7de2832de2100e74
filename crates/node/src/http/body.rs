//! Reading a request's body: never more than the cap, never longer than the deadline.

use super::reply::Failure;
use crate::limits::{DRAIN_BYTES_MAX, DRAIN_TIME_MAX, SMALL_BODY_BYTES_MAX, TINY_BODY_BYTES_MAX};
use crate::server::App;
use axum::body::{Bytes, HttpBody};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, EXPECT};
use cairn_wire::capped::{Coding, inflate};
use cairn_wire::errors::{Details, PublicError};
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};

/// Seconds after which a client should come back when too many large bodies are in memory.
const BUSY_RETRY_S: u32 = 5;

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum BodyError {
    /// More bytes than allowed.
    #[error("body is larger than {cap} bytes")]
    TooLarge {
        /// The cap that was passed.
        cap: usize,
    },
    /// It did not arrive in time.
    #[error("body did not arrive in time")]
    TimedOut,
    /// Too many large bodies are in memory.
    #[error("too many large bodies at once")]
    Busy,
    /// The connection broke.
    #[error("body is incomplete")]
    Incomplete,
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Self {
        Self::Public(match error {
            BodyError::TooLarge { cap } => PublicError::TooLarge { bytes_max: cap },
            BodyError::TimedOut => return Self::TimedOut,
            BodyError::Busy => PublicError::TooManyRequests { retry_after_s: BUSY_RETRY_S },
            BodyError::Incomplete => {
                PublicError::ParseError { details: Details::Decode(error.to_string()) }
            }
        })
    }
}

/// A whole body with the place in memory it takes, when it is large.
#[derive(Debug)]
pub(super) struct Taken<'a> {
    /// The bytes as sent.
    pub(super) bytes: Bytes,
    /// How they are compressed.
    pub(super) coding: Coding,
    /// Held while the body, or what is made of it, is in memory: when it is large, and when it is not tiny.
    pub(super) _place: [Option<SemaphorePermit<'a>>; 2],
}

impl Taken<'_> {
    /// True when decoding belongs off the async threads.
    pub(super) fn is_large(&self) -> bool {
        self.bytes.len() > SMALL_BODY_BYTES_MAX || self.coding != Coding::Identity
    }
}

/// Reads the whole body under the configured caps and deadline.
pub(super) async fn take<'a, B: HttpBody<Data = Bytes> + Unpin>(
    app: &'a App,
    headers: &HeaderMap,
    mut body: B,
) -> Result<Taken<'a>, Failure> {
    let cap = app.config.http.body_bytes_max;
    let coding = coding(headers);
    let mut reading = Reading { app, deadline: None, cap, bytes: Vec::new(), place: [None, None] };
    if coding != Coding::Identity {
        reading.take_place().await?;
    }
    let read = match announced(headers) {
        Some(n_bytes) if n_bytes > cap as u64 => Err(BodyError::TooLarge { cap }),
        _ => reading.all(&mut body).await,
    };
    if matches!(read, Err(BodyError::TooLarge { .. })) {
        // Apart, so that what is read as it should be needs little room.
        Box::pin(drain(headers, body)).await;
    }
    Ok(Taken { bytes: read?, coding, _place: reading.place })
}

/// Decompresses what was taken, under the configured cap. May take long: see [`Taken::is_large`].
pub(super) fn plain(app: &App, bytes: Bytes, coding: Coding) -> Result<Bytes, PublicError> {
    let cap = app.config.http.inflated_bytes_max;
    // Ichnaea takes an empty body with a coding as empty; peers.md §2.2.
    if coding == Coding::Identity || bytes.is_empty() {
        return Ok(bytes);
    }
    inflate(&bytes, coding, cap).map(Bytes::from).map_err(|error| PublicError::from(&error))
}

/// A body that is being read.
struct Reading<'a> {
    app: &'a App,
    /// Set when something is waited for.
    deadline: Option<Instant>,
    cap: usize,
    bytes: Vec<u8>,
    /// A large body's place, and that of one which is not tiny.
    place: [Option<SemaphorePermit<'a>>; 2],
}

impl<'a> Reading<'a> {
    /// Reads to the end, the cap or the deadline.
    async fn all<B: HttpBody<Data = Bytes> + Unpin>(
        &mut self,
        body: &mut B,
    ) -> Result<Bytes, BodyError> {
        while let Some(data) = self.next(body).await? {
            let n_bytes = self.bytes.len() + data.len();
            if n_bytes > self.cap {
                return Err(BodyError::TooLarge { cap: self.cap });
            }
            if n_bytes > SMALL_BODY_BYTES_MAX {
                self.take_place().await?;
            } else if n_bytes > TINY_BODY_BYTES_MAX && self.place[1].is_none() {
                self.place[1] = Some(self.place_of(&self.app.small_bodies).await?);
            }
            // A body that came in one piece stays where it was read to.
            if self.bytes.is_empty() && body.is_end_stream() {
                return Ok(data);
            }
            self.bytes.extend_from_slice(&data);
        }
        Ok(std::mem::take(&mut self.bytes).into())
    }

    /// The next piece; only one that is not there yet costs a look at the clock.
    async fn next<B: HttpBody<Data = Bytes> + Unpin>(
        &mut self,
        body: &mut B,
    ) -> Result<Option<Bytes>, BodyError> {
        let there = poll_fn(|context| Poll::Ready(poll_data(body, context))).await;
        let next = match there {
            Poll::Ready(next) => next,
            Poll::Pending => timeout_at(self.deadline(), next_data(body))
                .await
                .map_err(|_elapsed| BodyError::TimedOut)?,
        };
        next.transpose()
    }

    /// When patience ends, from the first time that something is waited for.
    fn deadline(&mut self) -> Instant {
        let time_max = self.app.config.http.body_time_max();
        *self.deadline.get_or_insert_with(|| Instant::now() + time_max)
    }

    /// Waits for a large body's place in memory.
    async fn take_place(&mut self) -> Result<(), BodyError> {
        if self.place[0].is_none() {
            self.place[0] = Some(self.place_of(&self.app.large_bodies).await?);
        }
        Ok(())
    }

    /// Waits for one of these places.
    async fn place_of(&mut self, places: &'a Semaphore) -> Result<SemaphorePermit<'a>, BodyError> {
        match timeout_at(self.deadline(), places.acquire()).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(_)) | Err(_) => Err(BodyError::Busy),
        }
    }
}

/// The next piece of a body; `None` at its end.
pub(super) async fn next_data<B: HttpBody<Data = Bytes> + Unpin>(
    body: &mut B,
) -> Option<Result<Bytes, BodyError>> {
    poll_fn(|context| poll_data(body, context)).await
}

fn poll_data<B: HttpBody<Data = Bytes> + Unpin>(
    body: &mut B,
    context: &mut Context<'_>,
) -> Poll<Option<Result<Bytes, BodyError>>> {
    loop {
        let Some(frame) = ready!(Pin::new(&mut *body).poll_frame(context)) else {
            return Poll::Ready(None);
        };
        match frame.map(hyper::body::Frame::into_data) {
            Ok(Ok(data)) => return Poll::Ready(Some(Ok(data))),
            Ok(Err(_trailers)) => {}
            Err(_broken) => return Poll::Ready(Some(Err(BodyError::Incomplete))),
        }
    }
}

/// Throws away what still comes of a refused body, so that the client gets to read the refusal; who
/// asked before sending it sends nothing.
pub(super) async fn drain<B: HttpBody<Data = Bytes> + Unpin>(headers: &HeaderMap, mut body: B) {
    if headers.contains_key(EXPECT) {
        return;
    }
    let mut left = DRAIN_BYTES_MAX;
    let throw_away = async {
        while let Some(Ok(data)) = next_data(&mut body).await {
            left = left.saturating_sub(data.len());
            if left == 0 {
                return;
            }
        }
    };
    let _either_way_the_answer_follows = tokio::time::timeout(DRAIN_TIME_MAX, throw_away).await;
}

/// The length a request announces.
pub(super) fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// How a request says its body is compressed; unknown words are ignored, as Ichnaea does.
pub(super) fn coding(headers: &HeaderMap) -> Coding {
    match headers.get(CONTENT_ENCODING).map(axum::http::HeaderValue::as_bytes) {
        Some(word) if word.eq_ignore_ascii_case(b"gzip") => Coding::Gzip,
        Some(word) if word.eq_ignore_ascii_case(b"zstd") => Coding::Zstd,
        _ => Coding::Identity,
    }
}

/// Longest time between two looks at a deadline; here so that a change of either is seen.
const _: () = assert!(DRAIN_TIME_MAX.as_secs() < Duration::from_secs(30).as_secs());
