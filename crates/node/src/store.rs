//! Paths inside the data folder, and writes that are whole or not at all.

use cairn_snapshot::Manifest;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Ending of a checkpoint's file name.
pub const CHECKPOINT_ENDING: &str = ".checkpoint";

/// What marks a data folder that is being restored.
pub const RESTORING: &str = "RESTORING";

/// The data folder of one node.
///
/// ```text
/// DIR/journal/             acknowledged submissions, the source of everything else
/// DIR/map/                 sealed snapshots and checkpoints, named by their digests, and the
///                          manifest that says which of them are current
/// DIR/contributor-keys/    one key per day, destroyed after it
/// DIR/public/              what anybody may download
/// DIR/publish.state        what was published last
/// DIR/archive/             evidence for years: Parquet files and the manifests that name them
/// DIR/exclusions           what was taken out of the map, by whom and why
/// DIR/relay/               how far each further server is
/// DIR/parked/              records that could not be learned
/// DIR/forward/             how far each stream of several machines is
/// DIR/import.key           the key that makes imported files' voices
/// DIR/access/              API keys, hashed, and how much of them was used today
/// ```
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
}

impl Store {
    /// The layout under `root`; nothing is created yet.
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_path_buf() }
    }

    /// The layout under `root`, with its folders there.
    ///
    /// # Errors
    /// When a folder cannot be created.
    pub fn create(root: &Path) -> io::Result<Self> {
        let store = Self::at(root);
        if root.join(RESTORING).exists() {
            return Err(io::Error::other("its restoring broke off: empty it and restore again"));
        }
        for folder in [store.root.clone(), store.journal(), store.map()] {
            fs::create_dir_all(folder)?;
        }
        store.create_private(&store.contributor_keys())?;
        Ok(store)
    }

    /// The layout of a map alone, with its folder there.
    ///
    /// # Errors
    /// When a folder cannot be created.
    pub fn create_map(root: &Path) -> io::Result<Self> {
        let store = Self::at(root);
        fs::create_dir_all(store.map())?;
        Ok(store)
    }

    /// Folder of how far each stream of several machines is.
    pub fn forward(&self) -> PathBuf {
        self.root.join("forward")
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Folder of the journal's segments.
    pub fn journal(&self) -> PathBuf {
        self.root.join("journal")
    }

    /// Folder of the manifest and the sealed files it names.
    pub fn map(&self) -> PathBuf {
        self.root.join("map")
    }

    /// Folder of the day keys.
    pub fn contributor_keys(&self) -> PathBuf {
        self.root.join("contributor-keys")
    }

    /// Folder of what anybody may download.
    pub fn public(&self) -> PathBuf {
        self.root.join("public")
    }

    /// What was published last.
    pub fn publish_state(&self) -> PathBuf {
        self.root.join("publish.state")
    }

    /// Folder of the archive of evidence, unless the configuration names another place.
    pub fn archive(&self) -> PathBuf {
        self.root.join("archive")
    }

    /// What was taken out of the map.
    pub fn exclusions(&self) -> PathBuf {
        self.root.join("exclusions")
    }

    /// Folder of how far each further server is.
    pub fn relay(&self) -> PathBuf {
        self.root.join("relay")
    }

    /// Folder of records that could not be learned.
    pub fn parked(&self) -> PathBuf {
        self.root.join("parked")
    }

    /// The key that makes imported files' voices.
    pub fn import_key(&self) -> PathBuf {
        self.root.join("import.key")
    }

    /// Folder of the API keys.
    pub fn access(&self) -> PathBuf {
        self.root.join("access")
    }

    /// Removes sealed files that neither the current nor the former manifest needs.
    ///
    /// # Errors
    /// Whatever the disk says; what could not be removed is tried again after the next seal.
    pub fn collect_garbage(&self, current: &Manifest) -> io::Result<()> {
        let folder = self.map();
        let former = Manifest::former(&folder);
        let needed: Vec<Manifest> = former.into_iter().chain([current.clone()]).collect();
        for path in cairn_snapshot::garbage(&folder, &needed)? {
            fs::remove_file(path)?;
        }
        let is_needed =
            |name: &str| needed.iter().any(|manifest| manifest.files().any(|file| file == name));
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            if name.ends_with(CHECKPOINT_ENDING) && !is_needed(name) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Creates a folder that only its owner may enter.
    pub(crate) fn create_private(&self, folder: &Path) -> io::Result<()> {
        debug_assert!(folder.starts_with(&self.root));
        fs::create_dir_all(folder)?;
        set_mode(folder, 0o700)
    }
}

/// Writes a file so that after a crash it is there whole or not at all.
///
/// # Errors
/// Whatever the disk says; the temporary file is removed.
pub fn write_whole(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let temporary = path.with_extension("writing");
    let written = write_and_sync(&temporary, bytes, mode)
        .and_then(|()| fs::rename(&temporary, path))
        .and_then(|()| sync_folder(path));
    if written.is_err() {
        let _gone_or_never_there = fs::remove_file(&temporary);
    }
    written
}

/// Writes `bytes` to `path` and waits until they are on disk.
fn write_and_sync(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut file = File::create(path)?;
    set_mode(path, mode)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Waits until the entries of the folder that holds `path` are on disk.
///
/// # Errors
/// Whatever the disk says.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Sets a file's permission bits, where the system has them.
#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

/// Sets a file's permission bits, where the system has them.
#[cfg(not(unix))]
fn set_mode(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_temporary_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        write_whole(&path, b"one", 0o600).unwrap();
        write_whole(&path, b"two", 0o600).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn day_keys_are_for_the_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(folder.path()).unwrap();
        let mode = fs::metadata(store.contributor_keys()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
