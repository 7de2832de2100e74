//! Three lanes through which requests pass, so that who asks much never delays who asks for help.
//!
//! A request takes a place in its lane before its body is decoded, and is told to come back when there is none.
//! What a lane may use is its own: no flood of one takes a place of another.
//!
//! Reading order: [`Lane`], [`Lanes::enter`], [`Lanes::work`].

use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// Places of each lane, in the order of [`Lane::ALL`].
const PLACES: [usize; 3] = [256, 512, 64];
/// Longest wait for a place.
const WAIT_MAX: Duration = Duration::from_millis(500);
/// Seconds after which a client that was sent away should come back.
const RETRY_S: u32 = 2;

/// Who waits for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Calls for help: a key says so, never a stranger.
    Emergency,
    /// Somebody waits for one answer.
    Interactive,
    /// Nobody waits: submissions, batches, downloads.
    Bulk,
}

impl Lane {
    /// All of them, the first served first.
    pub const ALL: [Self; 3] = [Self::Emergency, Self::Interactive, Self::Bulk];

    /// Its place in a table.
    const fn index(self) -> usize {
        match self {
            Self::Emergency => 0,
            Self::Interactive => 1,
            Self::Bulk => 2,
        }
    }
}

/// No place: come back later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overloaded {
    /// When to come back.
    pub retry_after_s: u32,
}

/// A place in a lane, free again when dropped.
#[derive(Debug)]
pub struct Place<'a> {
    _permit: SemaphorePermit<'a>,
}

/// The lanes of a service.
#[derive(Debug)]
pub struct Lanes {
    places: [Semaphore; 3],
}

impl Default for Lanes {
    fn default() -> Self {
        Self { places: PLACES.map(Semaphore::new) }
    }
}

impl Lanes {
    /// Takes a place, to be held while a request is worked on.
    ///
    /// # Errors
    /// [`Overloaded`] when none is free in time: tell the client, decode nothing.
    pub async fn enter(&self, lane: Lane) -> Result<Place<'_>, Overloaded> {
        match timeout(WAIT_MAX, self.places[lane.index()].acquire()).await {
            Ok(Ok(permit)) => Ok(Place { _permit: permit }),
            Ok(Err(_)) | Err(_) => Err(Overloaded { retry_after_s: RETRY_S }),
        }
    }

    /// Does a slice of work, about a millisecond of it, where it delays nobody of a lane above.
    pub async fn work<T: Send + 'static>(
        &self,
        lane: Lane,
        slice: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        if lane == Lane::Bulk {
            tokio::task::yield_now().await;
        }
        tokio::task::block_in_place(slice)
    }
}
