//! The thread of one further server, and all of them together.

use super::mark::Mark;
use super::metrics::{RelayMetrics, ServerMetrics};
use super::pack::{Packet, bodies, next_packet};
use super::pause::Pause;
use super::seen::Seen;
use super::send::{Sender, Verdict};
use crate::clock::Clock;
use crate::config::{RelayConfig, RelayFrom, RelayServer};
use crate::limits::RELAY_SEEN_MAX;
use crate::metrics::gauge;
use crate::stop::Stop;
use crate::threads::start as start_thread;
use anyhow::Context as _;
use cairn_journal::{Journal, Position, Reader};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// Longest wait for something new between two looks at the wish to stop.
const REST: Duration = Duration::from_millis(100);
/// Time that a request under way gets when the service stops; then its answer is not waited for.
const STOP_TIME_MAX: Duration = Duration::from_secs(2);
/// Failed attempts in a row after which a person should look: about an hour of pauses.
const FAILED_TOLD: u32 = 20;
/// Pause after the disk refused.
const DISK_PAUSE: Duration = Duration::from_secs(5);

/// Where relays read, and what they count in.
#[derive(Debug, Clone)]
pub struct Source {
    /// What was accepted.
    pub journal: Arc<Journal>,
    /// How to wait for threads that end.
    pub clock: Clock,
    /// What spreads the pauses of many nodes.
    pub seed: u64,
}

/// All relays.
#[derive(Debug)]
pub struct Relays {
    stop: Stop,
    clock: Clock,
    threads: Vec<JoinHandle<Option<()>>>,
}

/// One relay's state.
struct Relay {
    name: String,
    journal: Arc<Journal>,
    sender: Sender,
    mark: Mark,
    numbers: ServerMetrics,
    pause: Pause,
    stop: Stop,
    has_told_skip: bool,
}

impl Relays {
    /// Starts one thread for each server; `folder` keeps how far they are.
    ///
    /// # Errors
    /// When a position cannot be read or kept, or no thread can be started.
    pub fn start(
        config: &RelayConfig,
        folder: &Path,
        source: &Source,
        metrics: &RelayMetrics,
    ) -> anyhow::Result<Self> {
        let stop = Stop::default();
        let mut threads = Vec::new();
        for (index, server) in config.servers.iter().enumerate() {
            fs::create_dir_all(folder).context("create the folder of the relays")?;
            let mark = Mark::at(folder, &server.name);
            let reader = begin(server, &mark, &source.journal)
                .with_context(|| format!("begin to relay to {}", server.name))?;
            let relay = Relay {
                name: server.name.clone(),
                journal: Arc::clone(&source.journal),
                sender: Sender::to(server),
                mark,
                numbers: metrics.of(&server.name),
                pause: Pause::new(source.seed.wrapping_add(index as u64)),
                stop: stop.clone(),
                has_told_skip: false,
            };
            let thread = start_thread("relay", move || relay.run(reader));
            threads.push(thread.context("start a relay")?);
        }
        Ok(Self { stop, clock: source.clock.clone(), threads })
    }

    /// Ends them; one that waits for an answer is left behind, and sends the same again after a restart.
    pub fn stop(self) {
        self.stop.stop();
        let until = self.clock.instant() + STOP_TIME_MAX;
        while self.threads.iter().any(|it| !it.is_finished()) && self.clock.instant() < until {
            self.clock.sleep(Duration::from_millis(5));
        }
    }
}

/// A reader where the server is; a server that is new here begins where the configuration says.
fn begin(server: &RelayServer, mark: &Mark, journal: &Journal) -> anyhow::Result<Reader> {
    let kept = mark.load().context("read how far it is")?;
    let (start, end) = (journal.start(), journal.committed());
    let from = match kept {
        Some(kept) if kept < start => {
            tracing::error!(server = %server.name, position = kept.get(), start = start.get(),
                "reports were removed before a further server got them: going on with what is kept");
            start
        }
        Some(kept) if kept > end => {
            tracing::error!(server = %server.name, position = kept.get(),
                "a further server is ahead of the journal: going on with what comes next");
            end
        }
        Some(kept) => kept,
        None if server.from == RelayFrom::Start => start,
        None => end,
    };
    if kept != Some(from) {
        mark.store(from).context("keep how far it is")?;
    }
    journal.read_from(from).context("read the journal")
}

