//! Limits of the HTTP edge.

use super::{ConfigError, Doc, at_least};
use crate::limits::{CONNECTION_BYTES_MAX, SMALL_BODIES_MAX, SMALL_BODY_BYTES_MAX};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Limits of the HTTP edge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpConfig {
    /// Bytes of a request body as sent.
    pub body_bytes_max: usize,
    /// Bytes of a request body after decompression.
    pub inflated_bytes_max: usize,
    /// Seconds for a request head to arrive.
    pub head_seconds_max: u64,
    /// Seconds for a request body to arrive.
    pub body_seconds_max: u64,
    /// Seconds after which a connection on which nothing moves is closed.
    pub idle_seconds_max: u64,
    /// Connections served at once; the longest idle one closes for one more, else that one is told 503.
    pub connections_max: usize,
    /// Bodies above 64 KiB read and decoded at once.
    pub large_bodies_max: usize,
    /// MiB that connections and bodies may take together; 0 = what the other limits come to.
    pub memory_mib_max: usize,
    /// Seconds that started requests get at shutdown.
    pub shutdown_seconds_max: u64,
    /// Networks of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            body_bytes_max: 16 << 20,
            inflated_bytes_max: 16 << 20,
            head_seconds_max: 10,
            body_seconds_max: 30,
            idle_seconds_max: 75,
            connections_max: 900,
            large_bodies_max: 16,
            memory_mib_max: 0,
            shutdown_seconds_max: 10,
            trusted_proxies: Vec::new(),
        }
    }
}

impl HttpConfig {
    /// Refuses values that cannot work.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let small = 1_024;
        at_least("http.body_bytes_max", self.body_bytes_max as u64, small)?;
        at_least("http.inflated_bytes_max", self.inflated_bytes_max as u64, small)?;
        at_least("http.head_seconds_max", self.head_seconds_max, 1)?;
        at_least("http.body_seconds_max", self.body_seconds_max, 1)?;
        at_least("http.idle_seconds_max", self.idle_seconds_max, 1)?;
        at_least("http.connections_max", self.connections_max as u64, 1)?;
        at_least("http.large_bodies_max", self.large_bodies_max as u64, 1)?;
        let large = (self.body_bytes_max.saturating_add(self.inflated_bytes_max)) >> 20;
        if self.memory_mib_max > 0 && self.memory_mib_max < 2 * large.max(1) {
            let value = self.memory_mib_max as u64;
            let must = "at least twice body_bytes_max and inflated_bytes_max together";
            return Err(ConfigError::Impossible { field: "http.memory_mib_max", value, must });
        }
        if self.connections_max > 1 << 20 {
            let value = self.connections_max as u64;
            let must = "at most 1048576";
            return Err(ConfigError::Impossible { field: "http.connections_max", value, must });
        }
        Ok(())
    }

    /// These limits made smaller, where they come to more than `memory_mib_max`: half of it for large bodies, an
    /// eighth for others, the rest for connections.
    pub(crate) fn within_memory(mut self) -> Self {
        if self.memory_mib_max > 0 {
            let bytes = self.memory_mib_max.saturating_mul(1 << 20);
            let large = self.body_bytes_max.saturating_add(self.inflated_bytes_max);
            self.large_bodies_max = self.large_bodies_max.min(bytes / 2 / large.max(1)).max(1);
            let n_connections = bytes / 8 * 3 / CONNECTION_BYTES_MAX;
            self.connections_max = self.connections_max.min(n_connections).max(1);
        }
        self
    }

    /// Bodies that are neither large nor tiny in memory at once.
    pub(crate) fn small_bodies_max(&self) -> usize {
        let bytes = self.memory_mib_max.saturating_mul(1 << 20);
        let n = if bytes > 0 { bytes / 8 / SMALL_BODY_BYTES_MAX } else { SMALL_BODIES_MAX };
        n.clamp(1, SMALL_BODIES_MAX.max(self.connections_max))
    }

    /// Time for a request body to arrive.
    pub const fn body_time_max(&self) -> Duration {
        Duration::from_secs(self.body_seconds_max)
    }

    /// Time after which a connection on which nothing moves is closed.
    pub const fn idle_time_max(&self) -> Duration {
        Duration::from_secs(self.idle_seconds_max)
    }

    /// Time for a request head to arrive.
    pub const fn head_time_max(&self) -> Duration {
        Duration::from_secs(self.head_seconds_max)
    }

    /// Time that started requests get at shutdown.
    pub const fn shutdown_time_max(&self) -> Duration {
        Duration::from_secs(self.shutdown_seconds_max)
    }
}

/// What each field means.
pub(super) const DOCS: [Doc; 10] = [
    ("http.body_bytes_max", "Bytes of a request body as sent; beyond: 413."),
    ("http.inflated_bytes_max", "Bytes of a request body after decompression; beyond: 413."),
    ("http.head_seconds_max", "Seconds for a request head to arrive; then the connection closes."),
    ("http.body_seconds_max", "Seconds for a request body to arrive; then 408."),
    ("http.idle_seconds_max", "Seconds after which a connection on which nothing moves is closed."),
    (
        "http.connections_max",
        "Connections at once, below the limit of open files; for one more an idle one closes, else: 503.",
    ),
    ("http.large_bodies_max", "Bodies above 64 KiB in memory at once; more wait, then 429."),
    (
        "http.memory_mib_max",
        "MiB for connections and bodies together: both limits above become smaller; 0: they stand.",
    ),
    ("http.shutdown_seconds_max", "Seconds that started requests get at shutdown."),
    (
        "http.trusted_proxies",
        "Networks of proxies in front whose X-Forwarded-For is believed, for example [\"127.0.0.0/8\", \"::1/128\"].",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memory_limit_makes_the_others_smaller_and_their_worst_case_fits() {
        for memory_mib_max in [64, 128, 256, 1_024, 100_000] {
            let wished = HttpConfig { memory_mib_max, ..HttpConfig::default() };
            wished.check().unwrap();
            let held = wished.clone().within_memory();
            let worst = held.connections_max * CONNECTION_BYTES_MAX
                + held.small_bodies_max() * SMALL_BODY_BYTES_MAX
                + held.large_bodies_max * (held.body_bytes_max + held.inflated_bytes_max);
            assert!(worst <= memory_mib_max << 20, "{memory_mib_max}: {worst} bytes, {held:?}");
            assert!(held.connections_max <= wished.connections_max);
        }
        assert_eq!(HttpConfig::default().within_memory(), HttpConfig::default());
        let small = HttpConfig { memory_mib_max: 63, ..HttpConfig::default() };
        assert!(small.check().unwrap_err().to_string().contains("memory_mib_max is 63"));
    }
}
