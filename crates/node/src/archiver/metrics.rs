//! What the archive says about itself.

use crate::metrics::{add, gauge};
use cairn_archive::Manifest;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// What the archive says about itself.
#[derive(Debug, Default)]
pub struct ArchiveMetrics {
    /// Readings in it.
    pub rows: Gauge,
    /// Bytes of its files.
    pub bytes: Gauge,
    /// Its files.
    pub files: Gauge,
    /// Journal bytes not in it yet.
    pub lag_bytes: Gauge,
    /// Manifests published.
    pub published: Counter,
    /// Attempts that failed and are made again.
    pub failures: Counter,
    /// Journal bytes removed because nobody needs them.
    pub trimmed_bytes: Counter,
}

impl ArchiveMetrics {
    /// Puts these into the registry.
    pub(crate) fn register(&self, to: &mut Registry) {
        add(to, "archive_rows", "Readings archived", &self.rows);
        add(to, "archive_bytes", "Bytes of archived files", &self.bytes);
        add(to, "archive_files", "Archived files", &self.files);
        add(to, "archive_lag_bytes", "Journal bytes not archived yet", &self.lag_bytes);
        add(to, "archive_published", "Manifests published", &self.published);
        add(to, "archive_failures", "Attempts to archive that failed", &self.failures);
        add(to, "archive_trimmed_bytes", "Journal bytes removed", &self.trimmed_bytes);
    }

    /// Shows what a manifest holds.
    pub(super) fn show(&self, manifest: &Manifest) {
        self.rows.set(gauge(manifest.n_rows()));
        self.bytes.set(gauge(manifest.n_bytes()));
        self.files.set(gauge(manifest.files.len() as u64));
    }
}
