//! Changes to the keys: add, revoke, rotate.

use super::file::{FileError, KeyFile, KeyFolder, KeyRecord, SecretRecord};
use super::scope::Scopes;
use super::secret::{Pepper, fresh_id, fresh_secret, is_well_formed};
use crate::lanes::Lane;
use crate::limits::{
    API_KEY_NAME_CHARS_MAX, API_KEY_SECRETS_MAX, API_KEYS_MAX, RATE_PER_SECOND_MAX,
};
use cairn_ground::Timestamp;
use std::fmt;
use std::time::Duration;

/// What a new key is to be.
#[derive(Debug, Clone)]
pub struct Wish {
    /// What the operator calls it.
    pub name: String,
    /// What it allows.
    pub scopes: Scopes,
    /// Requests a day and route; 0 = no limit.
    pub requests_per_day: u32,
    /// Requests a second; 0 = no limit.
    pub requests_per_second: u32,
    /// Requests at once; 0 = as many as a second gives.
    pub burst: u32,
    /// The lane of its queries; `None`: the route's.
    pub lane: Option<Lane>,
}

/// A secret to be shown once; it does not print as a side effect.
pub struct NewSecret {
    /// The key it is of.
    pub id: String,
    /// What clients send.
    pub secret: String,
}

impl fmt::Debug for NewSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSecret").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Why the keys were not changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// The files cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The system gives no random bytes.
    #[error("make a random secret")]
    Random(#[from] std::io::Error),
    /// The secret wished for cannot be one.
    #[error("a key is 4 to 40 characters of -0-9A-Za-z")]
    SecretMalformed,
    /// Another key has this secret; upper and lower case are one.
    #[error("key {id} has this secret already: rotate or revoke that one first")]
    SecretTaken {
        /// The other key.
        id: String,
    },
    /// The name is empty or too long.
    #[error("a name has 1 to {API_KEY_NAME_CHARS_MAX} characters")]
    Name,
    /// More requests a second than can be told from no limit.
    #[error("requests per second is {value}, but must be at most {RATE_PER_SECOND_MAX}")]
    Rate {
        /// The value refused.
        value: u32,
    },
    /// The folder holds as many keys as it may.
    #[error("there are {API_KEYS_MAX} keys in force, no more are taken: revoke some first")]
    TooManyKeys,
    /// The key has as many valid secrets as it may.
    #[error("key {id} has {API_KEY_SECRETS_MAX} valid secrets: wait until an overlap has ended")]
    TooManySecrets {
        /// The key.
        id: String,
    },
    /// No key has this id.
    #[error("no key has the id {id}: cairn keys list shows them")]
    UnknownId {
        /// The id asked for.
        id: String,
    },
    /// The key is revoked for ever.
    #[error("key {id} is revoked: add another one")]
    Revoked {
        /// The key.
        id: String,
    },
}

/// Adds a key with `secret`, or with a random one.
///
/// # Errors
/// [`ChangeError`]; nothing is changed then.
pub fn add(
    folder: &KeyFolder,
    wish: Wish,
    secret: Option<String>,
    now: Timestamp,
) -> Result<NewSecret, ChangeError> {
    check(&wish)?;
    if secret.as_deref().is_some_and(|secret| !is_well_formed(secret)) {
        return Err(ChangeError::SecretMalformed);
    }
    folder.change(|pepper, file| {
        if file.keys.len() >= API_KEYS_MAX {
            file.keys.retain(|key| key.revoked_day.is_none());
        }
        if file.keys.len() >= API_KEYS_MAX {
            return Err(ChangeError::TooManyKeys);
        }
        let secret = secret.map_or_else(fresh_secret, Ok)?;
        let secrets = vec![record(pepper, file, &secret, now)?];
        let id = unused_id(file)?;
        file.keys.push(KeyRecord {
            id: id.clone(),
            name: wish.name,
            scopes: wish.scopes,
            requests_per_day: wish.requests_per_day,
            requests_per_second: wish.requests_per_second,
            burst: wish.burst,
            lane: wish.lane,
            created_day: now.day().get(),
            revoked_day: None,
            secrets,
        });
        Ok(NewSecret { id, secret })
    })
}

