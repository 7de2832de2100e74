//! Keeping the archive in order: what was taken out leaves it, old days and unneeded files go, small files
//! become one.

use super::thread::{Work, known};
use cairn_archive::Manifest;
use cairn_archive::limits::MANIFESTS_KEPT;
use cairn_ground::Day;

impl Work {
    /// Brings the archive up to date with what is wanted of it.
    pub(super) fn up_to_date(&mut self, manifest: Manifest) -> anyhow::Result<Manifest> {
        let manifest = self.without_excluded(manifest)?;
        let manifest = self.without_old_days(manifest)?;
        let manifest = self.merged(manifest)?;
        if manifest.number != self.collected {
            self.collect(&manifest, MANIFESTS_KEPT)?;
            self.collected = manifest.number;
        }
        self.parts.metrics.archive.show(&manifest);
        Ok(manifest)
    }

    /// Says in the manifest what was taken out, so that every reader leaves it out; then purges it, and
    /// removes the manifests that still name it.
    fn without_excluded(&self, manifest: Manifest) -> anyhow::Result<Manifest> {
        let wanted = self.parts.exclusions.now();
        let is_said = known(&manifest) == wanted.digest();
        if is_said && (manifest.is_purged || wanted.is_empty()) {
            return Ok(manifest);
        }
        let archive = self.door.archive();
        let said = if is_said {
            manifest
        } else {
            let excluded = wanted.iter().map(|one| one.to_string()).collect();
            let next = Manifest { excluded, is_purged: false, ..manifest };
            self.door.wait(archive.publish(next, Vec::new()))?
        };
        let purged = self.door.wait(archive.purge(said))?;
        self.collect(&purged, 1)?;
        tracing::info!(
            manifest = purged.number,
            exclusions = wanted.iter().count(),
            "what was taken out has left the archive"
        );
        Ok(purged)
    }

    /// Drops days that are no longer kept.
    fn without_old_days(&self, manifest: Manifest) -> anyhow::Result<Manifest> {
        let n_days = self.parts.config.evidence_days;
        let today = self.parts.clock.today();
        let is_old = |day: u16| n_days > 0 && today.days_since(Day::new(day)) > n_days;
        if !manifest.files.iter().any(|file| is_old(file.day)) {
            return Ok(manifest);
        }
        let mut next = manifest;
        next.files.retain(|file| !is_old(file.day));
        Ok(self.door.wait(self.door.archive().publish(next, Vec::new()))?)
    }

    /// Merges small files while there are enough of them.
    fn merged(&self, mut manifest: Manifest) -> anyhow::Result<Manifest> {
        while let Some(merged) = self.door.wait(self.door.archive().merge_once(&manifest))? {
            manifest = merged;
        }
        Ok(manifest)
    }

    fn collect(&self, manifest: &Manifest, n_kept: u64) -> anyhow::Result<()> {
        let now_ms = self.parts.clock.now().ms();
        self.door.wait(self.door.archive().collect(manifest, n_kept, now_ms))?;
        Ok(())
    }
}
