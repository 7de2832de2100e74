//! What a learner learns from: this machine's journal, or one part of the log of several machines.

use crate::cluster::Partition;
use cairn_journal::{Entry, Journal, Log, LogReader, Position, ReadError, Reader};
use std::sync::Arc;
use std::time::Duration;

/// What a learner learns from.
#[derive(Debug, Clone)]
pub enum Origin {
    /// This machine's journal.
    Own(Arc<Journal>),
    /// One part of the world in the log of several machines.
    Shared(Arc<dyn Log>, Partition),
}

/// A place in it.
#[derive(Debug)]
pub(super) enum Reading {
    Own(Reader),
    Shared(Box<dyn LogReader>, Partition),
}

impl Origin {
    /// This machine's journal, when it is that.
    pub const fn own(&self) -> Option<&Arc<Journal>> {
        match self {
            Self::Own(journal) => Some(journal),
            Self::Shared(..) => None,
        }
    }

    /// The end of what is durable, as far as it is known here.
    pub fn committed(&self) -> Position {
        match self {
            Self::Own(journal) => journal.committed(),
            Self::Shared(log, _) => log.end(),
        }
    }

    /// Reads on from a position.
    pub(super) fn read_from(&self, position: Position) -> Result<Reading, ReadError> {
        match self {
            Self::Own(journal) => journal.read_from(position).map(Reading::Own),
            Self::Shared(log, part) => Ok(Reading::Shared(log.reader_at(position)?, *part)),
        }
    }

    /// Waits until something behind `position` may be read, or the time is over.
    pub(super) fn wait_past(&self, position: Position, timeout: Duration) {
        match self {
            Self::Own(journal) => journal.wait_past(position, timeout),
            Self::Shared(log, _) => log.wait_for(position, timeout),
        };
    }
}

/// The next entry of a shared log, with what cannot be read named.
pub(super) fn next_entry(reader: &mut dyn LogReader) -> Result<Option<Entry>, ReadError> {
    let entry = reader.next_entry()?;
    if let Some(reason) = entry.as_ref().and_then(|it| it.parked.as_ref()) {
        tracing::error!(%reason, "a message cannot be read: put aside with the dead letters");
    }
    Ok(entry)
}
