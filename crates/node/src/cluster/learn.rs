//! The node that learns one part of the world from its stream.

use super::connect::{born, connect};
use super::partition::Partition;
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
use cairn_journal::nats::{JetStream, Names};
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
    /// Held: one learner writes to a part's map.
    _lock: File,
}

impl Behind for Learn {
    fn close(self: Box<Self>) -> anyhow::Result<()> {
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
    let end = wait_for(&stream, &clock);
    let log: Arc<dyn Log> = Arc::new(stream);
    let (serving, metrics) = (Arc::new(Serving::nothing()), Arc::new(Metrics::new()));
    let exclusions = Arc::new(ExclusionList::open(&map)?);
    let recovered = recover(&map, config.learner.voices_min, &exclusions.now())
        .context("look at what is sealed")?;
    let recovered = within_the_stream(recovered, end);
    let parts = Parts {
        store: map,
        journal: Origin::Shared(Arc::clone(&log), part),
        exclusions,
        archive: ArchiveConfig { enabled: false, ..config.archive.clone() },
        serving: Arc::clone(&serving),
        metrics: Arc::clone(&metrics),
        clock: clock.clone(),
        config: config.learner.clone(),
        pace: Pace::Fresh,
    };
    let learner = Learner::start(parts, recovered)?;
    let status = learner.status();
    let shared = Shared { store, journal: None, log: Some(log), serving, metrics, learner: status };
    Server::start_role(Role::Learn, shared, config, clock, move |_| {
        Ok(Box::new(Learn { learner, _lock: lock }))
    })
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

/// Waits until the servers have the stream; where it ends.
fn wait_for(stream: &JetStream, clock: &Clock) -> Position {
    let mut told = None;
    loop {
        let fault = match stream.make(false, born(clock)) {
            Ok(extent) => return extent.end,
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
/// its tail, and what comes next would be taken for what is known. Learning again changes nothing.
fn within_the_stream(recovered: Recovered, end: Position) -> Recovered {
    if recovered.position <= end {
        return recovered;
    }
    tracing::error!(
        position = recovered.position.get(),
        end = end.get(),
        "the stream ends before what was learned of it: reading it again from its start"
    );
    Recovered { position: Position::START, ..recovered }
}
