//! How far a further server is: a position in a file of its own, replaced whole.

use crate::store::write_whole;
use cairn_journal::Position;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// The file of one server.
#[derive(Debug, Clone)]
pub(super) struct Mark(PathBuf);

impl Mark {
    /// The file of the server `name` in `folder`.
    pub(super) fn at(folder: &Path, name: &str) -> Self {
        Self(folder.join(format!("{name}.position")))
    }

    /// The position kept; `None` when there is no file yet.
    ///
    /// # Errors
    /// When the file cannot be read or holds something else (`InvalidData`).
    pub(super) fn load(&self) -> io::Result<Option<Position>> {
        let text = match std::fs::read_to_string(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text?,
        };
        let bytes = text.trim_end().parse().map_err(|error| {
            io::Error::new(io::ErrorKind::InvalidData, format!("no position: {error}"))
        })?;
        Ok(Some(Position::new(bytes)))
    }

    /// Keeps a position.
    pub(super) fn store(&self, position: Position) -> io::Result<()> {
        write_whole(&self.0, format!("{position}\n").as_bytes(), 0o600)
    }
}

/// How far each further server is that has a file in `folder`.
///
/// # Errors
/// When the folder or a file cannot be read.
pub fn positions(folder: &Path) -> io::Result<BTreeMap<String, u64>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        entries => entries?,
    };
    let mut found = BTreeMap::new();
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if let Some(name) = name.strip_suffix(".position") {
            let position = Mark::at(folder, name).load()?;
            found.extend(position.map(|it| (name.to_owned(), it.get())));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_kept_and_something_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mark = Mark::at(folder.path(), "other");
        assert_eq!(mark.load().unwrap(), None);
        mark.store(Position::new(1_234)).unwrap();
        assert_eq!(mark.load().unwrap(), Some(Position::new(1_234)));
        assert_eq!(
            positions(folder.path()).unwrap(),
            BTreeMap::from([("other".to_owned(), 1_234)])
        );
        assert_eq!(positions(&folder.path().join("none")).unwrap(), BTreeMap::new());
        std::fs::write(folder.path().join("other.position"), "12x").unwrap();
        assert_eq!(mark.load().unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
