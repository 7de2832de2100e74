//! The journal as its users see it: open, append, read.

use crate::codec;
use crate::disk::{Disk, Folder, claim};
use crate::error::{AppendError, OpenError, ReadError, StorageFault};
use crate::log::{Log, Segment};
use crate::queue::{Pending, Queue};
use crate::read_only::ReadOnlyJournal;
use crate::reader::Reader;
use crate::retries::remember;
use crate::survey::{Place, Repair, Tail, survey};
use crate::trim::{Trimmed, Trimmer};
use crate::writer::{Counters, Parts, Writer};
use crate::{Config, Health, Position, Stats};
use cairn_report::Batch;
use cairn_report::limits::REPORTS_PER_BATCH_MAX;
use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A batch that is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// The position after the record (of the first copy, for a duplicate).
    pub position: Position,
    /// True when a batch of this identity was there already; it is kept once.
    pub duplicate: bool,
}

/// What is called when the fate of a batch is known.
pub type Done = Box<dyn FnOnce(Result<Appended, AppendError>) + Send>;

/// A journal open for writing; dropping it commits what waits, then ends the writer.
pub struct Journal {
    log: Arc<Log>,
    queue: Arc<Queue>,
    counters: Arc<Counters>,
    trimmer: Trimmer,
    writer: Option<JoinHandle<()>>,
}

impl Journal {
    /// Opens the journal in `dir`, making it when it is not there, and repairs what a crash left.
    ///
    /// Storage that cannot be *written* now (a full disk) does not stop it from opening: it starts out
    /// [`Health::Failing`], can be read, and resumes by itself.
    ///
    /// # Errors
    /// [`OpenError::Locked`] while another process writes; [`OpenError::Version`] for files of a newer
    /// program; [`OpenError::Io`] when something cannot be read.
    ///
    /// # Cost
    /// Reads the last segment, and up to [`crate::limits::DEDUP_BYTES`] of the end of the log.
    pub fn open(dir: &Path, config: Config) -> Result<(Self, Repair), OpenError> {
        let lock = claim(dir)?;
        Self::begin(Arc::new(Folder::new(dir)), config, Some(lock))
    }

    /// Opens a journal on any [`Disk`], without a lock.
    ///
    /// # Errors
    /// As [`Journal::open`].
    pub fn open_on(disk: Arc<dyn Disk>, config: Config) -> Result<(Self, Repair), OpenError> {
        Self::begin(disk, config, None)
    }

    /// Opens the journal in `dir` for reading, as far as it is good now; needs no lock, writes nothing.
    ///
    /// # Errors
    /// As [`Journal::open`], but never [`OpenError::Locked`].
    pub fn open_read_only(dir: &Path) -> Result<ReadOnlyJournal, OpenError> {
        ReadOnlyJournal::open_on(Arc::new(Folder::new(dir)))
    }

    fn begin(
        disk: Arc<dyn Disk>,
        config: Config,
        lock: Option<File>,
    ) -> Result<(Self, Repair), OpenError> {
        let survey = survey(&*disk)?;
        let begins = survey.tail == Tail::Begin;
        let last_base = survey.bases.last().copied().filter(|_| !begins).unwrap_or(survey.end);
        let log = Arc::new(Log::new(disk, survey.bases, survey.end));
        let recent = remember(&log, config.dedup_window)?;
        let trimmer = Trimmer::new(Arc::clone(&log), config.dedup_window);
        let queue = Arc::new(Queue::new(config.queue_records_max, config.queue_bytes_max));
        let counters = Arc::new(Counters::default());
        let parts = Parts {
            config,
            log: Arc::clone(&log),
            queue: Arc::clone(&queue),
            counters: Arc::clone(&counters),
            recent,
        };
        let writer = Writer::start(parts, survey.tail, last_base);
        // The lock lives as long as the writer, whoever outlives whom.
        let work = move || (writer.run(), drop(lock)).0;
        let spawned = thread::Builder::new().name("journal".to_owned()).spawn(work);
        let failed = |source| OpenError::Io { doing: "start", name: "writer".to_owned(), source };
        let writer = Some(spawned.map_err(failed)?);
        Ok((Self { log, queue, counters, trimmer, writer }, survey.repair))
    }

    /// Hands a batch to the writer; never waits.
    ///
    /// `done` is called exactly once: at once in this thread when the batch is refused, else on the
    /// writer's thread when the batch is durable or storage failed. It must be quick and must not wait
    /// for another append. After an error nothing was kept, and the batch may be sent again. A writer that
    /// dies ([`Health::Dead`]) drops it uncalled: then the next opening tells.
    #[expect(clippy::needless_pass_by_value, reason = "the journal takes the batch over")]
    pub fn append(&self, batch: Batch, done: Done) {
        let n_reports = batch.reports.len();
        if !(1..=REPORTS_PER_BATCH_MAX).contains(&n_reports) {
            return done(Err(AppendError::BatchSize { n_reports, max: REPORTS_PER_BATCH_MAX }));
        }
        let pending = Pending { id: batch.id, payload: codec::encode(&batch), done };
        if let Err((pending, error)) = self.queue.push(pending) {
            (pending.done)(Err(error));
        }
    }

