//! The writer thread: takes groups, writes each with one call, syncs once, then acknowledges.
//!
//! After any failed call the segment is not trusted behind the last durable position: everything
//! waiting is refused, and at each probe the writer cuts the segment there and begins a new one (or the
//! same anew, when nothing durable is in it). It goes on only when all of that was synced.

use crate::disk::{DiskFile, allocate, write_all};
use crate::error::{AppendError, StorageFault, attempt};
use crate::frame::{FRAME_BYTES, HEADER_BYTES, header, put_record, segment_name};
use crate::journal::{Appended, Done};
use crate::log::Log;
use crate::queue::{Pending, Queue, Work};
use crate::recent::Recent;
use crate::survey::Tail;
use crate::{Config, Position};
use cairn_report::SubmissionId;
use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a journal does that begins no segment because the disk is nearly full.
const SPARE: &str = "leave enough of the disk free";

/// Counts kept by the writer, read by anyone.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) appended: AtomicU64,
    pub(crate) duplicates: AtomicU64,
    pub(crate) fsyncs: AtomicU64,
    pub(crate) faults: AtomicU64,
}

/// The one writer of a journal.
pub(crate) struct Writer {
    config: Config,
    log: Arc<Log>,
    queue: Arc<Queue>,
    counters: Arc<Counters>,
    recent: Recent,
    /// First position of the last segment.
    base: u64,
    /// The end of what is durable.
    end: u64,
    /// The last segment; `None` while storage fails.
    file: Option<Box<dyn DiskFile>>,
    bytes: Vec<u8>,
}

/// The part of a group that goes into one segment, with one sync.
struct Chunk {
    start: u64,
    end: u64,
    new: BTreeMap<SubmissionId, u64>,
    order: Vec<SubmissionId>,
    waiting: Vec<(Done, Appended)>,
}

impl Chunk {
    const fn at(start: u64) -> Self {
        Self { start, end: start, new: BTreeMap::new(), order: vec![], waiting: vec![] }
    }
}

/// What a writer is made of.
pub(crate) struct Parts {
    pub(crate) config: Config,
    pub(crate) log: Arc<Log>,
    pub(crate) queue: Arc<Queue>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) recent: Recent,
}

impl Writer {
    /// Makes the last segment ready; when storage refuses, the journal starts out failing.
    pub(crate) fn start(parts: Parts, tail: Tail, last_base: u64) -> Self {
        let Parts { config, log, queue, counters, recent } = parts;
        let end = log.span().1;
        let (base, file, bytes) = (last_base, None, vec![]);
        let mut writer = Self { config, log, queue, counters, recent, base, end, file, bytes };
        let ready = match tail {
            Tail::Continue => writer.reopen(),
            Tail::Close => writer.resume(),
            Tail::Begin => writer.begin_segment(),
        };
        if let Err(fault) = ready {
            writer.fail(fault);
        }
        writer
    }

    /// Works until the queue is closed and empty. A writer that dies of it refuses what waits, and what comes; those
    /// whose batches were in its hands find their callbacks gone.
    pub(crate) fn run(self) {
        let queue = Arc::clone(&self.queue);
        if catch_unwind(AssertUnwindSafe(|| self.work())).is_err() {
            for pending in queue.die() {
                answer(pending.done, Err(AppendError::Closed));
            }
        }
    }

    fn work(mut self) {
        let mut n_answered = 0;
        loop {
            if self.file.is_none() {
                if self.queue.pause(self.config.probe_every) {
                    break;
                }
                self.probe();
                continue;
            }
            match self.queue.take(n_answered) {
                Work::Group(group) => {
                    n_answered = group.len();
                    self.commit(group);
                }
                Work::Roll => self.roll(),
                Work::End => break,
            }
        }
        self.log.close();
    }

    /// Tries to work again.
    fn probe(&mut self) {
        match self.resume() {
            Ok(()) => self.queue.recover(),
            Err(fault) => answer_all(self.queue.fail(fault), fault),
        }
    }

    fn fail(&mut self, fault: StorageFault) {
        self.file = None;
        self.counters.faults.fetch_add(1, Ordering::Relaxed);
        answer_all(self.queue.fail(fault), fault);
    }

    /// Closes a segment that holds something and begins the next.
    fn roll(&mut self) {
        if self.end > self.base
            && let Err(fault) = self.resume()
        {
            self.fail(fault);
        }
    }

    /// Commits a group, in as many chunks as segments need.
    fn commit(&mut self, group: Vec<Pending>) {
        let mut chunk = Chunk::at(self.end);
        let mut group = group.into_iter();
        while let Some(pending) = group.next() {
            if let Err(fault) = self.add(&mut chunk, pending) {
                return self.abandon(chunk, group, fault);
            }
        }
        if let Err(fault) = self.flush(&mut chunk) {
            self.abandon(chunk, group, fault);
        }
    }

    /// Refuses everything that is not durable (J2).
    fn abandon(&mut self, chunk: Chunk, rest: impl Iterator<Item = Pending>, fault: StorageFault) {
        // The state first: who hears of the failure finds the journal failing.
        self.fail(fault);
        for (done, _) in chunk.waiting {
            answer(done, Err(fault.into()));
        }
        answer_all(rest, fault);
    }

