//! What one connection does: when bytes last came or went, whether a request is worked on, whether a head is late.

use crate::clock::Clock;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{Notify, OwnedSemaphorePermit};

/// Idle time from which on a connection may be closed to make place for another. Source: a client sends its request
/// with the last packet of the handshake or right after it; whoever is silent for longer waits for nothing of ours.
const YIELDS_AFTER: Duration = Duration::from_millis(250);

/// What one connection does.
#[derive(Debug)]
pub(super) struct Watch {
    clock: Clock,
    begun: Instant,
    /// Milliseconds since it began of the last byte in or out, or of the last answer.
    moved_ms: AtomicU64,
    /// Milliseconds since it began of a head's first byte, plus one; 0 while none is awaited.
    head_ms: AtomicU64,
    n_requests: AtomicU32,
    /// Speaks HTTP/2: bytes between requests are pings and windows, and no head.
    is_h2: AtomicBool,
    place: Mutex<Option<OwnedSemaphorePermit>>,
    go: Notify,
}

/// What is to be done about a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing yet.
    Fine,
    /// A head has not arrived in time.
    SlowHead,
    /// Nothing came or went for too long.
    Idle,
}

/// A request that is worked on.
#[derive(Debug)]
pub(super) struct Busy(Arc<Watch>);

impl Watch {
    /// A connection that begins now and is to send a head.
    pub(super) fn new(clock: Clock, place: OwnedSemaphorePermit) -> Self {
        Self {
            begun: clock.instant(),
            clock,
            moved_ms: AtomicU64::new(0),
            head_ms: AtomicU64::new(1),
            n_requests: AtomicU32::new(0),
            is_h2: AtomicBool::new(false),
            place: Mutex::new(Some(place)),
            go: Notify::new(),
        }
    }

    /// A request's head is whole.
    pub(super) fn begin(self: &Arc<Self>, is_h2: bool) -> Busy {
        self.n_requests.fetch_add(1, Ordering::AcqRel);
        self.head_ms.store(0, Ordering::Release);
        self.is_h2.store(is_h2, Ordering::Release);
        Busy(Arc::clone(self))
    }

    /// True while a request is worked on.
    pub(super) fn is_busy(&self) -> bool {
        self.n_requests.load(Ordering::Acquire) > 0
    }

    /// Whether it is too slow or too quiet.
    pub(super) fn verdict(&self, now: Instant, head_max: Duration, idle_max: Duration) -> Verdict {
        let head_ms = self.head_ms.load(Ordering::Acquire);
        if self.is_busy() {
            Verdict::Fine
        } else if head_ms > 0 && self.since(now, head_ms - 1) >= head_max {
            Verdict::SlowHead
        } else if self.quiet(now) >= idle_max {
            Verdict::Idle
        } else {
            Verdict::Fine
        }
    }

    /// For how long it has been idle, when that is long enough to go first.
    pub(super) fn idle(&self, now: Instant) -> Option<Duration> {
        let idle = self.quiet(now);
        (!self.is_busy() && idle >= YIELDS_AFTER).then_some(idle)
    }

    /// Gives its place away and tells it to go.
    pub(super) fn yield_place(&self) -> Option<OwnedSemaphorePermit> {
        self.go.notify_one();
        self.place.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// True until its place was given away.
    pub(super) fn has_place(&self) -> bool {
        self.place.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Waits until it is to go.
    pub(super) async fn told_to_go(&self) {
        self.go.notified().await;
    }

    /// Bytes came or went; those that come while no request is worked on begin a head.
    fn moved(&self, came: bool) {
        let is_busy = self.is_busy();
        if self.is_h2.load(Ordering::Acquire) && !is_busy {
            return;
        }
        let now_ms = self.now_ms();
        self.moved_ms.store(now_ms, Ordering::Release);
        if came && !is_busy && self.head_ms.load(Ordering::Acquire) == 0 {
            self.head_ms.store(now_ms + 1, Ordering::Release);
        }
    }

    fn quiet(&self, now: Instant) -> Duration {
        self.since(now, self.moved_ms.load(Ordering::Acquire))
    }

    fn since(&self, now: Instant, ms: u64) -> Duration {
        now.saturating_duration_since(self.begun + Duration::from_millis(ms))
    }

    fn now_ms(&self) -> u64 {
        let time = self.clock.instant().saturating_duration_since(self.begun);
        u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.moved_ms.store(self.0.now_ms(), Ordering::Release);
        self.0.n_requests.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A stream that tells a [`Watch`] what moves.
#[derive(Debug)]
pub(super) struct Watched {
    stream: TcpStream,
    watch: Arc<Watch>,
}

impl Watched {
    pub(super) const fn new(stream: TcpStream, watch: Arc<Watch>) -> Self {
        Self { stream, watch }
    }

    fn noted(&self, wrote: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if matches!(wrote, Poll::Ready(Ok(n)) if n > 0) {
            self.watch.moved(false);
        }
        wrote
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.watch.moved(true);
        }
        read
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.noted(wrote)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.noted(wrote)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::Semaphore;

    fn watch() -> (Arc<Watch>, Instant) {
        let place = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
        let watch = Arc::new(Watch::new(Clock::System, place));
        let begun = watch.begun;
        (watch, begun)
    }

    const HEAD: Duration = Duration::from_secs(10);
    const IDLE: Duration = Duration::from_mins(1);

    #[test]
    fn a_connection_that_sends_no_head_is_slow_and_one_that_was_answered_is_idle_later() {
        let (watch, begun) = watch();
        let at = |seconds: u64| watch.verdict(begun + Duration::from_secs(seconds), HEAD, IDLE);
        assert_eq!((at(9), at(10)), (Verdict::Fine, Verdict::SlowHead));
        drop(watch.begin(false));
        assert_eq!((at(59), at(61)), (Verdict::Fine, Verdict::Idle));
        watch.moved(true);
        assert_eq!(at(11), Verdict::SlowHead, "the next head has begun");
    }

    #[test]
    fn a_request_that_is_worked_on_is_neither_slow_nor_idle() {
        let (watch, begun) = watch();
        let busy = watch.begin(false);
        let later = begun + Duration::from_secs(1_000);
        assert_eq!((watch.verdict(later, HEAD, IDLE), watch.idle(later)), (Verdict::Fine, None));
        drop(busy);
        assert_eq!(watch.verdict(later, HEAD, IDLE), Verdict::Idle);
        assert!(watch.idle(later).is_some());
    }

    #[test]
    fn pings_of_http_2_begin_no_head_and_keep_nothing_alive() {
        let (watch, begun) = watch();
        drop(watch.begin(true));
        watch.moved(true);
        let at = |seconds: u64| watch.verdict(begun + Duration::from_secs(seconds), HEAD, IDLE);
        assert_eq!((at(30), at(61)), (Verdict::Fine, Verdict::Idle));
    }
}
