//! What a log of acknowledged batches does, whoever keeps it: one machine's [`Journal`], or a stream
//! that several machines keep together.

use crate::{
    AppendError, Appended, Journal, Position, ReadError, Reader, RemoteFault, StorageFault,
};
use cairn_report::Batch;
use std::sync::mpsc;
use std::time::Duration;

/// A durable log of batches.
///
/// What is acknowledged is durable. A position counts upwards and stays valid for ever, also when what
/// lies before it is no longer kept. A batch that is sent again is recognized by its identity among the
/// last ones, and read once.
pub trait Log: Send + Sync + std::fmt::Debug {
    /// Appends batches and waits until each is durable or refused; one outcome for each, in order.
    ///
    /// After an error the batch may be sent again, unchanged.
    fn append_all(&self, batches: Vec<Batch>) -> Vec<Result<Appended, AppendError>>;

    /// Reads what lies behind a position, and then what comes.
    ///
    /// # Errors
    /// [`ReadError`] for a position the log does not reach, or when it cannot be read now.
    fn reader_at(&self, position: Position) -> Result<Box<dyn LogReader>, ReadError>;

    /// The end of what is durable, as far as it is known here.
    fn end(&self) -> Position;

    /// Waits until a reader may find something behind `position`; false when it took longer.
    fn wait_for(&self, position: Position, timeout: Duration) -> bool;

    /// Keeps nothing that lies before `before`, as far as it can be told apart; returns the bytes saved.
    ///
    /// # Errors
    /// [`TrimError`]; nothing that lies behind was touched.
    fn trim_before(&self, before: Position) -> Result<u64, TrimError>;

    /// True when others append to it: whoever stops reading cannot wait for its end.
    fn is_shared(&self) -> bool {
        false
    }
}

/// What was read at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Where reading goes on.
    pub end: Position,
    /// The batches; none when all of it was known or could not be read.
    pub batches: Vec<Batch>,
    /// Why some of it could not be read; it was put aside, whole, before it was passed.
    pub parked: Option<String>,
}

/// Reads a log in order.
pub trait LogReader: Send + std::fmt::Debug {
    /// The next entry; `None` when nothing more is there now.
    ///
    /// # Errors
    /// [`ReadError`]: damage is passed by [`LogReader::pass_damage`], after the rest the same is tried
    /// again.
    fn next_entry(&mut self) -> Result<Option<Entry>, ReadError>;

    /// Goes on behind damage that an error named.
    ///
    /// # Errors
    /// When the disk refuses to read; calling again tries again.
    fn pass_damage(&mut self) -> Result<(), ReadError>;

    /// What was read up to here has had its effect, durably: it need not be delivered again.
    fn settle(&mut self, up_to: Position);
}

/// Why what was no longer needed is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrimError {
    /// A file could not be removed.
    #[error(transparent)]
    Storage(#[from] StorageFault),
    /// The servers that keep the log did not do it.
    #[error(transparent)]
    Remote(#[from] RemoteFault),
}

impl Log for Journal {
    fn append_all(&self, batches: Vec<Batch>) -> Vec<Result<Appended, AppendError>> {
        let waiting: Vec<_> = batches
            .into_iter()
            .map(|batch| {
                let (sender, receiver) = mpsc::sync_channel(1);
                self.append(batch, Box::new(move |it| sender.send(it).unwrap_or_default()));
                receiver
            })
            .collect();
        waiting.iter().map(|it| it.recv().unwrap_or(Err(AppendError::Closed))).collect()
    }

    fn reader_at(&self, position: Position) -> Result<Box<dyn LogReader>, ReadError> {
        Ok(Box::new(self.read_from(position)?))
    }

    fn end(&self) -> Position {
        self.committed()
    }

    fn wait_for(&self, position: Position, timeout: Duration) -> bool {
        self.wait_past(position, timeout)
    }

    fn trim_before(&self, before: Position) -> Result<u64, TrimError> {
        Ok(self.trim(before)?.bytes)
    }
}

impl LogReader for Reader {
    fn next_entry(&mut self) -> Result<Option<Entry>, ReadError> {
        let next = self.next().transpose()?;
        Ok(next.map(|(end, batch)| Entry { end, batches: vec![batch], parked: None }))
    }

    fn pass_damage(&mut self) -> Result<(), ReadError> {
        self.skip_damage().map(drop)
    }

    fn settle(&mut self, _up_to: Position) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault_disk::FaultDisk;
    use crate::test_support::{batch, number, open};

    #[test]
    fn the_embedded_journal_is_a_log_that_keeps_a_batch_once_and_gives_it_back() {
        let disk = FaultDisk::new();
        let (journal, _) = open(&disk);
        let log: &dyn Log = &journal;
        let appended = log.append_all(vec![batch(1), batch(2), batch(1)]);
        let duplicates: Vec<bool> =
            appended.iter().map(|it| it.as_ref().unwrap().duplicate).collect();
        assert_eq!(duplicates, [false, false, true]);
        let mut reader = log.reader_at(Position::START).unwrap();
        let mut numbers = Vec::new();
        let mut end = Position::START;
        while let Some(entry) = reader.next_entry().unwrap() {
            numbers.extend(entry.batches.iter().map(number));
            end = entry.end;
        }
        assert_eq!((numbers, end), (vec![1, 2], log.end()));
        assert!(!log.wait_for(end, Duration::from_millis(1)) && !log.is_shared());
        assert!(log.reader_at(Position::new(end.get() + 1)).is_err());
    }
}
