//! What queries in volume are counted by.

use crate::metrics::add;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// Counters by one label.
type Counters = Family<[(&'static str, &'static str); 1], Counter>;

/// What queries in volume are counted by.
#[derive(Debug, Default)]
pub struct BulkMetrics {
    queries: Counters,
    ended_early: Counters,
    /// Batches under way.
    pub running: Gauge,
}

impl BulkMetrics {
    /// Counts a query of a batch.
    pub(crate) fn query(&self, form: &'static str) {
        self.queries.get_or_create(&[("form", form)]).inc();
    }

    /// Counts a batch that was ended before its last query.
    pub(crate) fn ended_early(&self, reason: &'static str) {
        self.ended_early.get_or_create(&[("reason", reason)]).inc();
    }

    /// Puts these into the registry.
    pub(crate) fn register(&self, to: &mut Registry) {
        add(to, "node_batch_queries", "Queries of batches, by form", &self.queries);
        add(to, "node_batches", "Batches under way", &self.running);
        add(to, "node_batches_ended_early", "Batches ended early, by reason", &self.ended_early);
    }
}
