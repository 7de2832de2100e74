//! Other location services that are asked when the map has no good answer.

use super::{ConfigError, Doc, at_least};
use crate::limits::EXTERNAL_PROVIDERS_MAX;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Other location services that are asked when the map has no good answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExternalConfig {
    /// A query with Wi-Fi or Bluetooth is passed on when our answer is coarser than this.
    pub wifi_coarser_than_m: f64,
    /// A query with cells only is passed on when our answer is coarser than this.
    pub cell_coarser_than_m: f64,
    /// Queries being asked elsewhere at once.
    pub at_once_max: usize,
    /// Milliseconds after which no further provider of the chain is asked.
    pub chain_ms_max: u64,
    /// Answers remembered; 0 remembers none.
    pub cache_entries_max: usize,
    /// Seconds that an answer is remembered.
    pub cache_seconds: u64,
    /// Seconds that "nobody knows" is remembered.
    pub cache_nothing_seconds: u64,
    /// Failures in a row after which a provider is left alone.
    pub breaker_failures: u32,
    /// Seconds that it is left alone, until one query tries it.
    pub breaker_seconds: u64,
    /// The providers, in the order in which they are asked.
    pub providers: Vec<ProviderConfig>,
}

/// One service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderConfig {
    /// What metrics and logs call it.
    pub name: String,
    /// Whose requests and answers it speaks.
    pub schema: ProviderSchema,
    /// Where to post, without the key.
    pub url: String,
    /// The key it gave you.
    #[serde(default, skip_serializing_if = "Secret::is_empty")]
    pub key: Secret,
    /// Milliseconds for one answer, from resolving its name to the last byte.
    #[serde(default = "timeout_ms")]
    pub timeout_ms: u64,
    /// Requests a second, on average; bursts of a second's worth are let through.
    #[serde(default = "requests_per_second")]
    pub requests_per_second: f64,
}

/// Whose requests and answers a provider speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProviderSchema {
    /// Ichnaea, and whatever took its protocol over; also another Cairn.
    Ichnaea,
    /// Google's Geolocation API.
    Google,
    /// Combain's location API.
    Combain,
    /// Unwired Labs' location API.
    Unwired,
}

/// A text that does not print.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// A text to keep from printing.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for whoever sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

const fn timeout_ms() -> u64 {
    1_500
}

const fn requests_per_second() -> f64 {
    5.0
}

impl Default for ExternalConfig {
    fn default() -> Self {
        Self {
            wifi_coarser_than_m: 500.0,
            cell_coarser_than_m: 50_000.0,
            at_once_max: 16,
            chain_ms_max: 3_000,
            cache_entries_max: 65_536,
            cache_seconds: 3_600,
            cache_nothing_seconds: 300,
            breaker_failures: 5,
            breaker_seconds: 30,
            providers: Vec::new(),
        }
    }
}

impl ExternalConfig {
    /// Refuses values that cannot work.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        at_least("external.at_once_max", self.at_once_max as u64, 1)?;
        at_least("external.chain_ms_max", self.chain_ms_max, 1)?;
        at_least("external.breaker_failures", u64::from(self.breaker_failures), 1)?;
        at_least("external.breaker_seconds", self.breaker_seconds, 1)?;
        let n_providers = self.providers.len();
        refuse_unless(
            n_providers <= EXTERNAL_PROVIDERS_MAX,
            "external.providers",
            n_providers,
            "at most 8 providers",
        )?;
        for (index, provider) in self.providers.iter().enumerate() {
            provider.check()?;
            let is_first = self.providers[..index].iter().all(|other| other.name != provider.name);
            refuse_unless(is_first, NAME, index, "a name that no other provider has")?;
        }
        Ok(())
    }

    /// Time that an answer is remembered.
    pub const fn cache_time(&self) -> Duration {
        Duration::from_secs(self.cache_seconds)
    }

    /// Time that "nobody knows" is remembered.
    pub const fn cache_nothing_time(&self) -> Duration {
        Duration::from_secs(self.cache_nothing_seconds)
    }
}

/// The field that names a provider.
const NAME: &str = "external.providers.name";

impl ProviderConfig {
    /// Refuses values that cannot work; messages do not repeat texts, which may hold keys.
    fn check(&self) -> Result<(), ConfigError> {
        let is_plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        let is_name = (1..=32).contains(&self.name.len()) && self.name.bytes().all(is_plain);
        refuse_unless(is_name, NAME, self.name.len(), "1 to 32 of a-z, 0-9 and -")?;
        let is_url = ["https://", "http://"].iter().any(|scheme| self.url.starts_with(scheme));
        let must = "an address that starts with https:// or http:// and holds no key";
        refuse_unless(is_url, "external.providers.url", self.url.len(), must)?;
        at_least("external.providers.timeout_ms", self.timeout_ms, 1)?;
        let rate = self.requests_per_second;
        let must = "above 0 and at most 1000";
        let is_rate = rate > 0.0 && rate <= 1_000.0;
        refuse_unless(is_rate, "external.providers.requests_per_second", 0, must)
    }

    /// Time for one answer.
    pub const fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }
}

fn refuse_unless(
    good: bool,
    field: &'static str,
    value: usize,
    must: &'static str,
) -> Result<(), ConfigError> {
    if good { Ok(()) } else { Err(ConfigError::Impossible { field, value: value as u64, must }) }
}

/// What each field means.
pub(super) const DOCS: [Doc; 10] = [
    (
        "external.wifi_coarser_than_m",
        "A query with Wi-Fi or Bluetooth is passed on when our answer's 95 % radius is larger, or there is none.",
    ),
    ("external.cell_coarser_than_m", "The same for a query that holds cells only."),
    ("external.at_once_max", "Queries being asked elsewhere at once; more are answered without."),
    ("external.chain_ms_max", "Milliseconds after which no further provider is asked."),
    ("external.cache_entries_max", "Answers remembered, under a hash of what was heard; 0: none."),
    ("external.cache_seconds", "Seconds that an answer is remembered."),
    ("external.cache_nothing_seconds", "Seconds that \"nobody knows\" is remembered."),
    ("external.breaker_failures", "Failures in a row after which a provider is left alone."),
    ("external.breaker_seconds", "Seconds that it is left alone, until one query tries it."),
    (
        "external.providers",
        "Services asked in this order; each is told what the phone hears, never its address. See docs/guides/fallbacks.md.",
    ),
];

/// What each field of a provider means.
pub(super) const PROVIDER_DOCS: [Doc; 6] = [
    ("external.providers.name", "What metrics and logs call it: a-z, 0-9 and -."),
    ("external.providers.schema", "ichnaea, google, combain or unwired."),
    ("external.providers.url", "Where to post, without the key."),
    ("external.providers.key", "The key it gave you; whoever reads this file has it."),
    ("external.providers.timeout_ms", "Milliseconds for one answer."),
    ("external.providers.requests_per_second", "Requests a second on average."),
];

#[cfg(test)]
#[path = "external_tests.rs"]
mod tests;
