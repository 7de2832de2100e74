//! Who may ask how often: API keys with scopes, quotas and rates, and limits for requests without one.
//!
//! A check reads memory only: one keyed hash and one search in an immutable table, which is replaced
//! when the file of keys changes. Secrets are nowhere, only their hashes; no key, id or address is
//! logged (N3).
//!
//! Reading order: [`Access::admit`] (the rules), `scope`, `secret`, `usage` (quotas and buckets),
//! `keyless`, `table`; then `file` and `ring` (how keys are kept and changed), `counts`.

mod counts;
mod file;
mod keyless;
mod ring;
mod scope;
mod secret;
mod table;
mod usage;

pub use file::{FileError, KeyFile, KeyFolder, KeyRecord, SecretRecord};
pub use ring::{ChangeError, NewSecret, Wish, add, is_valid, revoke, rotate};
pub use scope::{Route, Scope, Scopes, UnknownScope};
pub use secret::{Pepper, SecretHash};

use crate::config::AccessConfig;
use crate::lanes::Lane;
use crate::stamp::Stamp;
use crate::store::Store;
use arc_swap::ArcSwap;
use cairn_ground::Timestamp;
use cairn_wire::errors::PublicError;
use counts::Counts;
use keyless::Keyless;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use table::{LiveKey, Table};
use usage::Rate;

/// What a request says about itself; borrowed for as long as the check takes.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    /// The `key` parameter, as sent.
    pub key: &'a str,
    /// What is asked for.
    pub route: Route,
    /// Where it comes from.
    pub address: IpAddr,
}

impl fmt::Debug for Ask<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ask").field("route", &self.route).finish_non_exhaustive()
    }
}

/// Why a request is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// A key is needed, and this is none, or none that allows it.
    KeyInvalid,
    /// The key's requests of the day are used up.
    DailyLimit,
    /// The key asks too fast.
    KeyRate {
        /// When to come back.
        retry_after_s: u32,
    },
    /// Requests without a key come too fast from there.
    KeylessRate {
        /// When to come back.
        retry_after_s: u32,
    },
}

impl Refused {
    /// The word in metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::KeyInvalid => "key_invalid",
            Self::DailyLimit => "daily_limit",
            Self::KeyRate { .. } => "key_rate",
            Self::KeylessRate { .. } => "keyless_rate",
        }
    }
}

impl From<Refused> for PublicError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::KeyInvalid => Self::KeyInvalid,
            Refused::DailyLimit => Self::DailyLimitExceeded,
            Refused::KeyRate { retry_after_s } | Refused::KeylessRate { retry_after_s } => {
                Self::TooManyRequests { retry_after_s }
            }
        }
    }
}

/// The keys of a data folder at work.
#[derive(Debug)]
pub struct Access {
    config: AccessConfig,
    folder: KeyFolder,
    table: ArcSwap<Table>,
    keyless: Option<Keyless>,
    upkeep: Mutex<Upkeep>,
}

/// What housekeeping remembers from one look to the next.
#[derive(Debug)]
struct Upkeep {
    seen: [Option<Stamp>; 2],
    kept: Counts,
    keeps: bool,
}

impl Access {
    /// The keys of `store` and what they used today.
    ///
    /// # Errors
    /// [`FileError`] when the keys are there and cannot be used: better no service than one that lets
    /// everybody in. Counts that cannot be read only begin anew.
    pub fn open(store: &Store, config: AccessConfig) -> Result<Self, FileError> {
        let folder = KeyFolder::of(store);
        let seen = folder.stamps();
        let table = Table::load(&folder, &Table::default())?;
        let kept = Counts::load(&folder).unwrap_or_else(|error| {
            tracing::warn!(%error, "counts of API keys cannot be read: today's begin anew");
            Counts::default()
        });
        kept.restore(&table);
        let rate = Rate::new(config.keyless_requests_per_second, config.keyless_burst);
        // Without randomness prefixes share sets in a known way, which costs an attacker's limit only.
        let seed = secret::random().map_or(0, u64::from_le_bytes);
        let keyless = rate.map(|rate| Keyless::new(rate, seed));
        let upkeep = Mutex::new(Upkeep { seen, kept, keeps: true });
        Ok(Self { config, folder, table: ArcSwap::from_pointee(table), keyless, upkeep })
    }

