//! The log: one JSON object a line, each naming the line before by its hash (L5).

use super::aliases::Alias;
use super::error::RegistryError;
use crate::limits::{ENTRY_BYTES_MAX, LOG_ENTRIES_MAX};
use crate::spec::Task;
use serde::{Deserialize, Serialize};
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// A model came in.
    Add,
    /// An alias was given to a model.
    Promote,
    /// The champion went back to the one before.
    Rollback,
    /// A challenger began to answer a share of the queries.
    Canary,
    /// Its share grew.
    Advance,
    /// It answers none any more.
    Withdraw,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Counted from 1.
    pub number: u64,
    /// The hash of the line before; of nothing for the first.
    pub after: String,
    /// When, ms.
    pub at_ms: i64,
    /// What.
    pub action: Action,
    /// Of which task.
    pub task: Task,
    /// Which model.
    pub model: String,
    /// Which alias, for what gives one.
    pub alias: Option<Alias>,
    /// Who did it.
    pub who: String,
    /// Why.
    pub why: String,
    /// By which run; of a canary's steps, by which figures.
    pub evidence: String,
    /// Gates that were passed over by force.
    pub forced: Vec<String>,
    /// A canary's share of the answers, %.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<u8>,
}

/// The log's entries; a last line that was never finished is none.
pub(super) fn read(path: &Path) -> Result<Vec<Entry>, RegistryError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(RegistryError::disk(path)(error)),
    };
    let whole = text.rfind('\n').map_or("", |end| text.get(..end).unwrap_or_default());
    let mut entries: Vec<Entry> = Vec::new();
    let mut after = digest("");
    for (index, line) in whole.lines().enumerate() {
        let fault = |what: String| RegistryError::Log { line: index + 1, what };
        if line.len() > ENTRY_BYTES_MAX || index >= LOG_ENTRIES_MAX {
            return Err(fault("over the limit".to_owned()));
        }
        let entry: Entry = serde_json::from_str(line).map_err(|error| fault(error.to_string()))?;
        // invariant: L5
        if entry.after != after || entry.number != index as u64 + 1 {
            return Err(fault(
                "it does not follow the line before: the log was changed".to_owned(),
            ));
        }
        after = digest(line);
        entries.push(entry);
    }
    Ok(entries)
}

/// Adds an entry after those that are there, and makes it durable.
pub(super) fn append(path: &Path, mut entry: Entry) -> Result<Entry, RegistryError> {
    let entries = read(path)?;
    let last = entries.last().map(line).transpose()?;
    entry.after = digest(last.as_deref().unwrap_or_default());
    entry.number = entries.len() as u64 + 1;
    let line = line(&entry)? + "\n";
    let disk = || RegistryError::disk(path);
    let mut file =
        OpenOptions::new().create(true).append(true).read(true).open(path).map_err(disk())?;
    cut_unfinished(path, &file)?;
    file.write_all(line.as_bytes()).map_err(disk())?;
    file.sync_all().map_err(disk())?;
    Ok(entry)
}

/// Takes away a last line that a crash left unfinished.
fn cut_unfinished(path: &Path, file: &fs::File) -> Result<(), RegistryError> {
    let bytes = fs::read(path).map_err(RegistryError::disk(path))?;
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    if whole < bytes.len() {
        file.set_len(whole as u64).map_err(RegistryError::disk(path))?;
    }
    Ok(())
}

fn line(entry: &Entry) -> Result<String, RegistryError> {
    let line = serde_json::to_string(entry);
    line.map_err(|error| RegistryError::Log { line: 0, what: error.to_string() })
}

fn digest(line: &str) -> String {
    blake3::hash(line.as_bytes()).to_hex().to_string()
}
