//! What mirroring says about itself.

use crate::metrics::add;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// What mirroring says about itself; clones share their numbers.
#[derive(Debug, Clone, Default)]
pub(crate) struct MirrorMetrics {
    /// Runs and changes of the registry that the server took.
    pub(super) sent: Counter,
    /// Attempts that ended with something that waits.
    pub(super) failures: Counter,
    /// Runs and changes that wait.
    pub(super) waiting: Gauge,
}

impl MirrorMetrics {
    /// Puts these into the registry.
    pub(crate) fn register(&self, to: &mut Registry) {
        add(to, "model_mirror_sent", "Runs and changes that the mirror took", &self.sent);
        add(to, "model_mirror_failures", "Attempts that are made again", &self.failures);
        add(to, "model_mirror_waiting", "Runs and changes it does not have yet", &self.waiting);
    }
}
