//! What relaying says about itself, by server; there are at most
//! [`crate::limits::RELAY_SERVERS_MAX`], named in the configuration.

use crate::metrics::add;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// A server's name.
type Label = [(&'static str, String); 1];

/// What relaying says about itself.
#[derive(Debug, Default)]
pub struct RelayMetrics {
    reports: Family<Label, Counter>,
    failures: Family<Label, Counter>,
    skipped: Family<Label, Counter>,
    lag_bytes: Family<Label, Gauge>,
}

/// The numbers of one server.
#[derive(Debug, Clone)]
pub(crate) struct ServerMetrics {
    /// Reports it acknowledged.
    pub(crate) reports: Counter,
    /// Requests that failed and are tried again.
    pub(crate) failures: Counter,
    /// Reports it refused for good.
    pub(crate) skipped: Counter,
    /// Journal bytes it has not seen.
    pub(crate) lag_bytes: Gauge,
}

impl RelayMetrics {
    /// The numbers of one server.
    pub(crate) fn of(&self, name: &str) -> ServerMetrics {
        let label = [("server", name.to_owned())];
        ServerMetrics {
            reports: self.reports.get_or_create(&label).clone(),
            failures: self.failures.get_or_create(&label).clone(),
            skipped: self.skipped.get_or_create(&label).clone(),
            lag_bytes: self.lag_bytes.get_or_create(&label).clone(),
        }
    }

    /// Puts these into the registry.
    pub(crate) fn register(&self, to: &mut Registry) {
        add(to, "relay_reports", "Reports acknowledged by a further server", &self.reports);
        add(to, "relay_failures", "Requests to it that are tried again", &self.failures);
        add(to, "relay_skipped", "Reports it refused for good", &self.skipped);
        add(to, "relay_lag_bytes", "Journal bytes it has not seen", &self.lag_bytes);
    }
}
