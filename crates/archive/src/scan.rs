//! Everything an archive teaches, part by part, in memory that does not grow with it.

use crate::archive::{Archive, in_file};
use crate::error::{ArchiveError, RowError};
use crate::exclusion::Exclusions;
use crate::gather::Gathered;
use crate::limits::GATHER_ROWS_MAX;
use crate::manifest::{FileEntry, Manifest};
use crate::occurrence::Occurrence;
use std::collections::BTreeMap;

impl Archive {
    /// Hands out all occurrences but those excluded, some at a time; `take` says false to end it.
    ///
    /// An occurrence's rows lie in one day and region, so these are gathered one after the other; a large
    /// one in several passes, each of which takes some of the submissions.
    ///
    /// # Errors
    /// [`ArchiveError`], naming the file.
    ///
    /// # Cost
    /// Memory for about [`GATHER_ROWS_MAX`] rows and one file. Reads files of a day and region once for
    /// each [`GATHER_ROWS_MAX`] rows in it.
    pub async fn each(
        &self,
        manifest: &Manifest,
        exclusions: &Exclusions,
        mut take: impl FnMut(Vec<Occurrence>) -> bool,
    ) -> Result<(), ArchiveError> {
        let mut parts: BTreeMap<(u16, &str), Vec<&FileEntry>> = BTreeMap::new();
        for file in &manifest.files {
            parts.entry((file.day, &file.cell)).or_default().push(file);
        }
        for files in parts.values() {
            let n_rows: u64 = files.iter().map(|file| file.rows).sum();
            let n_passes = n_rows.div_ceil(GATHER_ROWS_MAX).max(1);
            for pass in 0..n_passes {
                let mut all = self.gather(files, |one| one.submission.0 % n_passes == pass).await?;
                all.retain(|one| !exclusions.exclude(one));
                if !take(all) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    async fn gather(
        &self,
        files: &[&FileEntry],
        is_wanted: impl Fn(&Occurrence) -> bool,
    ) -> Result<Vec<Occurrence>, ArchiveError> {
        let mut gathered = Gathered::default();
        for file in files {
            for batch in self.rows(file).await? {
                let batch = batch.map_err(|source| in_file(file, source))?;
                gathered.take_some(&batch, &is_wanted).map_err(|source| in_file(file, source))?;
            }
        }
        let named = |source: RowError| match files.first() {
            Some(file) => in_file(file, source),
            None => ArchiveError::File { path: String::new(), source: source.into() },
        };
        gathered.finish().map_err(named)
    }
}
