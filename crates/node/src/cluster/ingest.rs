//! The node that takes reports in: acknowledged from its own journal, forwarded from there.

use super::connect::{connect, reach};
use super::delivery::Delivery;
use super::forward::{Forwards, Spool};
use super::forwarded::Forwarded;
use super::partition::Partition;
use crate::archiver::{self, Archiver};
use crate::clock::Clock;
use crate::config::Config;
use crate::engine::open_journal;
use crate::exclusions::ExclusionList;
use crate::learner::Status;
use crate::metrics::Metrics;
use crate::role::{Behind, Role, Shared};
use crate::server::{RunningServer, Server};
use crate::serving::Serving;
use crate::store::Store;
use anyhow::Context as _;
use cairn_journal::Journal;
use cairn_journal::nats::{Cluster, JetStream, Names};
use std::path::Path;
use std::sync::Arc;

/// What an ingest node does behind its routes.
#[derive(Debug)]
struct Ingest {
    forwards: Forwards,
    archiver: Archiver,
    journal: Arc<Journal>,
}

impl Behind for Ingest {
    fn close(self: Box<Self>) -> anyhow::Result<()> {
        self.forwards.stop();
        self.archiver.stop();
        drop(self.journal);
        Ok(())
    }
}

/// Takes reports in at the addresses configured, with everything it keeps in `dir`.
///
/// # Errors
/// When the folder is in use, the disk refuses, the address cannot be listened on, or the servers hold
/// streams for another number of parts.
pub(crate) fn start_ingest(
    dir: &Path,
    config: Config,
    clock: Clock,
) -> anyhow::Result<RunningServer> {
    config.check()?;
    let store = Store::create(dir).with_context(|| format!("create {}", dir.display()))?;
    let journal = Arc::new(open_journal(&store, &config)?);
    let metrics = Arc::new(Metrics::new());
    let cluster = connect(&config.cluster, "ingest")?;
    // Servers that cannot be reached now are no reason to take nothing in.
    let _is_told_while_forwarding = reach(&cluster, &clock);
    refuse_other_partitions(&cluster, config.cluster.partitions)?;
    let parts = parts(&store, &config, &cluster, &metrics)?;
    let forwarded = Arc::new(Forwarded::at(parts.iter().map(Delivery::sent)));
    let archiver = Archiver::start(archiver::Parts {
        store: store.clone(),
        journal: Arc::clone(&journal),
        metrics: Arc::clone(&metrics),
        exclusions: Arc::new(ExclusionList::open(&store)?),
        clock: clock.clone(),
        config: config.archive.clone(),
        relay: config.relay.clone(),
        forwarded: Some(Arc::clone(&forwarded)),
    })?;
    let spool = Spool { journal: Arc::clone(&journal), clock: clock.clone(), forwarded };
    let forwards = Forwards::start(&Arc::new(spool), parts)?;
    let serving = Arc::new(Serving::nothing());
    serving.set_ready();
    let shared = Shared {
        store,
        journal: Some(Arc::clone(&journal)),
        log: None,
        serving,
        metrics,
        learner: Arc::new(Status::default()),
    };
    Server::start_role(Role::Ingest, shared, config, clock, move |_| {
        Ok(Box::new(Ingest { forwards, archiver, journal }))
    })
}

/// Each part's way into its stream.
fn parts(
    store: &Store,
    config: &Config,
    cluster: &Arc<Cluster>,
    metrics: &Metrics,
) -> anyhow::Result<Vec<Delivery>> {
    let folder = store.forward();
    std::fs::create_dir_all(&folder).context("create the folder of what is forwarded")?;
    let n = config.cluster.partitions;
    let part = |k| {
        let stream = JetStream::new(Arc::clone(cluster), Names::of(k, n), "ingest");
        Delivery::new(Partition::new(k, n)?, stream, &folder, metrics.cluster.of(k))
    };
    (0..n).map(part).collect()
}

/// Refuses to deal the world out anew while streams of another deal are there; servers that do not answer
/// are asked by nobody.
fn refuse_other_partitions(cluster: &Cluster, n: u32) -> anyhow::Result<()> {
    let names = cluster.stream_names().unwrap_or_default();
    let ending = format!("-of-{n}");
    let other = names.iter().find(|it| it.starts_with(Names::PREFIX) && !it.ends_with(&ending));
    if let Some(other) = other {
        anyhow::bail!(
            "cluster.partitions is {n}, but the NATS servers hold {other}: use that number everywhere, or \
             remove the streams once everything is archived"
        );
    }
    Ok(())
}
