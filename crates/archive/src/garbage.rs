//! Files and manifests that nobody needs any more.

use crate::archive::Archive;
use crate::error::ArchiveError;
use crate::manifest::Manifest;
use std::collections::BTreeSet;

/// Seconds after which a file that no manifest names is no longer about to be named.
///
/// # Source
/// Choice: a publication takes as long as its files take to write, minutes at most; a day is safe.
const UNNAMED_S: i64 = 86_400;

impl Archive {
    /// Removes all manifests but the last `n_kept`, and files that none of these names: at once those
    /// that a removed manifest named, after a day the others. Returns how many objects went.
    ///
    /// # Errors
    /// [`ArchiveError`]; what is left is removed the next time.
    pub async fn collect(
        &self,
        current: &Manifest,
        n_kept: u64,
        now_ms: i64,
    ) -> Result<usize, ArchiveError> {
        let first_kept = (current.number + 1).saturating_sub(n_kept.max(1));
        let (mut kept, mut old) = (names(current), BTreeSet::new());
        let numbers = self.numbers().await?;
        let below = |number: &&u64| **number < current.number;
        for number in numbers.iter().filter(below) {
            match self.manifest(*number).await {
                Ok(manifest) if *number >= first_kept => kept.extend(names(&manifest)),
                Ok(manifest) => old.extend(names(&manifest)),
                // Damaged: what only it named goes after its day.
                Err(ArchiveError::Manifest { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let mut n_gone = 0;
        for path in self.unneeded(&kept, &old, now_ms).await? {
            self.store().remove(&path).await?;
            n_gone += 1;
        }
        // Last, so that a removal cut short is taken up again.
        for number in numbers.into_iter().filter(|number| *number < first_kept) {
            self.store().remove(&Manifest::path_of(number)).await?;
            n_gone += 1;
        }
        Ok(n_gone)
    }

    async fn unneeded(
        &self,
        kept: &BTreeSet<String>,
        old: &BTreeSet<String>,
        now_ms: i64,
    ) -> Result<Vec<String>, ArchiveError> {
        let found = self.store().list("readings", now_ms).await?;
        let is_unneeded = |(path, age_s): &(String, i64)| {
            !kept.contains(path) && (old.contains(path) || *age_s > UNNAMED_S)
        };
        Ok(found.into_iter().filter(is_unneeded).map(|(path, _)| path).collect())
    }
}

fn names(manifest: &Manifest) -> BTreeSet<String> {
    manifest.files.iter().map(|file| file.path.clone()).collect()
}
