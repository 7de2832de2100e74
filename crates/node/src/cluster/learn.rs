//! The node that learns one part of the world from its stream.

use super::connect::{born, connect};
use super::partition::Partition;
use super::taken_out::TakenOut;
use crate::clock::Clock;
use crate::config::{ArchiveConfig, Config};
use crate::exclusions::ExclusionList;
use crate::learner::{Learner, Origin, Pace, Parts, Recovered, recover};
use crate::metrics::Metrics;
use crate::role::{Behind, Role, Shared};
use crate::server::{RunningServer, Server};
use crate::serving::Serving;
use crate::store::{Store, write_whole};
use anyhow::Context as _;
use cairn_journal::nats::{Extent, JetStream, Names};
use cairn_journal::{Log, Position};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Pause between two looks for the stream at the start.
const PAUSE: Duration = Duration::from_secs(1);

/// What a learning node does behind its routes.
#[derive(Debug)]
struct Learn {
    learner: Learner,
    taken_out: Option<TakenOut>,
    /// Held: one learner writes to a part's map.
    _lock: File,
}

impl Behind for Learn {
    fn close(self: Box<Self>) -> anyhow::Result<()> {
        if let Some(taken_out) = self.taken_out {
            taken_out.stop();
        }
        self.learner.finish()
    }
}

/// Learns `part`: the map goes to a folder of that name in `maps`, everything else to `dir`.
///
/// # Errors
/// When another learner writes there, the disk refuses, or the address cannot be listened on.
pub(crate) fn start_learn(
    dir: &Path,
    maps: &Path,
    part: Partition,
    config: Config,
    clock: Clock,
) -> anyhow::Result<RunningServer> {
    config.check()?;
    let store = Store::create(dir).with_context(|| format!("create {}", dir.display()))?;
    let map = Store::create_map(&maps.join(part.folder_name()))
        .with_context(|| format!("create a folder in {}", maps.display()))?;
    let lock = claim(&map)?;
    let cluster = connect(&config.cluster, &format!("learn {part}"))?;
    let names = Names::of(part.k(), part.n());
    let stream = JetStream::new(cluster, names, &consumer(&map, part)?);
    let extent = wait_for(&stream, &clock);
    let archive = shared_archive(&config.archive);
    let taken_out = TakenOut::watch(&archive, &map, &clock)?;
    let log: Arc<dyn Log> = Arc::new(stream);
    let (serving, metrics) = (Arc::new(Serving::nothing()), Arc::new(Metrics::new()));
    let exclusions = Arc::new(ExclusionList::open(&map)?);
    let recovered = recover(&map, config.learner.voices_min, &exclusions.now())
        .context("look at what is sealed")?;
    let recovered = within_the_stream(recovered, &extent, archive.enabled);
    let parts = Parts {
        store: map,
        journal: Origin::Shared(Arc::clone(&log), part),
        exclusions,
        archive,
        serving: Arc::clone(&serving),
        metrics: Arc::clone(&metrics),
        clock: clock.clone(),
        config: config.learner.clone(),
        warm_up: config.serving.warm_up,
        pace: Pace::Fresh,
    };
    let learner = Learner::start(parts, recovered)?;
    let status = learner.status();
    let shared = Shared { store, journal: None, log: Some(log), serving, metrics, learner: status };
    Server::start_role(Role::Learn, shared, config, clock, move |_| {
        Ok(Box::new(Learn { learner, taken_out, _lock: lock }))
    })
}

/// The archive that the ingest nodes share; an address says where, one in a data folder is of a machine alone.
fn shared_archive(config: &ArchiveConfig) -> ArchiveConfig {
    ArchiveConfig { enabled: config.enabled && !config.url.is_empty(), ..config.clone() }
}

/// Makes sure that nobody else writes to this map.
fn claim(map: &Store) -> anyhow::Result<File> {
    let path = map.root().join("learner.lock");
    let file = File::create(&path).with_context(|| format!("create {}", path.display()))?;
    if file.try_lock().is_err() {
        anyhow::bail!("{} is learned by another cairn: stop it first", map.root().display());
    }
    Ok(file)
}

/// The name under which this map's learner reads, whichever process it is.
fn consumer(map: &Store, part: Partition) -> anyhow::Result<String> {
    let path = map.root().join("learner.id");
    let id = match std::fs::read_to_string(&path) {
        Ok(id) if !id.trim().is_empty() => id.trim().to_owned(),
        _ => {
            let id = format!("{:016x}", getrandom::u64().context("ask for random bytes")?);
            write_whole(&path, id.as_bytes(), 0o600).context("keep the learner's name")?;
            id
        }
    };
    Ok(format!("learn-{}-{id}", part.folder_name()))
}

/// Waits until the servers have the stream; what it holds.
fn wait_for(stream: &JetStream, clock: &Clock) -> Extent {
    let mut told = None;
    loop {
        let fault = match stream.make(false, born(clock)) {
            Ok(extent) => return extent,
            Err(fault) => fault,
        };
        if told != Some(fault.kind) && fault.kind.is_passing() {
            tracing::info!(%fault, "waiting for the NATS servers");
        } else if told != Some(fault.kind) {
            tracing::error!(%fault, "the NATS servers cannot be used: trying again");
        }
        told = Some(fault.kind);
        clock.sleep(PAUSE);
    }
}

/// What was recovered, to be learned again from the stream's start when that ends before it: the stream lost
/// its tail, and what comes next would be taken for what is known. Learning again changes nothing. What the
/// stream no longer holds is learned from the archive.
fn within_the_stream(recovered: Recovered, extent: &Extent, is_archived: bool) -> Recovered {
    let (at, start, end) = (recovered.position, extent.start, extent.end);
    if at > end {
        tracing::error!(
            position = at.get(),
            end = end.get(),
            "the stream ends before what was learned of it: reading it again from its start"
        );
        return Recovered { position: Position::START, ..recovered };
    }
    // Where a young stream begins, nothing comes before: the archive tells.
    if at < start && is_archived {
        tracing::info!(
            position = at.get(),
            start = start.get(),
            "learning what the stream no longer holds from the archive"
        );
    } else if at < start && at > Position::START {
        tracing::error!(
            position = at.get(),
            start = start.get(),
            "the stream no longer holds what comes next: name the ingest nodes' archive in archive.url"
        );
    }
    Recovered { lacks_archived: at < start && is_archived, ..recovered }
}
