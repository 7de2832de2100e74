//! The files of API keys in the data folder: what lies there, and how a change is made whole.

use super::scope::Scopes;
use super::secret::{HASH_BYTES, Pepper};
use crate::lanes::Lane;
use crate::limits::API_KEYS_BYTES_MAX;
use crate::stamp::Stamp;
use crate::store::{Store, write_whole};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// The version written here.
const VERSION: u32 = 1;
/// Permission bits: for the owner only.
const MODE: u32 = 0o600;

/// All keys, as they lie in `access/keys.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    /// Version of the format.
    pub version: u32,
    /// The keys, in the order they were added.
    #[serde(default)]
    pub keys: Vec<KeyRecord>,
}

/// One key at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRecord {
    /// Its public name: random, short, never a secret.
    pub id: String,
    /// What the operator calls it.
    pub name: String,
    /// What it allows.
    pub scopes: Scopes,
    /// Requests a day (UTC) and route; 0 = no limit.
    pub requests_per_day: u32,
    /// Requests a second; 0 = no limit.
    pub requests_per_second: u32,
    /// Requests at once; 0 = as many as a second gives.
    pub burst: u32,
    /// The lane of its queries; absent: the route's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<Lane>,
    /// Day it was added, counted from 1970-01-01.
    pub created_day: u16,
    /// Day it was revoked; absent while it is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_day: Option<u16>,
    /// Its secrets, newest last.
    pub secrets: Vec<SecretRecord>,
}

/// One secret at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretRecord {
    /// Keyed hash of the secret in lower case, hexadecimal.
    pub hash: String,
    /// Last instant it is valid, in milliseconds since 1970; absent = no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until_ms: Option<i64>,
}

impl Default for KeyFile {
    fn default() -> Self {
        Self { version: VERSION, keys: Vec::new() }
    }
}

/// Why the files of keys cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The disk refused.
    #[error("use {}", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// What the disk said.
        source: io::Error,
    },
    /// The content is not what was written here.
    #[error("{} is damaged: {message}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, never a hash.
        message: String,
    },
}

/// The folder `access/` of a data folder.
#[derive(Debug, Clone)]
pub struct KeyFolder {
    store: Store,
}

impl KeyFolder {
    /// The folder of `store`; nothing is created yet.
    pub fn of(store: &Store) -> Self {
        Self { store: store.clone() }
    }

    /// The file of keys.
    pub fn keys(&self) -> PathBuf {
        self.store.access().join("keys.toml")
    }

    /// The pepper of all secrets.
    pub fn pepper(&self) -> PathBuf {
        self.store.access().join("pepper.key")
    }

    /// The counts of today.
    pub fn counts(&self) -> PathBuf {
        self.store.access().join("counts.toml")
    }

    /// What the keys' files look like now.
    pub(super) fn stamps(&self) -> [Option<Stamp>; 2] {
        [self.keys(), self.pepper()].map(|path| Stamp::at(&path).ok())
    }

    /// The keys and their pepper; `None` when no key was ever added.
    ///
    /// # Errors
    /// [`FileError`] when they cannot be read.
    pub fn read(&self) -> Result<Option<(Pepper, KeyFile)>, FileError> {
        let path = self.keys();
        let Some(file) = read_toml::<KeyFile>(&path)? else { return Ok(None) };
        if file.version != VERSION {
            let message = format!("version {} is not {VERSION}", file.version);
            return Err(FileError::Damaged { path, message });
        }
        Ok(Some((self.read_pepper()?, file)))
    }

    /// Changes the keys under a lock that other processes respect; nothing is written on an error.
    ///
    /// # Errors
    /// [`FileError`] as `E` when the files cannot be read or written, or what `edit` says.
    pub fn change<T, E: From<FileError>>(
        &self,
        edit: impl FnOnce(&Pepper, &mut KeyFile) -> Result<T, E>,
    ) -> Result<T, E> {
        let folder = self.store.access();
        self.store.create_private(&folder).map_err(|source| disk(&folder, source))?;
        let _lock = lock(&folder.join("lock"))?;
        let (pepper, mut file) = match self.read()? {
            Some(there) => there,
            None => (self.read_or_make_pepper()?, KeyFile::default()),
        };
        let outcome = edit(&pepper, &mut file)?;
        write_toml(&self.keys(), &file)?;
        Ok(outcome)
    }

    /// The pepper, which must be there.
    fn read_pepper(&self) -> Result<Pepper, FileError> {
        let path = self.pepper();
        let bytes = fs::read(&path).map_err(|source| disk(&path, source))?;
        let n_bytes = bytes.len();
        bytes.try_into().map(Pepper).map_err(|_other_length| {
            let message = format!("{n_bytes} bytes instead of {HASH_BYTES}");
            FileError::Damaged { path, message }
        })
    }

    /// The pepper, made when it is not there yet.
    fn read_or_make_pepper(&self) -> Result<Pepper, FileError> {
        let path = self.pepper();
        if path.exists() {
            return self.read_pepper();
        }
        let pepper = Pepper::fresh().map_err(|source| disk(&path, source))?;
        write_whole(&path, &pepper.0, MODE).map_err(|source| disk(&path, source))?;
        Ok(pepper)
    }
}

/// Reads a small TOML file; `None` when it is not there.
pub(super) fn read_toml<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, FileError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(disk(path, source)),
    };
    let mut text = String::new();
    let n_bytes = file.take(API_KEYS_BYTES_MAX + 1).read_to_string(&mut text);
    let n_bytes = n_bytes.map_err(|source| disk(path, source))?;
    let damaged = |message| FileError::Damaged { path: path.to_path_buf(), message };
    if n_bytes as u64 > API_KEYS_BYTES_MAX {
        return Err(damaged(format!("more than {API_KEYS_BYTES_MAX} bytes")));
    }
    // The error's own text would show a line of the file, and with it a hash.
    toml::from_str(&text).map(Some).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.map_or(1, |before| before.lines().count().max(1));
        damaged(format!("line {line}: {}", error.message()))
    })
}

/// Writes a small TOML file, whole or not at all.
pub(super) fn write_toml<T: Serialize>(path: &Path, content: &T) -> Result<(), FileError> {
    let text = toml::to_string(content).map_err(|error| disk(path, io::Error::other(error)))?;
    write_whole(path, text.as_bytes(), MODE).map_err(|source| disk(path, source))
}

/// What the disk refused, with the file.
fn disk(path: &Path, source: io::Error) -> FileError {
    FileError::Disk { path: path.to_path_buf(), source }
}

/// Waits for the lock of whoever changes keys; it is held as long as the file is.
fn lock(path: &Path) -> Result<File, FileError> {
    let opened = File::options().create(true).truncate(false).write(true).open(path);
    let file = opened.map_err(|source| disk(path, source))?;
    file.lock().map_err(|source| disk(path, source))?;
    Ok(file)
}
