//! The spool's way into the shared log: one thread a part, each with the journal as its queue.
//!
//! Each thread reads the whole journal and sends what touches its part, so that a stream that is full or lost
//! holds nobody else up. A position moves only when the stream acknowledged what lies before it.

use super::connect::born;
use super::delivery::Delivery;
use super::forwarded::Forwarded;
use crate::clock::Clock;
use crate::learner::learn::next_record;
use crate::limits::{FORWARD_BATCHES_MAX, FORWARD_BYTES_MAX};
use crate::metrics::gauge;
use crate::stop::Stop;
use crate::threads::start as start_thread;
use anyhow::Context as _;
use cairn_journal::{Journal, Position, Reader, RemoteFault, RemoteKind};
use cairn_report::Batch;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Longest wait for something new between two looks around.
const REST: Duration = Duration::from_millis(200);
/// How long a small message waits for company. Source: docs/decisions/2026-11-26-jetstream.md: 16-KB messages carry
/// six times what 1-KB messages do.
const LINGER: Duration = Duration::from_millis(20);
/// Journal bytes that do not wait for company. Source: as `LINGER`.
const WORTH_SENDING_BYTES: u64 = 16 << 10;
/// Pause after the servers refused.
const PAUSE: Duration = Duration::from_secs(1);
/// Time between two looks at the stream.
const LOOK: Duration = Duration::from_secs(2);
/// Time between two times that positions are kept while much is sent; a crash sends the rest twice.
const KEEP: Duration = Duration::from_millis(500);

/// What all parts share.
#[derive(Debug)]
pub(super) struct Spool {
    pub(super) journal: Arc<Journal>,
    pub(super) clock: Clock,
    pub(super) forwarded: Arc<Forwarded>,
}

/// All threads that forward.
#[derive(Debug)]
pub(crate) struct Forwards {
    stop: Stop,
    threads: Vec<JoinHandle<Option<()>>>,
}

impl Forwards {
    /// Starts one thread for each part.
    pub(super) fn start(spool: &Arc<Spool>, parts: Vec<Delivery>) -> anyhow::Result<Self> {
        let stop = Stop::default();
        let mut threads = Vec::new();
        for delivery in parts {
            let (spool, stop) = (Arc::clone(spool), stop.clone());
            let looked = spool.clock.instant();
            let forward =
                Forward { spool, stop, delivery, is_open: false, looked, kept: looked, told: None };
            let thread = start_thread("forward", move || forward.run());
            threads.push(thread.context("start to forward")?);
        }
        Ok(Self { stop, threads })
    }

    /// Ends them; what was not acknowledged is sent again after a restart.
    pub(crate) fn stop(self) {
        self.stop.stop();
        for thread in self.threads {
            drop(thread.join());
        }
    }
}

/// One part's thread.
struct Forward {
    spool: Arc<Spool>,
    stop: Stop,
    delivery: Delivery,
    is_open: bool,
    looked: Instant,
    kept: Instant,
    /// What was last said to be wrong.
    told: Option<RemoteKind>,
}

/// What is sent at once.
struct Load {
    batches: Vec<Batch>,
    end: Position,
}

impl Forward {
    fn run(mut self) {
        while !self.stop.is_wished() {
            if let Err(error) = self.forward_in_step() {
                tracing::error!(part = %self.delivery.part, error = %format!("{error:#}"),
                    "reports cannot be forwarded: they wait in the journal");
                self.stop.wait(PAUSE);
            }
        }
        if let Err(error) = self.keep() {
            tracing::error!(error = %format!("{error:#}"), "some reports will be sent twice");
        }
    }