impl Relay {
    /// Sends what comes, until told to stop.
    fn run(mut self, mut reader: Reader) {
        let (mut held, mut seen) = (None, Seen::new(RELAY_SEEN_MAX));
        self.show_lag(reader.reached());
        while !self.stop.is_wished() {
            match next_packet(&mut reader, &mut held, &mut seen) {
                Ok(None) => {
                    self.journal.wait_past(reader.reached(), REST);
                }
                Ok(Some(packet)) => {
                    if !self.deliver(&packet) {
                        return;
                    }
                }
                Err(error) => {
                    tracing::error!(server = %self.name, %error,
                        "the journal cannot be read for a further server: trying again");
                    self.stop.wait(DISK_PAUSE);
                }
            }
        }
    }

    /// Sends a packet and keeps the position behind it; false when told to stop before that.
    fn deliver(&mut self, packet: &Packet) -> bool {
        for (n_reports, body) in bodies(&packet.reports) {
            if !self.insist(n_reports as u64, &body) {
                return false;
            }
        }
        while let Err(error) = self.mark.store(packet.end) {
            tracing::error!(server = %self.name, kind = ?error.kind(),
                "how far a further server is cannot be kept: free disk space");
            if self.stop.wait(DISK_PAUSE) {
                return false;
            }
        }
        self.show_lag(packet.end);
        true
    }

    /// Sends one body until the server took it or refused it for good; false when told to stop.
    fn insist(&mut self, n_reports: u64, body: &[u8]) -> bool {
        while !self.stop.is_wished() {
            match self.sender.send(body) {
                Verdict::Taken => {
                    self.tell_recovery();
                    self.numbers.reports.inc_by(n_reports);
                    return true;
                }
                Verdict::Refused(status) => {
                    self.tell_skip(status);
                    self.numbers.skipped.inc_by(n_reports);
                    return true;
                }
                Verdict::Later { status, after } => {
                    self.numbers.failures.inc();
                    let pause = self.pause.next(after);
                    self.tell_failure(status, pause);
                    self.show_lag(self.reached());
                    if self.stop.wait(pause) {
                        return false;
                    }
                }
            }
        }
        false
    }

    /// How far the server is, as its file says.
    fn reached(&self) -> Position {
        self.mark.load().ok().flatten().unwrap_or_else(|| self.journal.committed())
    }

    fn show_lag(&self, reached: Position) {
        let lag_bytes = self.journal.committed().get().saturating_sub(reached.get());
        self.numbers.lag_bytes.set(gauge(lag_bytes));
    }

    fn tell_recovery(&mut self) {
        if self.pause.n_failed() > 0 {
            tracing::info!(server = %self.name, "a further server takes reports again");
        }
        self.pause.reset();
    }

    /// Says the first failure, and, once, that it lasts.
    fn tell_failure(&self, status: Option<u16>, pause: Duration) {
        let pause_s = pause.as_secs();
        match self.pause.n_failed() {
            1 => tracing::info!(server = %self.name, ?status, pause_s,
                "a further server does not take reports now: they wait in the journal"),
            FAILED_TOLD => tracing::warn!(server = %self.name, ?status,
                "a further server has not taken reports for long: look at its address and our key"),
            _ => {}
        }
    }

    /// Says once that reports were refused for good; the rest is counted.
    fn tell_skip(&mut self, status: u16) {
        self.tell_recovery();
        if !self.has_told_skip {
            self.has_told_skip = true;
            tracing::warn!(server = %self.name, status,
                "a further server refused reports for good: left out and counted from here on");
        }
    }
}

#[cfg(test)]
#[path = "thread_tests.rs"]
mod tests;