    /// Appends and waits until the batch is durable.
    ///
    /// # Errors
    /// [`AppendError`]; nothing was kept.
    pub fn append_blocking(&self, batch: Batch) -> Result<Appended, AppendError> {
        let (sender, receiver) = mpsc::sync_channel(1);
        self.append(batch, Box::new(move |outcome| sender.send(outcome).unwrap_or_default()));
        receiver.recv().unwrap_or(Err(AppendError::Closed))
    }

    /// The first position kept: 0, or where the log was trimmed.
    pub fn start(&self) -> Position {
        Position::new(self.log.span().0)
    }

    /// The end of what is durable.
    pub fn committed(&self) -> Position {
        Position::new(self.log.span().1)
    }

    /// Closes the last segment, when it holds something, once what waits is written: so that what is old
    /// can be trimmed though little comes.
    pub fn roll(&self) {
        self.queue.roll();
    }

    /// Removes the closed segments that end at or before `before`, durably; whoever calls says that
    /// nobody needs them any more. The last segment stays, though it may be empty.
    ///
    /// Positions stay what they are. A reader that stands in a removed segment is told so
    /// ([`ReadError::OutOfRange`]). Retries of removed batches are recognized as before, also after
    /// reopening. Appends go on meanwhile; after an error, calling again goes on where it stopped. Reads
    /// the identities of what is removed, as far as retries of it are still recognized.
    ///
    /// # Errors
    /// [`StorageFault`]; what is kept begins where [`Journal::start`] says all the same.
    pub fn trim(&self, before: Position) -> Result<Trimmed, StorageFault> {
        self.trimmer.trim(before.get())
    }

    /// The segment files, oldest first.
    pub fn segments(&self) -> Vec<Segment> {
        self.log.segments()
    }

    /// Bytes free on its disk; `None` when the system does not say.
    pub fn free_bytes(&self) -> Option<u64> {
        self.log.disk.free_bytes().ok()
    }

    /// The byte of a segment's file where a position is; `None` for one that is not kept.
    pub fn place_of(&self, position: Position) -> Option<Place> {
        self.log.place_of(position.get())
    }

    /// Reads from a position on, up to what is durable at each step.
    ///
    /// # Errors
    /// [`ReadError::OutOfRange`] for a position the log does not reach.
    pub fn read_from(&self, position: Position) -> Result<Reader, ReadError> {
        read_from(&self.log, position)
    }

    /// Waits until something behind `position` is durable; false when it took longer than `timeout`.
    pub fn wait_past(&self, position: Position, timeout: Duration) -> bool {
        self.log.wait_past(position.get(), timeout)
    }

    /// Whether batches can be acknowledged now, and why not.
    pub fn health(&self) -> Health {
        self.queue.health()
    }

    /// Counts and sizes.
    pub fn stats(&self) -> Stats {
        let fill = self.queue.fill();
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Stats {
            appended: count(&self.counters.appended),
            duplicates: count(&self.counters.duplicates),
            fsyncs: count(&self.counters.fsyncs),
            faults: count(&self.counters.faults),
            refused_busy: fill.refused_busy,
            queued_records: fill.records,
            queued_bytes: fill.bytes,
            ..sizes(&self.log)
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.queue.close();
        // The last owner may be a callback on the writer's own thread, which cannot wait for itself.
        if let Some(writer) =
            self.writer.take().filter(|w| w.thread().id() != thread::current().id())
        {
            drop(writer.join());
        }
    }
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (health, stats) = (self.health(), self.stats());
        f.debug_struct("Journal").field("health", &health).field("stats", &stats).finish()
    }
}

pub(crate) fn sizes(log: &Log) -> Stats {
    let (start, end) = log.span();
    Stats { bytes: end - start, segments: log.n_segments(), ..Stats::default() }
}

pub(crate) fn read_from(log: &Arc<Log>, position: Position) -> Result<Reader, ReadError> {
    let (start, end) = log.span();
    if !(start..=end).contains(&position.get()) {
        let (start, end) = (Position::new(start), Position::new(end));
        return Err(ReadError::OutOfRange { position, start, end });
    }
    Ok(Reader::new(Arc::clone(log), position.get()))
}

#[cfg(test)]
#[path = "journal_tests.rs"]
mod tests;
