//! What tracks are counted by.

use crate::metrics::add;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// What tracks are counted by.
#[derive(Debug, Default)]
pub struct TrackMetrics {
    scans: Family<[(&'static str, &'static str); 1], Counter>,
    /// Tracks remembered.
    pub sessions: Gauge,
}

impl TrackMetrics {
    /// Counts scans that got a place, and scans that got none.
    pub(crate) fn told(&self, n_placed: usize, n_refused: usize) {
        for (outcome, n) in [("placed", n_placed), ("refused", n_refused)] {
            self.scans.get_or_create(&[("outcome", outcome)]).inc_by(n as u64);
        }
    }

    /// Puts these into the registry.
    pub(crate) fn register(&self, to: &mut Registry) {
        add(to, "node_track_scans", "Scans of tracks, by outcome", &self.scans);
        add(to, "node_track_sessions", "Tracks remembered", &self.sessions);
    }
}
