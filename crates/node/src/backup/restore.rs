//! Making a data folder from a backup.

use super::file;
use super::list::List;
use crate::store::{RESTORING, sync_folder, write_whole};
use anyhow::Context as _;
use cairn_journal::Journal;
use std::fs;
use std::path::Path;

/// Copies the backup in `from` into the empty folder `data`: every hash is checked before the first file is
/// written, and again after the last.
///
/// # Errors
/// When `data` is not empty, a file is not what the backup lists, or a disk refuses. What was begun is
/// marked, and no service takes it for a data folder.
pub fn restore(from: &Path, data: &Path) -> anyhow::Result<List> {
    let list = List::load(from)?;
    let empty = file::is_empty(data).with_context(|| format!("look at {}", data.display()))?;
    anyhow::ensure!(
        empty,
        "{} is not empty: a backup is restored into an empty folder",
        data.display()
    );
    check(&list, from).context("the backup is damaged")?;
    file::create_private(data).with_context(|| format!("create {}", data.display()))?;
    let mark = data.join(RESTORING);
    write_whole(&mark, b"", 0o600).context("mark the folder")?;
    for entry in &list.files {
        let copied = file::copy(from, data, &entry.path, u64::MAX)
            .with_context(|| format!("copy {}", entry.path))?;
        anyhow::ensure!(copied == *entry, "{} changed while it was copied", entry.path);
    }
    check(&list, data).context("the restored folder is damaged")?;
    let journal = Journal::open_read_only(&data.join("journal")).context("open the journal")?;
    let (found, wanted) = (journal.committed().get(), list.journal_end);
    anyhow::ensure!(found == wanted, "the journal ends at {found} and not at {wanted}");
    fs::remove_file(&mark).context("remove the mark")?;
    sync_folder(&mark).context("remove the mark")?;
    Ok(list)
}

fn check(list: &List, folder: &Path) -> anyhow::Result<()> {
    for entry in &list.files {
        let same =
            file::is_as_listed(folder, entry).with_context(|| format!("read {}", entry.path))?;
        anyhow::ensure!(same, "{} is not what was backed up", entry.path);
    }
    Ok(())
}
