//! Files replaced whole: temporary name, sync, rename, sync of the folder.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// Ending of a file not yet whole.
pub(crate) const TEMPORARY: &str = ".tmp";

const BUFFER_BYTES: usize = 1 << 20;

/// The temporary name of `path`.
pub(crate) fn temporary(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(TEMPORARY);
    PathBuf::from(name)
}

/// Writes `temporary` and makes it durable; on an error it is removed.
pub(crate) fn write_synced<T>(
    temporary: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<T>,
) -> io::Result<T> {
    let written = try_write(temporary, fill);
    if written.is_err() {
        // The first error is the one to report; a leftover is removed with the garbage.
        drop(fs::remove_file(temporary));
    }
    written
}

fn try_write<T>(
    temporary: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<T>,
) -> io::Result<T> {
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, File::create(temporary)?);
    let value = fill(&mut out)?;
    out.flush()?;
    out.get_ref().sync_all()?;
    Ok(value)
}

/// Gives a synced file its final name, durably.
pub(crate) fn rename_synced(temporary: &Path, path: &Path) -> io::Result<()> {
    fs::rename(temporary, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Replaces `path` by `bytes`, durably and at once.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = temporary(path);
    write_synced(&temporary, |out| out.write_all(bytes))?;
    rename_synced(&temporary, path)
}
