//! The loop: read, clean, wait for more or long enough, publish; after any failure from the manifest again.

use super::door::ArchiveDoor;
use super::pending::{Lately, Pending};
use super::retention::Needs;
use crate::clock::Clock;
use crate::cluster::Forwarded;
use crate::config::{ArchiveConfig, RelayConfig};
use crate::exclusions::ExclusionList;
use crate::lanes::priority;
use crate::learner::learn::next_record;
use crate::limits::{ARCHIVE_BATCHES_PER_TURN, ARCHIVE_LATELY_MAX};
use crate::metrics::{Metrics, gauge};
use crate::stop::Stop;
use crate::store::Store;
use crate::threads;
use anyhow::Context as _;
use cairn_archive::{Manifest, files_of};
use cairn_journal::{Journal, Position, Reader};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// Longest wait for something new between two looks at the wish to stop.
const REST: Duration = Duration::from_millis(200);
/// Pause after the first failure; each further one doubles it.
const PAUSE_FIRST: Duration = Duration::from_secs(1);
/// The longest pause. Source: choice: an outage is noticed to be over within minutes.
const PAUSE_MAX: Duration = Duration::from_mins(5);
/// Time that a publication under way gets when the service stops.
const STOP_TIME_MAX: Duration = Duration::from_secs(5);

/// What the archiver works with.
#[derive(Debug, Clone)]
pub struct Parts {
    /// Where files lie.
    pub store: Store,
    /// What it archives.
    pub journal: Arc<Journal>,
    /// What it counts in.
    pub metrics: Arc<Metrics>,
    /// What was taken out.
    pub exclusions: Arc<ExclusionList>,
    /// Where time comes from.
    pub clock: Clock,
    /// How it archives.
    pub config: ArchiveConfig,
    /// Whom the journal is kept for, too.
    pub relay: RelayConfig,
    /// Where the streams of several machines are, which learn instead of this one.
    pub forwarded: Option<Arc<Forwarded>>,
}

/// A running archiver, or none where none is wanted.
#[derive(Debug)]
pub struct Archiver {
    stop: Stop,
    clock: Clock,
    thread: Option<JoinHandle<Option<()>>>,
}

/// The thread's state.
pub(super) struct Work {
    pub(super) parts: Parts,
    pub(super) door: ArchiveDoor,
    pub(super) needs: Needs,
    /// The manifest at which unneeded files were removed last.
    pub(super) collected: u64,
    stop: Stop,
    lately: Lately,
}

impl Archiver {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the archive's folder cannot be made, or no thread can be started.
    pub fn start(parts: Parts) -> anyhow::Result<Self> {
        let (stop, clock) = (Stop::default(), parts.clock.clone());
        let Some(door) = ArchiveDoor::open(&parts.config, &parts.store)? else {
            return Ok(Self { stop, clock, thread: None });
        };
        let needs = Needs::new(&parts.store, &parts.relay, parts.forwarded.clone());
        let lately = Lately::new(ARCHIVE_LATELY_MAX);
        let work = Work { parts, door, needs, collected: 0, stop: stop.clone(), lately };
        let thread = threads::start("archiver", move || {
            priority::lower(priority::BACKGROUND_NICE);
            work.run();
        });
        let thread = thread.context("start the archiver")?;
        Ok(Self { stop, clock, thread: Some(thread) })
    }

    /// Ends it; a publication that takes too long is left behind, and made again after a restart.
    pub fn stop(self) {
        self.stop.stop();
        let until = self.clock.instant() + STOP_TIME_MAX;
        let is_running = || self.thread.as_ref().is_some_and(|it| !it.is_finished());
        while is_running() && self.clock.instant() < until {
            self.clock.sleep(Duration::from_millis(5));
        }
    }
}

impl Work {
    /// Archives until told to stop.
    fn run(mut self) {
        let (mut pause, mut n_failed) = (PAUSE_FIRST, 0_u32);
        while !self.stop.is_wished() {
            let Err(error) = self.guarded(&mut n_failed) else { continue };
            self.parts.metrics.archive.failures.inc();
            n_failed += 1;
            pause = if n_failed == 1 { PAUSE_FIRST } else { (pause * 2).min(PAUSE_MAX) };
            let error = format!("{error:#}");
            if n_failed == 1 {
                tracing::error!(error, "evidence cannot be archived: it waits in the journal");
            } else {
                tracing::info!(error, n_failed, "evidence can still not be archived");
            }
            self.stop.wait(pause);
        }
    }

    /// A session that may even panic: evidence waits in the journal then, and the next one may do better.
    fn guarded(&mut self, n_failed: &mut u32) -> anyhow::Result<()> {
        catch_unwind(AssertUnwindSafe(|| self.session(n_failed))).unwrap_or_else(|_panic| {
            Err(anyhow::anyhow!("a fault of the archiver's own, told above"))
        })
    }

