//! What publishing says about itself.

use crate::metrics::add;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// What publishing says about itself.
#[derive(Debug, Default)]
pub struct PublishMetrics {
    /// Times something was published.
    pub runs: Counter,
    /// Times it failed.
    pub failures: Counter,
    /// Cells in the table published last.
    pub cells: Gauge,
}

impl PublishMetrics {
    /// Puts these into the registry.
    pub(crate) fn register(&self, to: &mut Registry) {
        add(to, "publish_runs", "Times something was published", &self.runs);
        add(to, "publish_failures", "Times it failed", &self.failures);
        add(to, "publish_cells", "Cells in the table published last", &self.cells);
    }
}