/// Revokes a key for ever: its secrets are forgotten, its line stays in the list.
///
/// # Errors
/// [`ChangeError`]; nothing is changed then.
pub fn revoke(folder: &KeyFolder, id: &str, now: Timestamp) -> Result<(), ChangeError> {
    folder.change(|_pepper, file| {
        let key = in_force(file, id)?;
        key.revoked_day = Some(now.day().get());
        key.secrets.clear();
        Ok(())
    })
}

/// Gives a key a new random secret; those before stay valid for `overlap` and no longer.
///
/// # Errors
/// [`ChangeError`]; nothing is changed then.
pub fn rotate(
    folder: &KeyFolder,
    id: &str,
    overlap: Duration,
    now: Timestamp,
) -> Result<NewSecret, ChangeError> {
    let overlap_ms = i64::try_from(overlap.as_millis()).unwrap_or(i64::MAX);
    let end_ms = now.ms().saturating_add(overlap_ms);
    folder.change(|pepper, file| {
        let secret = fresh_secret()?;
        let fresh = record(pepper, file, &secret, now)?;
        let key = in_force(file, id)?;
        for before in &mut key.secrets {
            before.valid_until_ms = Some(before.valid_until_ms.unwrap_or(i64::MAX).min(end_ms));
        }
        key.secrets.retain(|before| overlap_ms > 0 && is_valid(before, now));
        if key.secrets.len() >= API_KEY_SECRETS_MAX {
            return Err(ChangeError::TooManySecrets { id: id.to_owned() });
        }
        key.secrets.push(fresh);
        Ok(NewSecret { id: id.to_owned(), secret })
    })
}

/// True while a secret opens anything.
pub fn is_valid(secret: &SecretRecord, now: Timestamp) -> bool {
    secret.valid_until_ms.is_none_or(|end_ms| now.ms() <= end_ms)
}

/// Refuses a wish that cannot work.
fn check(wish: &Wish) -> Result<(), ChangeError> {
    if !(1..=API_KEY_NAME_CHARS_MAX).contains(&wish.name.chars().count()) {
        return Err(ChangeError::Name);
    }
    if wish.requests_per_second > RATE_PER_SECOND_MAX {
        return Err(ChangeError::Rate { value: wish.requests_per_second });
    }
    Ok(())
}

/// A secret at rest, unless a key in force has it already.
fn record(
    pepper: &Pepper,
    file: &KeyFile,
    secret: &str,
    now: Timestamp,
) -> Result<SecretRecord, ChangeError> {
    let hash = pepper.hash(secret).ok_or(ChangeError::SecretMalformed)?.to_hex();
    let has_it = |key: &&KeyRecord| {
        key.secrets.iter().any(|other| other.hash == hash && is_valid(other, now))
    };
    match file.keys.iter().find(has_it) {
        Some(other) => Err(ChangeError::SecretTaken { id: other.id.clone() }),
        None => Ok(SecretRecord { hash, valid_until_ms: None }),
    }
}

/// A random id that no key has.
fn unused_id(file: &KeyFile) -> Result<String, ChangeError> {
    loop {
        let id = fresh_id()?;
        if file.keys.iter().all(|key| key.id != id) {
            return Ok(id);
        }
    }
}

/// The key with this id, if it is not revoked.
fn in_force<'a>(file: &'a mut KeyFile, id: &str) -> Result<&'a mut KeyRecord, ChangeError> {
    let owned = || id.to_owned();
    let key = file.keys.iter_mut().find(|key| key.id == id);
    let key = key.ok_or_else(|| ChangeError::UnknownId { id: owned() })?;
    if key.revoked_day.is_some() {
        return Err(ChangeError::Revoked { id: owned() });
    }
    Ok(key)
}

#[cfg(test)]
#[path = "ring_tests.rs"]
mod tests;
