//! Limits of the HTTP edge.

use super::{ConfigError, Doc, at_least};
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
        if self.connections_max > 1 << 20 {
            let value = self.connections_max as u64;
            let must = "at most 1048576";
            return Err(ConfigError::Impossible { field: "http.connections_max", value, must });
        }
        Ok(())
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
pub(super) const DOCS: [Doc; 9] = [
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
    ("http.shutdown_seconds_max", "Seconds that started requests get at shutdown."),
    (
        "http.trusted_proxies",
        "Networks of proxies in front whose X-Forwarded-For is believed, for example [\"127.0.0.0/8\", \"::1/128\"].",
    ),
];