    fn add(&mut self, chunk: &mut Chunk, pending: Pending) -> Result<(), StorageFault> {
        let Pending { id, payload, done } = pending;
        // A retry waits in the chunk like the first copy, so that both are durable first (J4).
        let known = self.recent.end_of(id).or_else(|| chunk.new.get(&id).copied());
        if let Some(end) = known {
            chunk.waiting.push((done, Appended { position: Position::new(end), duplicate: true }));
            return Ok(());
        }
        let ready = self.make_room(chunk, payload.len() as u64 + FRAME_BYTES as u64);
        if ready.is_ok() {
            put_record(&mut self.bytes, chunk.end, chunk.start, &payload);
            chunk.end += (FRAME_BYTES + payload.len()) as u64;
            chunk.new.insert(id, chunk.end);
            chunk.order.push(id);
        }
        let position = Position::new(chunk.end);
        chunk.waiting.push((done, Appended { position, duplicate: false }));
        ready
    }

    /// Ends the segment before a record that does not fit; a segment's first record always fits.
    fn make_room(&mut self, chunk: &mut Chunk, record_bytes: u64) -> Result<(), StorageFault> {
        let after = HEADER_BYTES as u64 + chunk.end + record_bytes - self.base;
        if after <= self.config.segment_bytes_max || chunk.end == self.base {
            return Ok(());
        }
        self.flush(chunk)?;
        self.file = None;
        self.seal()?;
        self.begin_segment()
    }

    /// Writes, syncs, publishes, acknowledges; the chunk is empty afterwards.
    fn flush(&mut self, chunk: &mut Chunk) -> Result<(), StorageFault> {
        if chunk.end > chunk.start {
            self.write_and_sync()?;
            self.end = chunk.end;
            for id in &chunk.order {
                self.recent.remember(*id, chunk.new.get(id).copied().unwrap_or(chunk.end));
            }
            self.log.commit(self.end);
        }
        let done = std::mem::replace(chunk, Chunk::at(self.end));
        let n_duplicates = (done.waiting.len() - done.order.len()) as u64;
        self.counters.appended.fetch_add(done.order.len() as u64, Ordering::Relaxed);
        self.counters.duplicates.fetch_add(n_duplicates, Ordering::Relaxed);
        for (done, appended) in done.waiting {
            answer(done, Ok(appended));
        }
        Ok(())
    }

    fn write_and_sync(&mut self) -> Result<(), StorageFault> {
        let bytes = std::mem::take(&mut self.bytes);
        let offset = HEADER_BYTES as u64 + self.end - self.base;
        let gone = || StorageFault::new("write", &io::ErrorKind::NotFound.into());
        let file = self.file.as_ref().ok_or_else(gone)?;
        attempt("write", write_all(&**file, offset, &bytes))?;
        self.counters.fsyncs.fetch_add(1, Ordering::Relaxed);
        attempt("sync", file.sync_data())?;
        self.bytes = bytes;
        self.bytes.clear();
        Ok(())
    }

    /// Goes on in the last segment, cutting what is behind the end.
    fn reopen(&mut self) -> Result<(), StorageFault> {
        self.check_free()?;
        let file = attempt("open", self.log.disk.open_write(&segment_name(self.base)))?;
        attempt("truncate", file.set_size(HEADER_BYTES as u64 + self.end - self.base))?;
        attempt("allocate", allocate(&*file, self.config.segment_bytes_max))?;
        attempt("sync", file.sync_all())?;
        self.file = Some(file);
        Ok(())
    }

    /// Refuses to take space for a segment that others need; what is reserved already may be filled.
    fn check_free(&self) -> Result<(), StorageFault> {
        let free_bytes = attempt("ask for free space", self.log.disk.free_bytes())?;
        let needed = self.config.free_bytes_min.saturating_add(self.config.segment_bytes_max);
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        if self.config.free_bytes_min == 0 || free_bytes >= needed {
            Ok(())
        } else {
            attempt(SPARE, Err(full()))
        }
    }

    /// Gives the last segment its final size.
    fn seal(&self) -> Result<(), StorageFault> {
        let file = attempt("open", self.log.disk.open_write(&segment_name(self.base)))?;
        attempt("truncate", file.set_size(HEADER_BYTES as u64 + self.end - self.base))?;
        attempt("sync", file.sync_all())
    }

    /// Begins a segment at the end of the log; whatever has its name holds nothing durable.
    fn begin_segment(&mut self) -> Result<(), StorageFault> {
        self.check_free()?;
        let disk = Arc::clone(&self.log.disk);
        let file = attempt("create", disk.create(&segment_name(self.end)))?;
        attempt("allocate", allocate(&*file, self.config.segment_bytes_max))?;
        attempt("write", write_all(&*file, 0, &header(self.end)))?;
        attempt("sync", file.sync_all())?;
        attempt("sync folder", disk.sync_dir())?;
        self.base = self.end;
        self.log.begin_segment(self.base);
        self.file = Some(file);
        Ok(())
    }

    /// Leaves the last segment with what is durable in it and begins a new one; may be repeated.
    fn resume(&mut self) -> Result<(), StorageFault> {
        self.bytes.clear();
        if self.end > self.base {
            self.seal()?;
        }
        self.begin_segment()
    }
}

fn answer_all(refused: impl IntoIterator<Item = Pending>, fault: StorageFault) {
    for pending in refused {
        answer(pending.done, Err(fault.into()));
    }
}

/// Calls back; a caller's panic must not end the writer, on which all others wait.
fn answer(done: Done, outcome: Result<Appended, AppendError>) {
    drop(catch_unwind(AssertUnwindSafe(|| done(outcome))));
}