    /// Archives from where the manifest says, until told to stop or something fails.
    fn session(&mut self, n_failed: &mut u32) -> anyhow::Result<()> {
        let manifest = self.door.wait(self.door.archive().current())?.unwrap_or_default();
        self.parts.metrics.archive.show(&manifest);
        let mut manifest = self.up_to_date(manifest)?;
        let mut reader = self.begin(&manifest)?;
        while !self.stop.is_wished() {
            let pending = self.gather(&manifest, &mut reader)?;
            if self.stop.is_wished() {
                return Ok(());
            }
            manifest = self.publish(manifest, pending)?;
            if std::mem::take(n_failed) > 0 {
                tracing::info!("evidence is archived again");
            }
            manifest = self.up_to_date(manifest)?;
            self.trim(&manifest);
        }
        Ok(())
    }

    /// A reader where the archive is.
    fn begin(&self, manifest: &Manifest) -> anyhow::Result<Reader> {
        let journal = &self.parts.journal;
        let (at, start, end) =
            (manifest.position_of(self.door.journal()), journal.start(), journal.committed());
        anyhow::ensure!(
            at <= end.get(),
            "the archive holds the journal {:?} to {at}, and it ends at {end}: is it another one's?",
            self.door.journal()
        );
        if at < start.get() {
            tracing::error!(
                position = at,
                start = start.get(),
                "reports were removed before they were archived: going on with what is kept"
            );
        }
        journal.read_from(Position::new(at).max(start)).context("read the journal")
    }

    /// Reads until there is enough, or it is time to look after the archive.
    fn gather(&mut self, manifest: &Manifest, reader: &mut Reader) -> anyhow::Result<Pending> {
        let covered = manifest.covered.get(self.door.journal()).cloned().unwrap_or_default();
        let mut pending = Pending::from(covered);
        pending.covered.position = reader.reached().get();
        let since = self.parts.clock.instant();
        while !self.stop.is_wished() && pending.n_rows < self.parts.config.flush_rows {
            let n_read = self.read_some(reader, &mut pending)?;
            self.parts.exclusions.refresh();
            let waited = self.parts.clock.instant().saturating_duration_since(since);
            if waited >= Duration::from_secs(self.parts.config.flush_seconds)
                || self.parts.exclusions.now().digest() != known(manifest)
            {
                break;
            }
            if n_read == 0 {
                self.parts.journal.wait_past(reader.reached(), REST);
            }
        }
        Ok(pending)
    }

    /// Reads a few submissions; how many.
    fn read_some(&mut self, reader: &mut Reader, pending: &mut Pending) -> anyhow::Result<usize> {
        let without = self.parts.exclusions.now();
        let mut n_read = 0;
        while n_read < ARCHIVE_BATCHES_PER_TURN && pending.n_rows < self.parts.config.flush_rows {
            let Some((end, batch)) = next_record(reader).context("read the journal")? else {
                break;
            };
            pending.add(&batch, end, &without, &mut self.lately);
            n_read += 1;
        }
        self.show_lag(pending.covered.position);
        Ok(n_read)
    }

    /// Makes what waits a part of the archive.
    fn publish(&mut self, mut manifest: Manifest, pending: Pending) -> anyhow::Result<Manifest> {
        if !pending.is_behind {
            return Ok(manifest);
        }
        let n_rows = pending.n_rows;
        let position = pending.covered.position;
        let files = files_of(pending.occurrences, self.parts.config.shards)
            .context("write evidence as Parquet")?;
        manifest.covered.insert(self.door.journal().to_owned(), pending.covered);
        let n_files = files.len();
        let published = self.door.wait(self.door.archive().publish(manifest, files));
        // What failed is gathered again, and must not be taken for a retry.
        let published = published.inspect_err(|_| self.lately = Lately::new(ARCHIVE_LATELY_MAX))?;
        self.parts.metrics.archive.published.inc();
        self.parts.metrics.archive.show(&published);
        self.show_lag(position);
        tracing::info!(
            manifest = published.number,
            rows = n_rows,
            files = n_files,
            journal_position = position,
            "evidence archived"
        );
        Ok(published)
    }

    fn show_lag(&self, position: u64) {
        let lag_bytes = self.parts.journal.committed().get().saturating_sub(position);
        self.parts.metrics.archive.lag_bytes.set(gauge(lag_bytes));
    }
}

/// The hash of what a manifest excludes.
pub(super) fn known(manifest: &Manifest) -> Option<[u8; 32]> {
    manifest.exclusions().and_then(|it| it.digest())
}
