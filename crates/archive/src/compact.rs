//! Fewer files, and none with what was taken out: files are merged and filtered, never changed.

use crate::archive::{Archive, in_file};
use crate::error::{ArchiveError, FileError};
use crate::exclusion::Exclusions;
use crate::limits::{BATCH_ROWS_MAX, MERGE_BYTES_MAX, MERGE_FILES, ROW_GROUP_ROWS_MAX};
use crate::manifest::{FileEntry, Manifest};
use crate::merge::Merge;
use crate::parquet::Writer;
use crate::partition::{Content, NewFile, Partition};
use crate::rows::{key_of_row, rows_in_order};
use crate::transmitter::key_of;
use cairn_ground::{Day, Region};
use std::collections::BTreeMap;

/// Bytes of rewritten files published at once.
const PURGE_BYTES: u64 = 64 << 20;

/// The files a merge would take, oldest first: of one partition and about one size.
pub(crate) fn mergeable(manifest: &Manifest) -> Option<Vec<FileEntry>> {
    let mut alike: BTreeMap<(u16, &str, u32, u32, u32), Vec<&FileEntry>> = BTreeMap::new();
    for file in &manifest.files {
        let size = file.bytes.max(1).ilog2() / 4;
        let place = (file.day, file.cell.as_str(), file.shard, file.n_shards, size);
        alike.entry(place).or_default().push(file);
    }
    let mut files = alike.into_values().find(|files| {
        let n_bytes: u64 = files.iter().take(MERGE_FILES).map(|file| file.bytes).sum();
        files.len() >= MERGE_FILES && n_bytes <= MERGE_BYTES_MAX
    })?;
    files.sort_unstable_by_key(|file| file.added);
    Some(files.into_iter().take(MERGE_FILES).cloned().collect())
}

impl Archive {
    /// Merges files of one partition into one, where enough are alike; `None` when none are.
    ///
    /// # Errors
    /// [`ArchiveError`]; what was current stays.
    ///
    /// # Cost
    /// Memory for the files as they lie, at most [`MERGE_BYTES_MAX`], and a batch of each.
    pub async fn merge_once(&self, manifest: &Manifest) -> Result<Option<Manifest>, ArchiveError> {
        let Some(files) = mergeable(manifest) else { return Ok(None) };
        let without = exclusions_of(manifest)?;
        let merged = self.rewritten(&files, &without).await?;
        let mut next = manifest.clone();
        next.files.retain(|file| files.iter().all(|gone| gone.path != file.path));
        self.publish(next, merged.into_iter().collect()).await.map(Some)
    }

    /// Writes files anew without what the manifest excludes, until none holds any of it.
    ///
    /// # Errors
    /// [`ArchiveError`]; what was done so far is kept.
    pub async fn purge(&self, mut manifest: Manifest) -> Result<Manifest, ArchiveError> {
        let without = exclusions_of(&manifest)?;
        let touched: Vec<FileEntry> =
            manifest.files.iter().filter(|file| without.may_touch(file)).cloned().collect();
        let (mut next, mut files, mut n_bytes) = (manifest.clone(), Vec::new(), 0);
        for file in touched {
            let left = self.rewritten(std::slice::from_ref(&file), &without).await?;
            if left.as_ref().is_some_and(|left| left.entry.path == file.path) {
                continue;
            }
            next.files.retain(|one| one.path != file.path);
            n_bytes += left.as_ref().map_or(0, |left| left.entry.bytes);
            files.extend(left);
            if n_bytes >= PURGE_BYTES {
                manifest = self.publish(next, std::mem::take(&mut files)).await?;
                (next, n_bytes) = (manifest.clone(), 0);
            }
        }
        next.is_purged = true;
        if next == manifest && files.is_empty() {
            return Ok(manifest);
        }
        self.publish(next, files).await
    }

    /// One file of the rows of some, sorted, each row once and none that is excluded; `None` for no rows.
    async fn rewritten(
        &self,
        files: &[FileEntry],
        without: &Exclusions,
    ) -> Result<Option<NewFile>, ArchiveError> {
        let Some(first) = files.first() else { return Ok(None) };
        let mut merge = Merge::default();
        for file in files {
            merge.add(self.rows(file).await?).map_err(|source| in_file(file, source))?;
        }
        let n_rows = files.iter().map(|file| file.rows).sum::<u64>();
        let (content, bytes) = written(merge, without, n_rows).map_err(|it| in_file(first, it))?;
        let partition = Partition {
            day: Day::new(first.day),
            region: Region::parse(&first.cell).ok_or_else(|| damaged(first))?,
            shard: first.shard,
            n_shards: first.n_shards,
        };
        Ok((content.n_rows > 0).then(|| NewFile::of(partition, content, bytes)))
    }
}

/// Writes merged rows, a batch at a time.
fn written(
    merge: Merge,
    without: &Exclusions,
    n_rows: u64,
) -> Result<(Content, bytes::Bytes), FileError> {
    let mut writer = Writer::new(usize::try_from(n_rows).unwrap_or(usize::MAX))?;
    let (mut content, mut some, mut last) = (Content::default(), Vec::new(), None);
    for row in merge {
        let row = row?;
        if without.exclude(&row) || last.as_ref() == Some(&row) {
            continue;
        }
        let Some(heard) = row.evidence.heard.first() else { continue };
        let key = key_of(heard.transmitter);
        content.min = if content.n_rows == 0 { key } else { content.min };
        (content.max, content.n_rows) = (key, content.n_rows + 1);
        last = Some(row.clone());
        some.push(row);
        if some.len() == BATCH_ROWS_MAX {
            writer.write(&rows_in_order(&some)?)?;
            some.clear();
        }
    }
    debug_assert!(some.is_sorted_by_key(key_of_row) && BATCH_ROWS_MAX <= ROW_GROUP_ROWS_MAX);
    if !some.is_empty() {
        writer.write(&rows_in_order(&some)?)?;
    }
    Ok((content, writer.finish()?))
}

fn exclusions_of(manifest: &Manifest) -> Result<Exclusions, ArchiveError> {
    manifest.exclusions().ok_or_else(|| ArchiveError::Manifest {
        path: Manifest::path_of(manifest.number),
        what: "an exclusion this program does not know",
    })
}

fn damaged(file: &FileEntry) -> ArchiveError {
    ArchiveError::Manifest { path: file.path.clone(), what: "its region is no H3 cell" }
}

#[cfg(test)]
#[path = "compact_tests.rs"]
mod tests;
