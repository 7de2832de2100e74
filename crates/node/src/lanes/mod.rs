//! Three lanes through which requests pass, so that who asks much never delays who asks for help.
//!
//! A request takes a place in its lane before its body is decoded, and is told to come back when there is none.
//! What a lane may use is its own: no flood of one takes a place of another. Whoever comes while somebody of a
//! lane above waits is sent away first. Bulk work runs on threads of low priority, emergencies on a thread of
//! high priority.
//!
//! Not here: whose lane a request is in (`http/door`), connections (`http/accept`), a key's quota (`access`).
//!
//! Reading order: `lane` (their names), [`Lanes::look`], [`Lanes::enter`], [`Lanes::work`]; `gate` (places), `limit` (how
//! many), `workers` (threads for bulk), `lag` (how late we are), `helper` (the emergency's thread), `priority`.

mod gate;
mod helper;
mod lag;
mod lane;
mod limit;
mod metrics;
pub(crate) mod priority;
mod workers;

pub(crate) use helper::Helper;
pub use lane::Lane;
pub use metrics::LaneMetrics;

use crate::clock::Clock;
use crate::config::LanesConfig;
use crate::limits::{EMERGENCY_QUEUE_MAX, LANE_PLACES_MIN, LANE_QUEUE_MAX};
use crate::metrics::{Metrics, gauge};
use gate::{Gate, Rules};
use lag::Lag;
use lane::Why;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use workers::Workers;

/// Seconds after which a client that was sent away should come back.
const RETRY_S: u32 = 2;
/// Share of the longest wait from which on bulk is sent away, so that it goes before others do.
const BULK_SHARE: u32 = 4;

/// No place: come back later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overloaded {
    /// When to come back.
    pub retry_after_s: u32,
}

/// A place in a lane, free again when dropped.
#[derive(Debug)]
pub struct Place<'a> {
    lanes: &'a Lanes,
    lane: Lane,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let late = self.lanes.wait_of(self.lane) > self.lanes.bound_of(self.lane);
        self.lanes.gates[self.lane.index()].leave(late);
    }
}

/// The lanes of a service.
#[derive(Debug)]
pub struct Lanes {
    gates: [Gate; 3],
    wait_max: Duration,
    bulk_wait_max: Duration,
    lag: Lag,
    workers: Workers,
    /// Threads for bulk but one.
    helping: Semaphore,
    metrics: Arc<Metrics>,
}