    /// Lets a request in and counts it, or says why not.
    ///
    /// # Errors
    /// [`Refused`]; a refused request is not counted against the day.
    pub fn admit(&self, ask: &Ask<'_>, now: Timestamp) -> Result<(), Refused> {
        let table = self.table.load();
        match table.find(ask.key, now) {
            Some(key) => self.admit_key(key, ask.route, now),
            None if self.demands_key(ask.route) => Err(Refused::KeyInvalid),
            None => self.keyless.as_ref().map_or(Ok(()), |keyless| {
                keyless
                    .take(ask.address, now)
                    .map_err(|retry_after_s| Refused::KeylessRate { retry_after_s })
            }),
        }
    }

    /// True when a request of this kind comes in without a key, however many there are.
    pub const fn is_open(&self, route: Route) -> bool {
        self.keyless.is_none() && !self.demands_key(route)
    }

    /// True when some key in force names the emergency lane.
    pub fn knows_emergencies(&self) -> bool {
        self.table.load().knows_emergencies()
    }

    /// The lane that a key in force names; it counts for nothing yet.
    pub fn lane_of(&self, key: &str, now: Timestamp) -> Option<Lane> {
        if key.is_empty() { None } else { self.table.load().find(key, now)?.lane }
    }

    /// A known key is held to what it may in either mode; reports are taken from every key unless the
    /// operator asks for one. Source: peers.md §2.3, 2.
    fn admit_key(&self, key: &LiveKey, route: Route, now: Timestamp) -> Result<(), Refused> {
        let scope = route.scope();
        let is_query = matches!(scope, Scope::Locate | Scope::Country);
        if (is_query || self.demands_key(route)) && !key.scopes.allow(scope) {
            return Err(Refused::KeyInvalid);
        }
        if let Some(rate) = key.rate {
            let taken = key.usage.bucket.take(rate, now);
            taken.map_err(|retry_after_s| Refused::KeyRate { retry_after_s })?;
        }
        let limit = key.requests_per_day;
        match route.counted() {
            Some(counted) if limit > 0 && !key.usage.count(counted, now.day(), limit) => {
                Err(Refused::DailyLimit)
            }
            _ => Ok(()),
        }
    }

    /// True when a request of this kind needs a key.
    pub const fn demands_key(&self, route: Route) -> bool {
        match route.scope() {
            Scope::Locate | Scope::Country => self.config.keys_required,
            Scope::Submit => self.config.submit_needs_key,
            Scope::Transfer => self.config.downloads_need_key,
            Scope::Admin => self.config.metrics_need_key,
        }
    }

    /// Takes up keys that were changed on disk since the last look. May block on the disk.
    pub fn refresh(&self) {
        let mut upkeep = self.upkeep.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = self.folder.stamps();
        if upkeep.seen == seen {
            return;
        }
        upkeep.seen = seen;
        drop(upkeep);
        match Table::load(&self.folder, &self.table.load()) {
            Ok(table) => {
                tracing::info!(
                    keys = table.keys().len(),
                    secrets = table.n_secrets(),
                    "API keys read anew"
                );
                self.table.store(Arc::new(table));
            }
            Err(error) => tracing::error!(%error,
                "API keys cannot be read anew: those before stay in force; repair the file"),
        }
    }

    /// Keeps today's counts on disk if they changed. May block on the disk.
    pub fn keep_counts(&self, now: Timestamp) {
        let counts = Counts::of(&self.table.load(), now.day());
        let mut upkeep = self.upkeep.lock().unwrap_or_else(PoisonError::into_inner);
        if counts == upkeep.kept || counts.is_empty() {
            return;
        }
        match counts.save(&self.folder) {
            Ok(()) => {
                upkeep.kept = counts;
                upkeep.keeps = true;
            }
            Err(error) if upkeep.keeps => {
                upkeep.keeps = false;
                tracing::error!(%error,
                    "counts of API keys cannot be kept: a restart would begin today's anew");
            }
            Err(_told_already) => {}
        }
    }
}

#[cfg(test)]
#[path = "access_tests.rs"]
mod tests;
