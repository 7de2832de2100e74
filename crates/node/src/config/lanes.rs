//! The lanes: who waits for whom, and how long.

use super::{ConfigError, Doc, at_least};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The lanes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LanesConfig {
    /// Requests of the emergency lane worked on at once; it always has them.
    pub emergency_places: usize,
    /// Connections kept free for emergencies, beside `http.connections_max`.
    pub emergency_connections: usize,
    /// Whether the emergency thread asks the system for a real-time priority.
    pub emergency_real_time: bool,
    /// Requests of the interactive lane worked on at once while none waits long.
    pub interactive_places_max: usize,
    /// Requests of the bulk lane worked on at once while none waits long.
    pub bulk_places_max: usize,
    /// Threads of low priority for bulk work; 0 = half of the cores.
    pub bulk_threads: usize,
    /// Longest wait of an emergency or interactive request, milliseconds.
    pub wait_ms_max: u64,
    /// Longest wait of a bulk request, milliseconds.
    pub bulk_wait_ms_max: u64,
}

impl Default for LanesConfig {
    fn default() -> Self {
        Self {
            emergency_places: 256,
            emergency_connections: 64,
            emergency_real_time: true,
            interactive_places_max: 512,
            bulk_places_max: 64,
            bulk_threads: 0,
            wait_ms_max: 250,
            bulk_wait_ms_max: 2_000,
        }
    }
}

impl LanesConfig {
    /// Refuses values that cannot work.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let counts = [
            ("lanes.emergency_places", self.emergency_places),
            ("lanes.emergency_connections", self.emergency_connections),
            ("lanes.interactive_places_max", self.interactive_places_max),
            ("lanes.bulk_places_max", self.bulk_places_max),
        ];
        for (field, value) in counts {
            at_least(field, value as u64, 1)?;
            at_most(field, value, 1 << 16, "at most 65536")?;
        }
        at_most("lanes.bulk_threads", self.bulk_threads, 256, "at most 256")?;
        at_least("lanes.wait_ms_max", self.wait_ms_max, 1)?;
        at_least("lanes.bulk_wait_ms_max", self.bulk_wait_ms_max, 1)
    }

    /// Longest wait of an emergency or interactive request.
    pub const fn wait_max(&self) -> Duration {
        Duration::from_millis(self.wait_ms_max)
    }

    /// Longest wait of a bulk request.
    pub const fn bulk_wait_max(&self) -> Duration {
        Duration::from_millis(self.bulk_wait_ms_max)
    }

    /// Threads for bulk work.
    pub fn n_bulk_threads(&self) -> usize {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        if self.bulk_threads == 0 { cores.div_ceil(2) } else { self.bulk_threads }
    }
}

/// Refuses a count above `most`.
fn at_most(
    field: &'static str,
    value: usize,
    most: usize,
    must: &'static str,
) -> Result<(), ConfigError> {
    let value_wide = value as u64;
    if value > most {
        Err(ConfigError::Impossible { field, value: value_wide, must })
    } else {
        Ok(())
    }
}

/// What each field means.
pub(super) const DOCS: [Doc; 8] = [
    (
        "lanes.emergency_places",
        "Requests with a key of the emergency lane worked on at once; no other lane can take them.",
    ),
    (
        "lanes.emergency_connections",
        "Connections for emergencies, beside http.connections_max; no other can take them.",
    ),
    (
        "lanes.emergency_real_time",
        "Whether the emergency thread asks for a real-time priority (CAP_SYS_NICE or LimitRTPRIO).",
    ),
    (
        "lanes.interactive_places_max",
        "Queries worked on at once while none waits long; fewer as soon as they do.",
    ),
    (
        "lanes.bulk_places_max",
        "Batches, submissions and downloads worked on at once while none waits long; fewer then.",
    ),
    ("lanes.bulk_threads", "Threads of low priority for bulk work; 0: half of the cores."),
    (
        "lanes.wait_ms_max",
        "Milliseconds that an emergency or a query waits for its turn; then 503, and bulk goes before.",
    ),
    ("lanes.bulk_wait_ms_max", "Milliseconds that bulk waits for its turn; then 503."),
];
