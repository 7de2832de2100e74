//! What publishing says about itself.

use super::wanted::ERROR_CLASSES_M;
use crate::metrics::{add, gauge};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
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
    /// H3 cells of the coverage published last, by the bound in metres of the error expected there.
    pub h3_cells: Family<[(&'static str, String); 1], Gauge>,
}

impl PublishMetrics {
    /// Notes how many H3 cells fall into each class of expected errors.
    pub(crate) fn set_wanted(&self, counts: [u64; ERROR_CLASSES_M.len() + 1]) {
        let bounds = ERROR_CLASSES_M.iter().map(|bound_m| format!("{bound_m:.0}"));
        for (error_m, n) in bounds.chain(["inf".to_owned()]).zip(counts) {
            self.h3_cells.get_or_create(&[("error_m", error_m)]).set(gauge(n));
        }
    }

    /// Puts these into the registry.
    pub(crate) fn register(&self, to: &mut Registry) {
        add(to, "publish_runs", "Times something was published", &self.runs);
        add(to, "publish_failures", "Times it failed", &self.failures);
        add(to, "publish_cells", "Cells in the table published last", &self.cells);
        let about = "H3 cells of the coverage published last, by the error expected there";
        add(to, "publish_h3_cells", about, &self.h3_cells);
    }
}
