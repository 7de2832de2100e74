//! What runs beside a service: archiving, publishing, and relaying to further servers.

use crate::archiver::{Archiver, Parts};
use crate::clock::Clock;
use crate::config::Config;
use crate::engine::Engine;
use crate::lanes::priority;
use crate::publish::{Publisher, Shelf};
use crate::relay::{Relays, Source};
use crate::stop::Stop;
use crate::threads;
use anyhow::Context as _;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// Time that publishing gets to end; what it left half-done has a temporary name.
const STOP_TIME_MAX: Duration = Duration::from_secs(2);

/// What runs beside a service.
#[derive(Debug)]
pub(crate) struct Background {
    clock: Clock,
    stop: Stop,
    publisher: JoinHandle<Option<()>>,
    relays: Relays,
    archiver: Archiver,
}

impl Background {
    /// Starts all of it over an engine.
    pub(crate) fn start(
        engine: &Engine,
        config: &Config,
        clock: &Clock,
        shelf: Arc<Shelf>,
    ) -> anyhow::Result<Self> {
        let source = Source {
            journal: Arc::clone(&engine.journal),
            clock: clock.clone(),
            seed: getrandom::u64().context("ask the system for random bytes")?,
        };
        let folder = engine.store.relay();
        let relays = Relays::start(&config.relay, &folder, &source, &engine.metrics.relay)?;
        let archiver = Archiver::start(archiver_parts(engine, config, clock))?;
        let metrics = Arc::clone(&engine.metrics);
        let publisher = Publisher::new(&engine.store, shelf, metrics, clock.clone(), config);
        let stop = Stop::default();
        let wish = stop.clone();
        let publisher = threads::start("publisher", move || {
            priority::lower(priority::BACKGROUND_NICE);
            publisher.run(&wish);
        });
        let publisher = publisher.context("start the publisher's thread")?;
        Ok(Self { clock: clock.clone(), stop, publisher, relays, archiver })
    }

    /// Ends all of it, within seconds.
    pub(crate) fn stop(self) {
        self.stop.stop();
        self.relays.stop();
        self.archiver.stop();
        let until = self.clock.instant() + STOP_TIME_MAX;
        while !self.publisher.is_finished() && self.clock.instant() < until {
            self.clock.sleep(Duration::from_millis(5));
        }
    }
}

/// What the archiver works with.
fn archiver_parts(engine: &Engine, config: &Config, clock: &Clock) -> Parts {
    Parts {
        store: engine.store.clone(),
        journal: Arc::clone(&engine.journal),
        metrics: Arc::clone(&engine.metrics),
        exclusions: Arc::clone(&engine.exclusions),
        clock: clock.clone(),
        config: config.archive.clone(),
        relay: config.relay.clone(),
        forwarded: None,
    }
}
