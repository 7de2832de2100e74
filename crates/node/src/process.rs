//! What a process says about itself: whether a part of it died, and whether its log is read.

use crate::metrics::{add, raise};
use crate::{logging, threads};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;

/// What a process is counted by; brought up to date when somebody asks.
#[derive(Debug, Default)]
pub(crate) struct ProcessMetrics {
    threads_died: Counter,
    log_lines_lost: Counter,
}

impl ProcessMetrics {
    /// Puts these into the registry.
    pub(crate) fn register(&self, to: &mut Registry) {
        add(to, "node_threads_died", "Threads that died of a fault", &self.threads_died);
        add(to, "node_log_lines_lost", "Log lines nobody took", &self.log_lines_lost);
    }

    /// Reads what others count.
    pub(crate) fn refresh(&self) {
        raise(&self.threads_died, threads::n_died());
        raise(&self.log_lines_lost, logging::n_lost());
    }
}
