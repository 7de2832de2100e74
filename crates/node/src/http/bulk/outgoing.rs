//! The body of an answer that is written while it is sent: a buffer of one size between the two.

use axum::body::{Bytes, HttpBody};
use axum::http::HeaderMap;
use hyper::body::Frame;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes of one piece that goes to the socket.
const FRAME_BYTES: usize = 64 << 10;

/// What waits to be sent.
enum Piece {
    /// Bytes, with the room they take.
    Data(Vec<u8>, OwnedSemaphorePermit),
    /// What follows the last byte.
    Trailers(HeaderMap),
}

/// A body that is whole already.
pub(in crate::http) fn ready(bytes: Vec<u8>, trailers: HeaderMap) -> Outgoing {
    let (writing, answers) = outgoing(bytes.len().max(1));
    if let Ok(room) = Arc::clone(&writing.room).try_acquire_many_owned(0) {
        let _answers_are_here = writing.pieces.send(Piece::Data(bytes, room));
    }
    writing.end_with(trailers);
    answers
}

/// The client is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gone;

/// The end that is written to.
#[derive(Debug)]
pub(super) struct Writing {
    pieces: UnboundedSender<Piece>,
    room: Arc<Semaphore>,
    bytes_max: usize,
}

/// The end that the connection reads.
#[derive(Debug)]
pub(in crate::http) struct Outgoing {
    pieces: UnboundedReceiver<Piece>,
    room: Arc<Semaphore>,
    trailers: Option<HeaderMap>,
}

/// A body that holds at most `bytes_max` bytes that the client has not taken.
pub(super) fn outgoing(bytes_max: usize) -> (Writing, Outgoing) {
    let (sender, pieces) = unbounded_channel();
    let room = Arc::new(Semaphore::new(bytes_max));
    let writing = Writing { pieces: sender, room: Arc::clone(&room), bytes_max };
    (writing, Outgoing { pieces, room, trailers: None })
}

impl Writing {
    /// Adds bytes as soon as there is room for them.
    ///
    /// # Errors
    /// [`Gone`] when nobody will read them.
    pub(super) async fn send(&self, bytes: Vec<u8>) -> Result<(), Gone> {
        if bytes.is_empty() {
            return if self.room.is_closed() { Err(Gone) } else { Ok(()) };
        }
        let n = u32::try_from(bytes.len().min(self.bytes_max)).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).acquire_many_owned(n).await.map_err(|_closed| Gone)?;
        self.pieces.send(Piece::Data(bytes, room)).map_err(|_closed| Gone)
    }

    /// Ends the body with trailers.
    pub(super) fn end_with(self, trailers: HeaderMap) {
        let _nobody_reads = self.pieces.send(Piece::Trailers(trailers));
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        // Whoever waits for room learns that nobody reads.
        self.room.close();
    }
}

impl HttpBody for Outgoing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let mut all = Vec::new();
        while all.len() < FRAME_BYTES && self.trailers.is_none() {
            match self.pieces.poll_recv(context) {
                // Its room is free again: the connection has buffers of its own.
                Poll::Ready(Some(Piece::Data(bytes, _room))) if all.is_empty() => all = bytes,
                Poll::Ready(Some(Piece::Data(bytes, _room))) => all.extend_from_slice(&bytes),
                Poll::Ready(Some(Piece::Trailers(trailers))) => self.trailers = Some(trailers),
                Poll::Ready(None) if all.is_empty() => return Poll::Ready(None),
                Poll::Pending if all.is_empty() => return Poll::Pending,
                Poll::Ready(None) | Poll::Pending => break,
            }
        }
        let trailers = || self.trailers.take().map(|trailers| Ok(Frame::trailers(trailers)));
        let data = (!all.is_empty()).then(|| Ok(Frame::data(Bytes::from(all))));
        Poll::Ready(data.or_else(trailers))
    }
}
