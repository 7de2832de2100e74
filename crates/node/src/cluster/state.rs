//! How far a part's stream is: a small file, replaced whole.

use crate::store::write_whole;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};

/// How far a part's stream is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct State {
    /// When the stream was made, ns since 1970, as text: JSON has no such number. Another is another stream.
    pub(super) created_ns: String,
    /// The last message that the stream acknowledged.
    pub(super) sequence: u64,
    /// Everything of the spool before it is in the stream.
    pub(super) sent: u64,
}

/// The file of one part.
#[derive(Debug, Clone)]
pub(super) struct StateFile(PathBuf);

impl StateFile {
    /// The file of the stream `name` in `folder`.
    pub(super) fn at(folder: &Path, name: &str) -> Self {
        Self(folder.join(format!("{name}.json")))
    }

    /// What was kept; the beginning when there is no file yet.
    ///
    /// # Errors
    /// When the file cannot be read or holds something else.
    pub(super) fn load(&self) -> io::Result<State> {
        match std::fs::read(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(State::default()),
            bytes => serde_json::from_slice(&bytes?).map_err(io::Error::from),
        }
    }

    /// Keeps it.
    pub(super) fn store(&self, state: &State) -> io::Result<()> {
        write_whole(&self.0, &serde_json::to_vec(state)?, 0o600)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_kept_whole_and_something_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = StateFile::at(folder.path(), "stream");
        assert_eq!(file.load().unwrap(), State::default());
        let state = State { created_ns: "1".to_owned(), sent: 7, sequence: 3 };
        file.store(&state).unwrap();
        assert_eq!(file.load().unwrap(), state);
        std::fs::write(folder.path().join("stream.json"), "{").unwrap();
        assert!(file.load().is_err());
    }
}
