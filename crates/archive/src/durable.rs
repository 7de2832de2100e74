//! Files of a folder that survive a power cut: written aside, synced, then named, and the name synced.
//!
//! `object_store` writes to a folder whole or not at all, but does not sync. A manifest must not name
//! what a power cut may take away.

use crate::error::StoreError;
use bytes::Bytes;
use object_store::Error;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// What keeps names of half-written files apart.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// Writes a file under a name that its content gives, so that whoever writes it writes the same.
pub(crate) async fn replace(folder: &Path, path: &str, bytes: Bytes) -> Result<(), StoreError> {
    named(folder, path, bytes, |aside, at| fs::rename(aside, at)).await
}

/// Gives a name that nothing has: a hard link is made once or not at all.
pub(crate) async fn create(folder: &Path, path: &str, bytes: Bytes) -> Result<(), StoreError> {
    let link = |aside: &Path, at: &Path| {
        let made = fs::hard_link(aside, at);
        fs::remove_file(aside).and(made)
    };
    named(folder, path, bytes, link).await
}

async fn named(
    folder: &Path,
    path: &str,
    bytes: Bytes,
    name: impl Fn(&Path, &Path) -> io::Result<()> + Send + 'static,
) -> Result<(), StoreError> {
    let (root, at) = (folder.to_path_buf(), folder.join(path));
    let work = move || write(&root, &at, &bytes, name);
    let written = tokio::task::spawn_blocking(work).await;
    let written = written.unwrap_or_else(|_ended| Err(io::ErrorKind::Interrupted.into()));
    written.map_err(|source| StoreError::refused("write", path, error_of(path, source)))
}

fn write(
    root: &Path,
    at: &Path,
    bytes: &[u8],
    name: impl Fn(&Path, &Path) -> io::Result<()>,
) -> io::Result<()> {
    let parent = at.parent().unwrap_or(root);
    let made = new_folders(root, parent)?;
    let aside = aside_of(at);
    let written = File::create(&aside)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| name(&aside, at))
        .and_then(|()| File::open(parent)?.sync_all());
    if written.is_err() {
        let _gone_or_never_there = fs::remove_file(&aside);
    }
    made.iter().try_for_each(|folder| File::open(folder)?.sync_all())?;
    written
}

/// Makes the folders down to `parent`; returns those that got a new entry.
fn new_folders(root: &Path, parent: &Path) -> io::Result<Vec<PathBuf>> {
    let missing = parent.ancestors().take_while(|it| *it != root && !it.exists());
    let above: Vec<PathBuf> = missing.filter_map(|it| it.parent().map(Path::to_path_buf)).collect();
    fs::create_dir_all(parent)?;
    Ok(above)
}

/// A name that `object_store` takes for an upload under way, and never lists.
fn aside_of(at: &Path) -> PathBuf {
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut name = at.file_name().unwrap_or_default().to_os_string();
    name.push(format!("#{}{n:06}", std::process::id()));
    at.with_file_name(name)
}

fn error_of(path: &str, source: io::Error) -> Error {
    let path = path.to_owned();
    match source.kind() {
        io::ErrorKind::AlreadyExists => Error::AlreadyExists { path, source: Box::new(source) },
        io::ErrorKind::NotFound => Error::NotFound { path, source: Box::new(source) },
        _ => Error::Generic { store: "folder", source: Box::new(source) },
    }
}
