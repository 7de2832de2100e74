//! The mirror of a running service: whatever changes in its folder of models is told, whoever changed it.

use super::client::Client;
use super::error::MirrorError;
use super::metrics::MirrorMetrics;
use super::send::Mirror;
use crate::config::{MirrorConfig, ModelsConfig};
use crate::metrics::gauge;
use crate::relay::Pause;
use crate::stop::Stop;
use crate::threads;
use anyhow::Context as _;
use std::time::Duration;

/// Time between two looks for something to tell. Source: choice: people who promote look at once.
const LOOK: Duration = Duration::from_secs(2);
/// Failed attempts in a row after which a person should look: about an hour of pauses.
const FAILED_TOLD: u32 = 20;

/// The mirror of a running service; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Mirroring {
    stop: Stop,
}

impl Mirroring {
    /// Starts the thread that tells, where a server is named and a folder of models is.
    ///
    /// # Errors
    /// When the thread cannot be started, or the address is none.
    pub(crate) fn start(
        config: &MirrorConfig,
        models: &ModelsConfig,
        metrics: &MirrorMetrics,
    ) -> anyhow::Result<Self> {
        let mirroring = Self { stop: Stop::default() };
        let Some(folder) = models.folder().filter(|_| !config.mlflow.is_empty()) else {
            return Ok(mirroring);
        };
        let work = Work {
            client: Client::to(&config.mlflow)?,
            mirror: Mirror::at(folder),
            metrics: metrics.clone(),
            pause: Pause::new(getrandom::u64().context("ask the system for random bytes")?),
            stop: mirroring.stop.clone(),
        };
        threads::start("mirror", move || work.run()).context("start the mirror's thread")?;
        Ok(mirroring)
    }
}

impl Drop for Mirroring {
    fn drop(&mut self) {
        self.stop.stop();
    }
}

/// What the thread works with.
struct Work {
    client: Client,
    mirror: Mirror,
    metrics: MirrorMetrics,
    pause: Pause,
    stop: Stop,
}

impl Work {
    /// Tells what there is to tell, until told to stop.
    fn run(mut self) {
        let mut pause = Duration::ZERO;
        while !self.stop.wait(pause) {
            let n_waiting = self.mirror.n_waiting(&self.client);
            self.show(n_waiting);
            pause = if n_waiting > 0 { self.send() } else { LOOK };
        }
    }

    /// One attempt; the time until the next look.
    fn send(&mut self) -> Duration {
        let sent = self.mirror.send(&self.client);
        self.metrics.sent.inc_by((sent.n_runs + sent.n_entries) as u64);
        self.show(sent.n_waiting);
        if let Some(error) = sent.error {
            self.metrics.failures.inc();
            let pause = self.pause.next(None);
            self.tell_failure(&error);
            return pause;
        }
        if self.pause.n_failed() > 0 {
            tracing::info!("the mirror of models takes runs and changes again");
        }
        self.pause.reset();
        LOOK
    }

    fn show(&self, n_waiting: usize) {
        self.metrics.waiting.set(gauge(n_waiting as u64));
    }

    /// Says the first failure, and, once, that it lasts.
    fn tell_failure(&self, error: &MirrorError) {
        match self.pause.n_failed() {
            1 => tracing::info!(%error, "the mirror of models does not take them now: they wait"),
            FAILED_TOLD => tracing::warn!(%error,
                "the mirror of models has taken nothing for long: look at mirror.mlflow"),
            _ => {}
        }
    }
}
