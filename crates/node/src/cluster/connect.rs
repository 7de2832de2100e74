//! The connection to the servers of the shared log.

use crate::clock::Clock;
use crate::config::ClusterConfig;
use anyhow::Context as _;
use cairn_journal::RemoteFault;
use cairn_journal::nats::{Cluster, Settings};
use std::sync::Arc;
use std::time::Duration;

/// A stream that has to be made begins at the milliseconds since 1970 with this many zero bits behind: above
/// every sequence of a former stream of that name, unless that took more than 2²⁰ messages a millisecond.
const BORN_SHIFT: u32 = 20;

/// Pause between two looks whether a server is there.
const PAUSE: Duration = Duration::from_millis(100);
/// Looks before it is taken that none can be reached now.
const LOOKS: u32 = 50;

/// Connects, now or as soon as a server can be reached.
pub(crate) fn connect(config: &ClusterConfig, role: &str) -> anyhow::Result<Arc<Cluster>> {
    let settings = Settings {
        url: config.nats.clone(),
        name: format!("cairn {role}"),
        replicas: config.replicas,
        stream_bytes_max: config.stream_bytes_max,
        stream_age_max: config.stream_age_max(),
        duplicate_window: config.duplicate_window(),
    };
    let cluster = Cluster::connect(settings).context("connect to the NATS servers")?;
    Ok(Arc::new(cluster))
}

/// Waits some seconds for a server that can be worked with.
pub(crate) fn reach(cluster: &Cluster, clock: &Clock) -> Result<(), RemoteFault> {
    for _ in 1..LOOKS {
        if cluster.check().is_ok() {
            return Ok(());
        }
        clock.sleep(PAUSE);
    }
    cluster.check()
}

/// Where a stream begins that is made now.
pub(crate) fn born(clock: &Clock) -> u64 {
    u64::try_from(clock.now().ms()).unwrap_or(0) << BORN_SHIFT
}
