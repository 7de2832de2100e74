//! Who may ask: with keys or without, and how fast without.

use super::{ConfigError, Doc};
use crate::limits::RATE_PER_SECOND_MAX;
use serde::{Deserialize, Serialize};

/// Who may ask.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a wish of its own")]
pub struct AccessConfig {
    /// Whether queries need a key with the scope for them.
    pub keys_required: bool,
    /// Whether submissions need a key with the scope for them.
    pub submit_needs_key: bool,
    /// Whether published files need a key with the scope for them.
    pub downloads_need_key: bool,
    /// Whether the metrics need a key with the scope for them.
    pub metrics_need_key: bool,
    /// Requests a second without a known key, from one address prefix; 0 = no limit.
    pub keyless_requests_per_second: u32,
    /// Requests at once without a known key, from one address prefix; 0 = as many as a second gives.
    pub keyless_burst: u32,
}

impl AccessConfig {
    /// Refuses values that cannot work.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if self.keyless_requests_per_second > RATE_PER_SECOND_MAX {
            let value = u64::from(self.keyless_requests_per_second);
            let (field, must) = ("access.keyless_requests_per_second", "at most 1000000");
            return Err(ConfigError::Impossible { field, value, must });
        }
        Ok(())
    }
}

/// What each field means.
pub(super) const DOCS: [Doc; 6] = [
    (
        "access.keys_required",
        "Whether queries need a key of `cairn keys`; known keys are held to their limits either way.",
    ),
    ("access.submit_needs_key", "Whether submissions need a key with the scope submit."),
    ("access.downloads_need_key", "Whether /downloads/NAME needs a key with the scope transfer."),
    ("access.metrics_need_key", "Whether /metrics needs a key with the scope admin."),
    (
        "access.keyless_requests_per_second",
        "Requests a second without a known key from one /24 (IPv4) or /48 (IPv6), then 429; 0: no limit.",
    ),
    ("access.keyless_burst", "Requests at once of the same; 0: as many as a second gives."),
];
