//! Keys behind contributors' voices: one a day, destroyed when its day is over.
//!
//! A voice is a keyed hash of what a request says about its sender. While the day's key exists, two
//! requests of one sender have one voice; once it is destroyed, nobody can tell whether two days'
//! voices were one person. Neither the inputs nor the key is ever logged.

use crate::clock::Clock;
use crate::limits::VOICE_PART_CHARS_MAX;
use crate::store::{Store, sync_folder, write_whole};
use cairn_evidence::token::contributor_token;
use cairn_ground::Day;
use cairn_report::{ContributorToken, SubmissionId};
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Bytes of a key.
const KEY_BYTES: usize = 32;

/// What a request says about its sender; borrowed for as long as hashing takes.
#[derive(Clone, Copy)]
pub struct Sender<'a> {
    /// The `key` query parameter.
    pub key: &'a str,
    /// The `X-Nickname` header.
    pub nickname: &'a [u8],
    /// The `User-Agent` header.
    pub user_agent: &'a [u8],
    /// Where the request came from; only its prefix counts.
    pub address: IpAddr,
}

impl std::fmt::Debug for Sender<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sender(…)")
    }
}

/// The day keys of a data folder.
#[derive(Debug)]
pub struct DayKeys {
    folder: PathBuf,
    clock: Clock,
    current: Mutex<Option<(Day, Key)>>,
}

/// A key that does not print and is overwritten when it goes.
struct Key([u8; KEY_BYTES]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.0 = [0; KEY_BYTES];
        std::hint::black_box(&self.0);
    }
}

impl DayKeys {
    /// The keys of `store`; keys of past days are destroyed at once.
    ///
    /// # Errors
    /// When a past key cannot be destroyed.
    pub fn open(store: &Store, clock: Clock) -> io::Result<Self> {
        let keys = Self { folder: store.contributor_keys(), clock, current: Mutex::new(None) };
        keys.destroy_past()?;
        Ok(keys)
    }

    /// Today, and the sender's voice for today.
    ///
    /// # Errors
    /// When today's key is not there yet and cannot be written.
    pub fn voice(&self, sender: Sender<'_>) -> io::Result<(Day, ContributorToken)> {
        let today = self.clock.today();
        let prefix = address_prefix(sender.address);
        let parts: [&[u8]; 4] = [
            cut(sender.key.as_bytes()),
            cut(sender.nickname),
            cut(sender.user_agent),
            prefix.as_slice(),
        ];
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let key = match current.take() {
            Some((day, key)) if day == today => key,
            _ => Key(read_or_create(&self.path(today))?),
        };
        let token = contributor_token(&key.0, &parts);
        *current = Some((today, key));
        Ok((today, token))
    }

    /// Destroys every key of a day before today: overwritten, synced, unlinked. Returns how many.
    ///
    /// # Errors
    /// When a key cannot be destroyed; the others are tried all the same.
    pub fn destroy_past(&self) -> io::Result<usize> {
        let today = self.clock.today();
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref().is_some_and(|(day, _)| *day < today) {
            *current = None;
        }
        let mut outcome = Ok(0);
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if day_of(&path).is_none_or(|day| day < today) {
                outcome = destroy(&path).and_then(|()| outcome.map(|n: usize| n + 1));
            }
        }
        drop(current);
        outcome
    }

    /// Where a day's key lies.
    fn path(&self, day: Day) -> PathBuf {
        file_of(&self.folder, day)
    }
}

/// The file of a day's key among the day keys.
pub fn file_of(folder: &Path, day: Day) -> PathBuf {
    folder.join(format!("{}.key", day.get()))
}

/// The permanent key of imported files' voices, created on first use.
///
/// # Errors
/// When it is not there yet and cannot be written.
pub fn import_key(store: &Store) -> io::Result<[u8; KEY_BYTES]> {
    read_or_create(&store.import_key())
}

/// The identity of a submission: equal for a retry of the same bytes by the same voice.
pub fn submission_id(voice: ContributorToken, body: &[u8]) -> SubmissionId {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&voice.0.to_le_bytes());
    hasher.update(body);
    let mut id = [0; 16];
    hasher.finalize_xof().fill(&mut id);
    SubmissionId(id)
}

/// Reads a key, or makes one from the system's randomness and waits until it is on disk.
fn read_or_create(path: &Path) -> io::Result<[u8; KEY_BYTES]> {
    match fs::read(path) {
        Ok(bytes) => {
            if let Ok(key) = bytes.try_into() {
                return Ok(key);
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut key = [0; KEY_BYTES];
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    write_whole(path, &key, 0o600)?;
    Ok(key)
}

/// Overwrites, syncs and unlinks one key.
fn destroy(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.write_all(&[0; KEY_BYTES])?;
    file.sync_all()?;
    fs::remove_file(path)?;
    sync_folder(path)
}

/// The day in a key's file name; `None` for anything else that lies there.
fn day_of(path: &Path) -> Option<Day> {
    let name = path.file_name()?.to_str()?.strip_suffix(".key")?;
    name.parse().ok().map(Day::new)
}

/// The prefix of an address that stands for its network: /24 of IPv4, /48 of IPv6.
fn address_prefix(address: IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.octets()[..3].to_vec(),
        IpAddr::V6(v6) => v6.octets()[..6].to_vec(),
    }
}

/// The part of a header that counts.
fn cut(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(VOICE_PART_CHARS_MAX)]
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
