//! Taking a backup.

use super::file;
use super::list::{Entry, List};
use crate::limits::BACKUP_FILES_MAX;
use crate::store::Store;
use anyhow::Context as _;
use cairn_ground::Timestamp;
use cairn_journal::{Journal, ReadOnlyJournal};
use cairn_snapshot::Manifest;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;

/// Times that all is taken again because something was superseded meanwhile.
const ATTEMPTS_MAX: usize = 10;
/// Folders below the data folder that are taken in their own way, or not at all.
const APART: [&str; 4] = ["journal", "map", "contributor-keys", "public"];
/// The folder of the archive's manifests, each of which says which files are current.
const ARCHIVE_MANIFESTS: &str = "archive/manifest";

/// Copies the data folder of `store` into the empty folder `out`, then reads all of it back.
///
/// # Errors
/// When `out` is not empty, a disk refuses, or the copy is not what was read.
pub fn take(store: &Store, out: &Path, now: Timestamp) -> anyhow::Result<List> {
    anyhow::ensure!(store.journal().is_dir(), "{} is no data folder", store.root().display());
    let empty = file::is_empty(out).with_context(|| format!("look at {}", out.display()))?;
    anyhow::ensure!(empty, "{} is not empty", out.display());
    file::create_private(out).with_context(|| format!("create {}", out.display()))?;
    for _ in 0..ATTEMPTS_MAX {
        if let Some(Copied { journal, files }) = copy_all(store, out)? {
            let list = List::new(now.ms(), journal, files);
            check(&list, out)?;
            list.store(out)?;
            return Ok(list);
        }
        clear(out).context("remove a copy that was overtaken")?;
    }
    anyhow::bail!("the service seals or trims faster than its folder can be copied: try again")
}

/// A whole copy: where its journal begins and ends, and its files.
struct Copied {
    journal: (u64, u64),
    files: Vec<Entry>,
}

/// Copies everything; `None` when something was superseded meanwhile.
fn copy_all(store: &Store, out: &Path) -> anyhow::Result<Option<Copied>> {
    let root = store.root();
    let mut files = Vec::new();
    let start = open(store)?.start();
    let archived = names(&root.join(ARCHIVE_MANIFESTS));
    let copied = others(root, out, "", &mut files).and_then(|()| map(store, out, &mut files));
    match copied {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        copied => copied.context("copy")?,
    }
    // The journal last, and as much of it as there was at first: nothing stands outside it then.
    let journal = open(store)?;
    if journal.start() != start || names(&root.join(ARCHIVE_MANIFESTS)) != archived {
        return Ok(None);
    }
    match segments(&journal, root, out, &mut files) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        copied => copied.context("copy the journal")?,
    }
    anyhow::ensure!(files.len() <= BACKUP_FILES_MAX, "more than {BACKUP_FILES_MAX} files");
    Ok(Some(Copied { journal: (start.get(), journal.committed().get()), files }))
}

fn open(store: &Store) -> anyhow::Result<ReadOnlyJournal> {
    Journal::open_read_only(&store.journal()).context("open the journal")
}

/// The names in a folder, in order; none when there is no such folder.
fn names(folder: &Path) -> Vec<OsString> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.file_name())).collect();
    names.sort();
    names
}

/// Copies what lies below `below` and is not taken apart from it.
fn others(root: &Path, out: &Path, below: &str, files: &mut Vec<Entry>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(below))? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let is_apart =
            below.is_empty() && (APART.contains(&&*name) || name.starts_with("rebuild-"));
        if is_apart || is_temporary(&name) || entry.path() == out {
            continue;
        }
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            others(root, out, &path, files)?;
        } else if kind.is_file() {
            files.push(file::copy(root, out, &path, u64::MAX)?);
        }
    }
    Ok(())
}

/// True for a file that is being written whole.
fn is_temporary(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending == "writing")
}

/// Copies the manifest, then the sealed files it names.
fn map(store: &Store, out: &Path, files: &mut Vec<Entry>) -> io::Result<()> {
    let root = store.root();
    if !store.map().join("MANIFEST").exists() {
        return Ok(());
    }
    files.push(file::copy(root, out, "map/MANIFEST", u64::MAX)?);
    let loaded = Manifest::load(&out.join("map")).map_err(io::Error::other)?;
    for name in loaded.iter().flat_map(|loaded| loaded.manifest.files()) {
        files.push(file::copy(root, out, &format!("map/{name}"), u64::MAX)?);
    }
    Ok(())
}

/// Copies the journal's segments up to its end, and what it knows of retries.
fn segments(
    journal: &ReadOnlyJournal,
    root: &Path,
    out: &Path,
    files: &mut Vec<Entry>,
) -> io::Result<()> {
    for entry in fs::read_dir(root.join("journal"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with("retries-") {
            files.push(file::copy(root, out, &format!("journal/{name}"), u64::MAX)?);
        }
    }
    for segment in journal.segments() {
        let path = format!("journal/{}", segment.name);
        files.push(file::copy(root, out, &path, segment.file_bytes())?);
    }
    Ok(())
}

/// Reads the copy back: every file is what was read, and the journal ends where it should.
fn check(list: &List, out: &Path) -> anyhow::Result<()> {
    for entry in &list.files {
        let same =
            file::is_as_listed(out, entry).with_context(|| format!("read {}", entry.path))?;
        anyhow::ensure!(same, "{} is not what was written: check the disk", entry.path);
    }
    let journal =
        Journal::open_read_only(&out.join("journal")).context("open the copied journal")?;
    let (found, wanted) = (journal.committed().get(), list.journal_end);
    anyhow::ensure!(found == wanted, "the copied journal ends at {found} and not at {wanted}");
    Ok(())
}

/// Removes everything in a folder.
fn clear(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { fs::remove_dir_all(path)? } else { fs::remove_file(path)? }
    }
    Ok(())
}
