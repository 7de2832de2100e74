//! Records that could not be learned: set aside with their place and the reason, learning goes on, and the
//! next start tries them again.
//!
//! One file a record, `DIR/parked/<position>.record`: a line of JSON that says where it was and what was
//! wrong, then the record's bytes.

use crate::limits::PARKED_MAX;
use crate::store::write_whole;
use cairn_journal::{Place, Position};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Ending of a parked record's file name.
const ENDING: &str = ".record";

/// The folder of parked records.
#[derive(Debug, Clone)]
pub struct Parked(PathBuf);

/// A record set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedRecord {
    /// Its file.
    pub path: PathBuf,
    /// Where it was, and why it is here.
    pub label: Label,
    /// Its bytes, as the journal held them.
    pub payload: Vec<u8>,
}

/// Where a record was and why it was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// The file of the journal.
    pub segment: String,
    /// Its first byte there.
    pub offset: u64,
    /// Its position in the journal.
    pub position: u64,
    /// What was wrong.
    pub reason: String,
}

impl Label {
    /// Of the record at `position`, whose place is known as long as the journal holds it.
    pub(super) fn of(position: Position, place: Option<Place>, reason: String) -> Self {
        let (segment, offset) = place.map_or_else(Default::default, |it| (it.segment, it.offset));
        Self { segment, offset, position: position.get(), reason }
    }
}

impl Parked {
    /// The records parked in `folder`, which need not be there.
    pub fn at(folder: &Path) -> Self {
        Self(folder.to_path_buf())
    }

    /// How many there are.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn count(&self) -> io::Result<usize> {
        self.files().map(|files| files.len())
    }

    /// All of them in the order of their positions; a file that is none is left out.
    ///
    /// # Errors
    /// When the folder or a file cannot be read.
    pub fn all(&self) -> io::Result<Vec<ParkedRecord>> {
        let records = self.files()?.into_iter().map(|path| {
            let bytes = fs::read(&path)?;
            Ok(parse(&bytes).map(|(label, payload)| ParkedRecord { path, label, payload }))
        });
        records.filter_map(io::Result::transpose).collect()
    }

    /// Sets a record aside; false when there are too many, and it stays in the journal only.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn park(&self, label: &Label, payload: &[u8]) -> io::Result<bool> {
        fs::create_dir_all(&self.0)?;
        let path = self.0.join(format!("{:020}{ENDING}", label.position));
        if !path.exists() && self.count()? >= PARKED_MAX {
            return Ok(false);
        }
        let mut bytes = serde_json::to_vec(label)?;
        bytes.push(b'\n');
        bytes.extend_from_slice(payload);
        write_whole(&path, &bytes, 0o600).map(|()| true)
    }

    fn files(&self) -> io::Result<Vec<PathBuf>> {
        let entries = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
            entries => entries?,
        };
        let paths = entries.map(|entry| entry.map(|entry| entry.path()));
        let mut paths = paths.collect::<io::Result<Vec<_>>>()?;
        paths.retain(|path| path.to_string_lossy().ends_with(ENDING));
        paths.sort();
        Ok(paths)
    }
}

fn parse(bytes: &[u8]) -> Option<(Label, Vec<u8>)> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (label, payload) = bytes.split_at(end);
    Some((serde_json::from_slice(label).ok()?, payload.get(1..)?.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_in_the_order_of_their_positions_and_once_each() {
        let folder = tempfile::tempdir().unwrap();
        let parked = Parked::at(&folder.path().join("parked"));
        assert_eq!((parked.count().unwrap(), parked.all().unwrap()), (0, vec![]));
        let label = |position| {
            let place = Place { segment: "segment-1.log".to_owned(), offset: position + 24 };
            Label::of(Position::new(position), Some(place), "why".to_owned())
        };
        for position in [300, 7, 300] {
            assert!(parked.park(&label(position), b"a\nb").unwrap());
        }
        fs::write(folder.path().join("parked/notes.txt"), "x").unwrap();
        let all = parked.all().unwrap();
        assert_eq!(all.iter().map(|it| it.label.position).collect::<Vec<_>>(), [7, 300]);
        assert_eq!((&all[0].label, &all[0].payload[..]), (&label(7), &b"a\nb"[..]));
    }
}