    /// Forwards until told to stop, or until reading has to begin elsewhere.
    fn forward_in_step(&mut self) -> anyhow::Result<()> {
        let from = self.delivery.sent().max(self.spool.journal.start());
        let mut reader = self.spool.journal.read_from(from).context("read the journal")?;
        while !self.stop.is_wished() {
            if !self.is_open {
                match self.open() {
                    None => {
                        self.stop.wait(PAUSE);
                        continue;
                    }
                    Some(true) => return Ok(()),
                    Some(false) => {}
                }
            }
            self.look_around()?;
            let Some(load) = self.next_load(&mut reader)? else {
                self.keep()?;
                self.spool.journal.wait_past(reader.reached(), REST);
                continue;
            };
            if !self.deliver(&load) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Looks for the stream: whether it is another one, so that reading has to begin anew; `None` when it
    /// cannot be had now.
    fn open(&mut self) -> Option<bool> {
        match self.delivery.open(born(&self.spool.clock)) {
            Ok(is_other) => {
                self.is_open = true;
                self.tell_recovery();
                Some(is_other)
            }
            Err(fault) => {
                self.tell(fault);
                None
            }
        }
    }

    /// From time to time: is the stream still there, is what was done kept?
    fn look_around(&mut self) -> anyhow::Result<()> {
        let now = self.spool.clock.instant();
        if now.saturating_duration_since(self.kept) >= KEEP {
            self.kept = now;
            self.keep()?;
        }
        if now.saturating_duration_since(self.looked) >= LOOK {
            self.looked = now;
            self.is_open = false;
        }
        Ok(())
    }

    /// Keeps how far the stream is; only then may somebody else let go of what lies before.
    fn keep(&mut self) -> anyhow::Result<()> {
        self.delivery.keep()?;
        let sent = self.delivery.sent();
        self.spool.forwarded.note(self.delivery.part.k(), sent);
        let end = self.spool.journal.committed().get();
        self.delivery.numbers.lag_bytes.set(gauge(end.saturating_sub(sent.get())));
        Ok(())
    }

    /// The next batches; none when nothing is there.
    fn next_load(&self, reader: &mut Reader) -> anyhow::Result<Option<Load>> {
        let start = reader.reached();
        let mut load = Load { batches: Vec::new(), end: start };
        let (mut n_read, mut has_waited) = (0, false);
        while n_read < FORWARD_BATCHES_MAX {
            let bytes = load.end.get() - start.get();
            if bytes >= FORWARD_BYTES_MAX {
                break;
            }
            match next_record(reader).context("read the journal")? {
                Some((end, batch)) => {
                    n_read += 1;
                    load.end = end;
                    if self.delivery.part.touches(&batch) {
                        load.batches.push(batch);
                    }
                }
                None if has_waited || n_read == 0 || bytes >= WORTH_SENDING_BYTES => break,
                None => {
                    has_waited = true;
                    self.spool.clock.sleep(LINGER);
                }
            }
        }
        Ok((n_read > 0).then_some(load))
    }

    /// Sends until the stream took all of it; false when told to stop, or when the stream is another one.
    fn deliver(&mut self, load: &Load) -> bool {
        if load.batches.is_empty() {
            self.delivery.pass(load.end);
            return true;
        }
        while !self.stop.is_wished() {
            match self.delivery.send(load.batches.clone(), load.end) {
                Ok(()) => {
                    self.tell_recovery();
                    return true;
                }
                Err(fault) => {
                    self.delivery.numbers.failures.inc();
                    self.tell(fault);
                    if fault.kind == RemoteKind::NoStream {
                        self.is_open = false;
                        return false;
                    }
                    self.stop.wait(PAUSE);
                }
            }
        }
        false
    }

    /// Says what is wrong, once for each thing in a row.
    fn tell(&mut self, fault: RemoteFault) {
        if self.told == Some(fault.kind) {
            return;
        }
        self.told = Some(fault.kind);
        let part = self.delivery.part;
        if fault.kind.is_passing() {
            tracing::info!(%part, %fault, "the shared log does not take reports now: they wait in the journal");
        } else {
            tracing::error!(%part, %fault, "the shared log does not take reports: they wait in the journal");
        }
    }

    fn tell_recovery(&mut self) {
        if self.told.take().is_some() {
            tracing::info!(part = %self.delivery.part, "the shared log takes reports again");
        }
    }
}
