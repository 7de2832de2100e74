//! Several machines that share a log: where its servers are, and what they keep.

use super::{ConfigError, Doc, at_least};
use crate::limits::PARTITIONS_MAX;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// Several machines that share a log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClusterConfig {
    /// Addresses of NATS servers, with commas between them; may hold a name and a password.
    pub nats: String,
    /// Parts of the world, each with a stream and a learner of its own.
    pub partitions: u32,
    /// Servers that keep each message.
    pub replicas: usize,
    /// Bytes of a stream, after which it takes no more.
    pub stream_bytes_max: u64,
    /// Days after which a message goes.
    pub stream_days: u64,
    /// Minutes for which the servers recognize a message that is sent again.
    pub duplicate_minutes: u64,
}

impl fmt::Debug for ClusterConfig {
    /// Without the address, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterConfig")
            .field("partitions", &self.partitions)
            .finish_non_exhaustive()
    }
}

impl Default for ClusterConfig {
    fn default() -> Self {
        Self {
            nats: "nats://127.0.0.1:4222".to_owned(),
            partitions: 1,
            replicas: 3,
            stream_bytes_max: 10 << 30,
            stream_days: 30,
            duplicate_minutes: 10,
        }
    }
}

impl ClusterConfig {
    /// Refuses values that cannot work.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        at_least("cluster.partitions", u64::from(self.partitions), 1)?;
        at_least("cluster.replicas", self.replicas as u64, 1)?;
        at_least("cluster.stream_bytes_max", self.stream_bytes_max, 1 << 20)?;
        at_least("cluster.stream_days", self.stream_days, 1)?;
        at_least("cluster.duplicate_minutes", self.duplicate_minutes, 1)?;
        let refuse = |field, value, must| Err(ConfigError::Impossible { field, value, must });
        if self.partitions > PARTITIONS_MAX {
            return refuse("cluster.partitions", u64::from(self.partitions), "at most 256");
        }
        if self.replicas > 5 {
            return refuse("cluster.replicas", self.replicas as u64, "at most 5");
        }
        Ok(())
    }

    /// How long a message is kept.
    pub const fn stream_age_max(&self) -> Duration {
        Duration::from_secs(self.stream_days.saturating_mul(24 * 3_600))
    }

    /// How long the servers recognize a message that is sent again.
    pub const fn duplicate_window(&self) -> Duration {
        Duration::from_secs(self.duplicate_minutes.saturating_mul(60))
    }
}

/// What each field means.
pub(super) const DOCS: [Doc; 6] = [
    (
        "cluster.nats",
        "Addresses of NATS servers, commas between them, for `cairn ingest` and `cairn learn`.",
    ),
    (
        "cluster.partitions",
        "Parts of the world, each with a stream and a `cairn learn` of its own; the same on every machine.",
    ),
    ("cluster.replicas", "NATS servers that keep each message."),
    (
        "cluster.stream_bytes_max",
        "Bytes of a stream, after which it takes no more and reports wait at the ingest nodes.",
    ),
    ("cluster.stream_days", "Days after which a message leaves its stream."),
    (
        "cluster.duplicate_minutes",
        "Minutes for which the NATS servers recognize a message that is sent again.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_and_replicas_have_limits_and_the_address_does_not_print() {
        let with = |partitions, replicas| ClusterConfig {
            partitions,
            replicas,
            nats: "nats://cairn:secret@a:4222".to_owned(),
            ..ClusterConfig::default()
        };
        assert!(with(PARTITIONS_MAX, 5).check().is_ok());
        assert!(with(PARTITIONS_MAX + 1, 3).check().is_err() && with(0, 3).check().is_err());
        assert!(with(1, 6).check().is_err());
        assert!(!format!("{:?}", with(1, 1)).contains("secret"));
    }
}
