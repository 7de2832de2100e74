//! What is counted of databases and services outside; the labels are closed lists and the names that the
//! operator gave to at most eight providers.

use crate::metrics::add;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// A provider's name.
type Provider = [(&'static str, String); 1];
/// A provider's name and what came of asking it.
type ProviderOutcome = [(&'static str, String); 2];

/// Counts of both.
#[derive(Debug, Clone, Default)]
pub struct FallbackMetrics {
    /// The address database.
    pub geoip: GeoipMetrics,
    /// The services asked.
    pub external: ExternalMetrics,
}

/// Counts of the address database.
#[derive(Debug, Clone, Default)]
pub struct GeoipMetrics {
    guesses: Family<[(&'static str, &'static str); 1], Counter>,
    reloads: Family<[(&'static str, &'static str); 1], Counter>,
}

/// Counts of the services asked.
#[derive(Debug, Clone, Default)]
pub struct ExternalMetrics {
    asks: Family<ProviderOutcome, Counter>,
    breaker_open: Family<Provider, Gauge>,
    /// Queries answered from the memory of earlier answers.
    pub cached: Counter,
}

impl FallbackMetrics {
    /// Puts these into the registry.
    pub(crate) fn register(&self, to: &mut Registry) {
        let (geoip, external) = (&self.geoip, &self.external);
        add(to, "node_geoip_guesses", "Addresses looked up, by what is known", &geoip.guesses);
        add(to, "node_geoip_reloads", "Times the address database changed", &geoip.reloads);
        add(to, "node_external_asks", "Queries for a provider, by outcome", &external.asks);
        add(to, "node_external_cached", "Queries answered from memory", &external.cached);
        add(to, "node_external_breaker_open", "1 while not asked", &external.breaker_open);
    }
}

impl GeoipMetrics {
    /// Counts one lookup; `level` is `city`, `region`, `country` or `none`.
    pub(super) fn guessed(&self, level: &'static str) {
        self.guesses.get_or_create(&[("level", level)]).inc();
    }

    /// Counts one change of the file; `outcome` is `done` or `failed`.
    pub(super) fn reloaded(&self, outcome: &'static str) {
        self.reloads.get_or_create(&[("outcome", outcome)]).inc();
    }
}

impl ExternalMetrics {
    /// Counts what came of a query that was `provider`'s turn.
    pub(super) fn asked(&self, provider: &str, outcome: &'static str) {
        let labels = [("provider", provider.to_owned()), ("outcome", outcome.to_owned())];
        self.asks.get_or_create(&labels).inc();
    }

    /// How often `outcome` was counted for `provider`.
    #[cfg(test)]
    pub(super) fn n_asked(&self, provider: &str, outcome: &str) -> u64 {
        let labels = [("provider", provider.to_owned()), ("outcome", outcome.to_owned())];
        self.asks.get_or_create(&labels).get()
    }

    /// Notes whether `provider` is left alone for now.
    pub(super) fn breaker(&self, provider: &str, open: bool) {
        self.breaker_open.get_or_create(&[("provider", provider.to_owned())]).set(i64::from(open));
    }
}

/// Gives every one of these a value, so that all names are printed.
#[cfg(test)]
pub(crate) fn use_all(metrics: &FallbackMetrics) {
    metrics.geoip.guessed("city");
    metrics.geoip.reloaded("done");
    metrics.external.asked("a", "found");
    metrics.external.breaker("a", false);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_counted_by_provider() {
        let metrics = ExternalMetrics::default();
        metrics.asked("a", "found");
        metrics.asked("a", "found");
        metrics.asked("b", "failed");
        assert_eq!((metrics.n_asked("a", "found"), metrics.n_asked("b", "found")), (2, 0));
    }
}
