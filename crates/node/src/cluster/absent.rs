//! What is said where the client of the shared log was left out of the program.

use super::partition::Partition;
use crate::clock::Clock;
use crate::config::{ClusterConfig, Config};
use crate::server::RunningServer;
use std::path::Path;

/// What a program without the client says. The one who reads it has another one to build.
const ABSENT: &str = "this cairn was built without what several machines need: \
                      cargo build --release --features cluster";

/// Takes no reports in.
pub(crate) fn start_ingest(_: &Path, _: Config, _: Clock) -> anyhow::Result<RunningServer> {
    anyhow::bail!(ABSENT)
}

/// Learns nothing.
pub(crate) fn start_learn(
    _: &Path,
    _: &Path,
    _: Partition,
    _: Config,
    _: Clock,
) -> anyhow::Result<RunningServer> {
    anyhow::bail!(ABSENT)
}

/// Knows no dead letters.
pub(crate) fn dead_letters(_: &ClusterConfig, _: &Clock, _: bool) -> anyhow::Result<Vec<String>> {
    anyhow::bail!(ABSENT)
}
