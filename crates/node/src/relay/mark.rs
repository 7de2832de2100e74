//! How far a further server is: a position in a file of its own, replaced whole.

use crate::config::{RelayConfig, RelayServer};
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

/// The least position of all configured servers: what comes before it is needed by none of them. `None`
/// when one has no position yet, or none that can be read.
pub(crate) fn slowest(config: &RelayConfig, folder: &Path) -> Option<Position> {
    let reached = |server: &RelayServer| Mark::at(folder, &server.name).load().ok().flatten();
    let all: Option<Vec<Position>> = config.servers.iter().map(reached).collect();
    Some(all?.into_iter().min().unwrap_or(Position::new(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::RelayFrom;

    #[test]
    fn the_slowest_server_is_the_one_the_journal_is_kept_for() {
        let folder = tempfile::tempdir().unwrap();
        let server = |name: &str| RelayServer {
            name: name.to_owned(),
            url: "http://[::1]/".to_owned(),
            key: String::new(),
            from: RelayFrom::Now,
        };
        let config = RelayConfig { servers: vec![server("one"), server("two")] };
        let least = || slowest(&config, folder.path());
        Mark::at(folder.path(), "one").store(Position::new(70)).unwrap();
        assert_eq!(least(), None, "nobody knows where the second is");
        Mark::at(folder.path(), "two").store(Position::new(30)).unwrap();
        assert_eq!(least(), Some(Position::new(30)));
        let nobody = slowest(&RelayConfig::default(), folder.path());
        assert_eq!(nobody, Some(Position::new(u64::MAX)));
    }

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
