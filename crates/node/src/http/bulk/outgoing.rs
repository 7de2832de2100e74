//! Answers that are written while they are sent: a queue of one size in bytes between the two.

use axum::body::{Bytes, HttpBody};
use futures_util::Stream;
use hyper::body::Frame;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes of one piece that goes to the socket.
const FRAME_BYTES: usize = 64 << 10;

/// The client is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) struct Gone;

/// The end that is written to.
#[derive(Debug)]
pub(in crate::http) struct Sending<T> {
    queue: UnboundedSender<(T, OwnedSemaphorePermit)>,
    room: Arc<Semaphore>,
    bytes_max: usize,
}

/// The end that is read.
#[derive(Debug)]
pub(in crate::http) struct Receiving<T> {
    queue: UnboundedReceiver<(T, OwnedSemaphorePermit)>,
    room: Arc<Semaphore>,
}

/// A queue that holds at most `bytes_max` bytes that the client has not taken.
pub(in crate::http) fn queue<T>(bytes_max: usize) -> (Sending<T>, Receiving<T>) {
    let (sender, receiver) = unbounded_channel();
    let room = Arc::new(Semaphore::new(bytes_max));
    let sending = Sending { queue: sender, room: Arc::clone(&room), bytes_max };
    (sending, Receiving { queue: receiver, room })
}

impl<T> Sending<T> {
    /// Adds something of so many bytes as soon as there is room for it.
    ///
    /// # Errors
    /// [`Gone`] when nobody will read it.
    pub(in crate::http) async fn send(&self, what: T, n_bytes: usize) -> Result<(), Gone> {
        let n = u32::try_from(n_bytes.min(self.bytes_max)).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).acquire_many_owned(n).await.map_err(|_closed| Gone)?;
        self.queue.send((what, room)).map_err(|_closed| Gone)
    }
}

impl<T> Drop for Receiving<T> {
    fn drop(&mut self) {
        // Whoever waits for room learns that nobody reads.
        self.room.close();
    }
}

impl<T> Stream for Receiving<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        // The room is free again: the connection has buffers of its own.
        self.queue.poll_recv(context).map(|next| next.map(|(what, _room)| what))
    }
}

/// A body of what is received, in larger pieces.
#[derive(Debug)]
pub(super) struct Outgoing(pub(super) Receiving<Vec<u8>>);

impl HttpBody for Outgoing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let mut all = Vec::new();
        while all.len() < FRAME_BYTES {
            match Pin::new(&mut self.0).poll_next(context) {
                Poll::Ready(Some(bytes)) if all.is_empty() => all = bytes,
                Poll::Ready(Some(bytes)) => all.extend_from_slice(&bytes),
                Poll::Ready(None) if all.is_empty() => return Poll::Ready(None),
                Poll::Pending if all.is_empty() => return Poll::Pending,
                Poll::Ready(None) | Poll::Pending => break,
            }
        }
        Poll::Ready(Some(Ok(Frame::data(Bytes::from(all)))))
    }
}
