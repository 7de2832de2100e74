//! The learner as others see it: start it, ask how far it is, let it finish.

use super::origin::Origin;
use super::recover::Recovered;
use super::status::Status;
use super::work::Work;
use crate::clock::Clock;
use crate::config::{ArchiveConfig, LearnerConfig, WarmUp};
use crate::exclusions::ExclusionList;
use crate::lanes::priority;
use crate::metrics::Metrics;
use crate::serving::Serving;
use crate::store::Store;
use crate::threads;
use anyhow::Context as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// How eager the learner is to publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Answers change within a second or two.
    Fresh,
    /// One base at the end: for imports.
    Bulk,
}

/// What the learner works with.
#[derive(Debug, Clone)]
pub struct Parts {
    /// Where files lie.
    pub store: Store,
    /// What it learns from.
    pub journal: Origin,
    /// What it publishes to.
    pub serving: Arc<Serving>,
    /// What it counts in.
    pub metrics: Arc<Metrics>,
    /// How it measures cost.
    pub clock: Clock,
    /// What was taken out of what it learns.
    pub exclusions: Arc<ExclusionList>,
    /// Where what the journal no longer holds is.
    pub archive: ArchiveConfig,
    /// When it publishes.
    pub config: LearnerConfig,
    /// What is done with what was found sealed before it serves.
    pub warm_up: WarmUp,
    /// How eagerly.
    pub pace: Pace,
}

/// A running learner.
#[derive(Debug)]
pub struct Learner {
    stop: Arc<AtomicBool>,
    status: Arc<Status>,
    thread: JoinHandle<Option<anyhow::Result<()>>>,
}

impl Learner {
    /// Serves what was recovered and starts the thread.
    ///
    /// # Errors
    /// When the journal cannot be read or no thread can be started.
    pub fn start(parts: Parts, recovered: Recovered) -> anyhow::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let status = Arc::new(Status::default());
        let serves_nobody = parts.pace == Pace::Bulk;
        let work = Work::new(parts, recovered, Arc::clone(&stop), Arc::clone(&status))?;
        let thread = threads::start("learner", move || {
            if !serves_nobody {
                priority::lower(priority::BACKGROUND_NICE);
            }
            work.run()
        });
        let thread = thread.context("start the learner's thread")?;
        Ok(Self { stop, status, thread })
    }

    /// How far it is.
    pub fn status(&self) -> Arc<Status> {
        Arc::clone(&self.status)
    }

    /// True when the thread is no longer there.
    pub fn has_ended(&self) -> bool {
        self.thread.is_finished()
    }

    /// Asks it to learn what is left, seal, and end.
    pub fn ask_to_finish(&self) {
        self.stop.store(true, Ordering::Release);
    }

    /// Waits until everything in the journal is learned and sealed.
    ///
    /// # Errors
    /// When the last seal failed, or the thread died; nothing is lost, the journal has it all.
    pub fn finish(self) -> anyhow::Result<()> {
        self.ask_to_finish();
        let died = "the learner died of a fault of ours: start anew, what was acknowledged is learned then";
        self.thread.join().ok().flatten().context(died)?
    }
}
