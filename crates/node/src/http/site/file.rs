//! A file as a body: read in pieces on a thread of its own, no faster than the client takes them.

use hyper::body::{Body, Bytes, Frame};
use std::fs::File;
use std::io::{self, Read as _};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Bytes read at once.
const PIECE_BYTES: usize = 64 * 1024;
/// Pieces read ahead of the client.
const PIECES_AHEAD: usize = 2;

/// A file on its way to a client.
pub(super) struct FileBody {
    pieces: Receiver<io::Result<Bytes>>,
    /// The place among the downloads; free again when the body goes.
    _place: OwnedSemaphorePermit,
}

impl FileBody {
    /// Starts to read a file.
    pub(super) fn of(file: File, place: OwnedSemaphorePermit) -> Self {
        let (sender, pieces) = channel(PIECES_AHEAD);
        tokio::task::spawn_blocking(move || read(file, &sender));
        Self { pieces, _place: place }
    }
}

/// Reads until the end, an error, or until nobody wants more.
fn read(mut file: File, to: &Sender<io::Result<Bytes>>) {
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let next = match file.read(&mut piece) {
            Ok(0) => return,
            Ok(n) => Ok(Bytes::copy_from_slice(&piece[..n])),
            Err(error) => Err(error),
        };
        let is_last = next.is_err();
        if to.blocking_send(next).is_err() || is_last {
            return;
        }
    }
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.pieces.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}
