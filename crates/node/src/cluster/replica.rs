//! The node that only answers: it serves what the manifests of all parts name, and looks for newer ones.

use crate::clock::Clock;
use crate::config::Config;
use crate::learner::Status;
use crate::metrics::{Metrics, gauge, raise};
use crate::role::{Behind, Role, Shared};
use crate::server::{RunningServer, Server};
use crate::serving::follow::{Follow, Found};
use crate::serving::{Served, Serving};
use crate::stop::Stop;
use crate::store::Store;
use crate::threads;
use anyhow::Context as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Answers queries from what is published in `from`: the folder of manifests, or one snapshot file; what belongs
/// to this node alone is in `dir`, or goes with it.
///
/// # Errors
/// When a folder cannot be made, or the address cannot be listened on.
pub(crate) fn start_locate(
    dir: Option<&Path>,
    from: &Path,
    config: Config,
    clock: Clock,
) -> anyhow::Result<RunningServer> {
    config.check()?;
    let own = dir.map_or_else(own_folder, |dir| Ok(dir.to_path_buf()))?;
    let store = Store::create(&own).with_context(|| format!("create {}", own.display()))?;
    let (serving, metrics) = (Arc::new(Serving::nothing()), Arc::new(Metrics::new()));
    let stop = Stop::default();
    let look = config.serving.look();
    let replica = Replica {
        follow: Follow::new(from, config.serving.warm_up, metrics.serving.clone(), stop.clone()),
        serving: Arc::clone(&serving),
        metrics: Arc::clone(&metrics),
        clock: clock.clone(),
        retired: Vec::new(),
    };
    let mut running = Running::start(replica, stop, look)?;
    running.goes_with_it = dir.is_none().then_some(own);
    let learner = Arc::new(Status::default());
    let shared = Shared { store, journal: None, log: None, serving, metrics, learner };
    Server::start_role(Role::Locate, shared, config, clock, move |_| Ok(Box::new(running)))
}

/// A folder for this process alone.
fn own_folder() -> anyhow::Result<PathBuf> {
    let name = format!("cairn-locate-{:016x}", getrandom::u64().context("ask for random bytes")?);
    Ok(std::env::temp_dir().join(name))
}

/// A thread that keeps what is served fresh.
#[derive(Debug)]
struct Running {
    stop: Stop,
    thread: JoinHandle<Option<()>>,
    /// A folder that is of no use afterwards.
    goes_with_it: Option<PathBuf>,
}

impl Running {
    /// Serves what is there once it is warm, then what comes.
    fn start(mut replica: Replica, stop: Stop, look: Duration) -> anyhow::Result<Self> {
        let wish = stop.clone();
        let work = move || {
            replica.look();
            while !wish.wait(look) {
                replica.look();
            }
        };
        let thread = threads::start("replica", work).context("start to follow the maps")?;
        Ok(Self { stop, thread, goes_with_it: None })
    }
}

impl Behind for Running {
    fn close(self: Box<Self>) -> anyhow::Result<()> {
        self.stop.stop();
        drop(self.thread.join());
        if let Some(folder) = self.goes_with_it {
            std::fs::remove_dir_all(&folder).context("remove a folder of no further use")?;
        }
        Ok(())
    }
}

/// What the thread works with.
#[derive(Debug)]
struct Replica {
    follow: Follow,
    serving: Arc<Serving>,
    metrics: Arc<Metrics>,
    clock: Clock,
    /// What was served before, while requests still hold it: unmapped here and not by the last of them.
    retired: Vec<Arc<Served>>,
}

impl Replica {
    /// Serves what is newer.
    fn look(&mut self) {
        let since = self.clock.instant();
        if let Some(found) = self.follow.look() {
            self.serve(found, since);
        }
        raise(&self.metrics.cluster.part_failures, self.follow.n_failed);
        self.retired.retain(|served| Arc::strong_count(served) > 1);
    }

    fn serve(&mut self, found: Found, since: Instant) {
        self.metrics.cluster.parts.set(gauge(found.n_parts as u64));
        self.metrics.learner.generation.set(gauge(found.generation));
        self.metrics.learner.records.set(gauge(found.set.n_records()));
        let (generation, transmitters) = (found.generation, found.set.n_records());
        self.retired.push(self.serving.publish(found.set, generation));
        let took = self.clock.instant().saturating_duration_since(since);
        let shown = &self.metrics.serving;
        shown.swap_seconds.observe(took.as_secs_f64());
        if self.serving.is_ready() {
            shown.swaps.inc();
        }
        tracing::info!(generation, transmitters, ms = took.as_millis(), "a snapshot set serves");
        if found.is_complete {
            self.serving.set_ready();
        }
    }
}
