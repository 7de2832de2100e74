//! Messages of the shared log that could not be read: shown, and sent again.

use super::connect::{connect, reach};
use crate::clock::Clock;
use crate::config::ClusterConfig;
use crate::limits::DEAD_LETTERS_MAX;
use anyhow::Context as _;

/// A line for each dead letter; each is sent again when `replays`.
pub(crate) fn dead_letters(
    config: &ClusterConfig,
    clock: &Clock,
    replays: bool,
) -> anyhow::Result<Vec<String>> {
    let cluster = connect(config, "dead")?;
    reach(&cluster, clock).context("reach the NATS servers")?;
    let mut lines = Vec::new();
    for dead in cluster.dead(DEAD_LETTERS_MAX).context("read the dead letters")? {
        if replays {
            cluster.replay(&dead).context("send a dead letter again")?;
        }
        let (number, bytes) = (dead.number, dead.payload.len());
        lines.push(format!(
            "{number}  {}  {}  {bytes}  {}",
            dead.subject, dead.sequence, dead.reason
        ));
    }
    Ok(lines)
}
