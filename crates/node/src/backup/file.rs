//! Files copied with their hash, durably, and read back.

use super::list::Entry;
use crate::store::sync_folder;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

/// Bytes read at once.
const CHUNK_BYTES: usize = 1 << 20;

/// Copies at most `bytes_max` bytes of a file below `from` to the same place below `to`, and waits until
/// they are on disk.
pub(super) fn copy(from: &Path, to: &Path, path: &str, bytes_max: u64) -> io::Result<Entry> {
    let target = to.join(path);
    if let Some(folder) = target.parent() {
        create_private(folder)?;
    }
    let mut source = File::open(from.join(path))?.take(bytes_max);
    let mut file = private().write(true).create_new(true).open(&target)?;
    let (mut hasher, mut bytes, mut chunk) = (blake3::Hasher::new(), 0, vec![0; CHUNK_BYTES]);
    loop {
        let n = source.read(&mut chunk)?;
        if n == 0 {
            break;
        }
        hasher.update(&chunk[..n]);
        file.write_all(&chunk[..n])?;
        bytes += n as u64;
    }
    file.sync_all()?;
    sync_folder(&target)?;
    Ok(Entry { path: path.to_owned(), bytes, blake3: hasher.finalize().to_hex().to_string() })
}

/// True when the file in `folder` is the one of the entry.
pub(super) fn is_as_listed(folder: &Path, entry: &Entry) -> io::Result<bool> {
    let mut file = File::open(folder.join(&entry.path))?;
    if file.metadata()?.len() != entry.bytes {
        return Ok(false);
    }
    let (mut hasher, mut chunk) = (blake3::Hasher::new(), vec![0; CHUNK_BYTES]);
    loop {
        let n = file.read(&mut chunk)?;
        if n == 0 {
            return Ok(hasher.finalize().to_hex().as_str() == entry.blake3);
        }
        hasher.update(&chunk[..n]);
    }
}

/// True when there is no such folder, or nothing in it.
pub(super) fn is_empty(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        entries => Ok(entries?.next().is_none()),
    }
}

/// Creates a folder, and those above it, for their owner only.
pub(super) fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Files for their owner only.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