impl Lanes {
    /// Lanes with nobody in them, and the threads of bulk.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        config: &LanesConfig,
        clock: &Clock,
        metrics: Arc<Metrics>,
    ) -> anyhow::Result<Self> {
        let (wait_max, bulk_wait_max) = (config.wait_max(), config.bulk_wait_max());
        let fixed = config.emergency_places;
        let emergency = Rules {
            places_min: fixed,
            places_max: fixed,
            queue_max: EMERGENCY_QUEUE_MAX,
            wait_max,
        };
        let others = |places_max: usize, wait_max: Duration| Rules {
            places_min: LANE_PLACES_MIN.min(places_max),
            places_max,
            queue_max: LANE_QUEUE_MAX.min(places_max.saturating_mul(4)),
            wait_max,
        };
        let rules = [
            emergency,
            others(config.interactive_places_max, wait_max),
            others(config.bulk_places_max, bulk_wait_max),
        ];
        let n_threads = config.n_bulk_threads();
        let workers = Workers::start(n_threads, clock.clone())?;
        let helping = Semaphore::new(n_threads.saturating_sub(1));
        let gates = rules.map(Gate::new);
        let lag = Lag::new(clock.clone());
        Ok(Self { gates, wait_max, bulk_wait_max, lag, workers, helping, metrics })
    }

    /// Says at once whether a request of this lane would only be sent away; takes nothing.
    ///
    /// # Errors
    /// [`Overloaded`]: tell the client, read nothing more.
    pub fn look(&self, lane: Lane) -> Result<(), Overloaded> {
        let above = Lane::ALL.into_iter().take_while(|it| *it < lane);
        if above.into_iter().any(|it| self.gates[it.index()].is_full()) {
            return Err(self.sent_away(lane, Why::Yield));
        }
        let is_late = self.lag.now() > self.lag_bound_of(lane);
        if lane != Lane::Emergency && is_late && !self.is_alone(lane) {
            return Err(self.sent_away(lane, Why::Late));
        }
        Ok(())
    }

    /// Takes a place, to be held while a request is worked on.
    ///
    /// # Errors
    /// [`Overloaded`] when none is free in time: tell the client, decode nothing.
    pub async fn enter(&self, lane: Lane) -> Result<Place<'_>, Overloaded> {
        self.look(lane)?;
        match self.gates[lane.index()].enter().await {
            Ok(()) => Ok(Place { lanes: self, lane }),
            Err(why) => Err(self.sent_away(lane, why)),
        }
    }

    /// Does a slice of work, about a millisecond of it, where it delays nobody of a lane above: bulk on threads of
    /// low priority, the others here.
    pub async fn work<T: Send + 'static>(
        &self,
        lane: Lane,
        slice: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        match lane {
            Lane::Bulk => self.workers.run(slice).await,
            Lane::Emergency | Lane::Interactive => tokio::task::block_in_place(slice),
        }
    }

    /// Threads for bulk that whoever works there may ask to help, until this is dropped: so many slices more are at
    /// hand at once, in all of the service.
    pub fn idle_bulk_threads(&self) -> Option<SemaphorePermit<'_>> {
        let n = u32::try_from(self.helping.available_permits()).ok().filter(|n| *n > 0)?;
        self.helping.try_acquire_many(n).ok()
    }

    /// Measures for ever how late this runtime is.
    pub(crate) async fn measure(&self) {
        self.lag.measure().await;
    }

    /// Brings gauges up to date.
    pub(crate) fn refresh_metrics(&self) {
        for lane in Lane::ALL {
            let (seen, shown) = (self.gates[lane.index()].seen(), self.metrics.lanes.of(lane));
            shown.inside.set(gauge(seen.n_inside as u64));
            shown.limit.set(gauge(seen.limit as u64));
            shown.waiting.set(gauge(seen.n_waiting as u64));
        }
        let us = u64::try_from(self.lag.now().as_micros()).unwrap_or(u64::MAX);
        self.metrics.lanes.wait_us.set(gauge(us));
    }

    /// How long work of a lane waits for its turn now.
    fn wait_of(&self, lane: Lane) -> Duration {
        match lane {
            Lane::Emergency => Duration::ZERO,
            Lane::Interactive => self.lag.now(),
            Lane::Bulk => Duration::from_micros(self.workers.waited_us()),
        }
    }

    /// From which wait on the limit of a lane shrinks: half of what a request waits at most.
    fn bound_of(&self, lane: Lane) -> Duration {
        match lane {
            Lane::Emergency | Lane::Interactive => self.wait_max / 2,
            Lane::Bulk => self.bulk_wait_max / 2,
        }
    }

    /// How late the runtime may be before a lane is sent away.
    fn lag_bound_of(&self, lane: Lane) -> Duration {
        match lane {
            Lane::Emergency | Lane::Interactive => self.wait_max,
            Lane::Bulk => self.wait_max / BULK_SHARE,
        }
    }

    /// True for bulk when nobody is in its lane: one on a thread of low priority delays nobody, and a machine that
    /// stood still for a moment is no reason to refuse who comes alone.
    fn is_alone(&self, lane: Lane) -> bool {
        lane == Lane::Bulk && self.gates[lane.index()].is_empty()
    }

    /// Counts a request that is sent away.
    fn sent_away(&self, lane: Lane, why: Why) -> Overloaded {
        self.metrics.lanes.of(lane).shed(why);
        Overloaded { retry_after_s: RETRY_S }
    }
}

#[cfg(test)]
#[path = "lanes_tests.rs"]
mod tests;
