//! The keys in force, as requests look them up: one immutable table, sorted by hash.

use super::file::{FileError, KeyFile, KeyFolder, KeyRecord};
use super::scope::Scopes;
use super::secret::{Pepper, SecretHash};
use super::usage::{Rate, Usage};
use crate::lanes::Lane;
use cairn_ground::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A key in force.
#[derive(Debug)]
pub(super) struct LiveKey {
    /// Its public name.
    pub id: String,
    /// What it allows.
    pub scopes: Scopes,
    /// The lane of its queries, when it names one.
    pub lane: Option<Lane>,
    /// Requests a day and route; 0 = no limit.
    pub requests_per_day: u32,
    /// Requests a second, where they are limited.
    pub rate: Option<Rate>,
    /// What it has used; outlives this table.
    pub usage: Arc<Usage>,
}

/// One way in: a secret's hash, the last millisecond it is valid, its key.
#[derive(Debug)]
struct Entry {
    hash: SecretHash,
    valid_until_ms: i64,
    key: Arc<LiveKey>,
}

/// All keys in force.
#[derive(Debug, Default)]
pub(super) struct Table {
    pepper: Option<Pepper>,
    entries: Vec<Entry>,
    keys: Vec<Arc<LiveKey>>,
    knows_emergencies: bool,
}

impl Table {
    /// The keys in `folder`; a key that `former` held goes on with what it has used.
    ///
    /// # Errors
    /// [`FileError`] when the files cannot be used.
    pub(super) fn load(folder: &KeyFolder, former: &Self) -> Result<Self, FileError> {
        let Some((pepper, file)) = folder.read()? else { return Ok(Self::default()) };
        let damaged = |message| FileError::Damaged { path: folder.keys(), message };
        Self::new(pepper, &file, former).map_err(damaged)
    }

    /// The keys of a file, or what is wrong with it.
    pub(super) fn new(pepper: Pepper, file: &KeyFile, former: &Self) -> Result<Self, String> {
        let mut usages: BTreeMap<&str, &Arc<Usage>> =
            former.keys.iter().map(|key| (key.id.as_str(), &key.usage)).collect();
        let mut table = Self { pepper: Some(pepper), ..Self::default() };
        for record in file.keys.iter().filter(|record| record.revoked_day.is_none()) {
            let usage = usages.remove(record.id.as_str()).map(Arc::clone).unwrap_or_default();
            table.add(record, usage)?;
        }
        table.entries.sort_by_key(|entry| entry.hash);
        Ok(table)
    }

    /// Takes one key in.
    fn add(&mut self, record: &KeyRecord, usage: Arc<Usage>) -> Result<(), String> {
        let key = Arc::new(LiveKey {
            id: record.id.clone(),
            scopes: record.scopes,
            lane: record.lane,
            requests_per_day: record.requests_per_day,
            rate: Rate::new(record.requests_per_second, record.burst),
            usage,
        });
        for secret in &record.secrets {
            let hash = SecretHash::from_hex(&secret.hash)
                .ok_or_else(|| format!("key {} has a hash of another form", record.id))?;
            let valid_until_ms = secret.valid_until_ms.unwrap_or(i64::MAX);
            self.entries.push(Entry { hash, valid_until_ms, key: Arc::clone(&key) });
        }
        self.knows_emergencies |= key.lane == Some(Lane::Emergency);
        self.keys.push(key);
        Ok(())
    }

    /// The key that a secret opens at `now`.
    pub(super) fn find(&self, secret: &str, now: Timestamp) -> Option<&LiveKey> {
        let hash = self.pepper.as_ref()?.hash(secret)?;
        let first = self.entries.partition_point(|entry| entry.hash < hash);
        self.entries[first..]
            .iter()
            .take_while(|entry| entry.hash == hash)
            .find(|entry| now.ms() <= entry.valid_until_ms)
            .map(|entry| &*entry.key)
    }

    /// True when some key names the emergency lane.
    pub(super) const fn knows_emergencies(&self) -> bool {
        self.knows_emergencies
    }

    /// The keys in force, in the file's order.
    pub(super) fn keys(&self) -> &[Arc<LiveKey>] {
        &self.keys
    }

    /// How many secrets open something.
    pub(super) fn n_secrets(&self) -> usize {
        self.entries.len()
    }
}
