//! What several machines that share a log say about themselves.

use crate::metrics::add;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// A part's number.
type Label = [(&'static str, String); 1];

/// What several machines that share a log say about themselves.
#[derive(Debug, Default)]
pub struct ClusterMetrics {
    forwarded: Family<Label, Counter>,
    failures: Family<Label, Counter>,
    forward_lag_bytes: Family<Label, Gauge>,
    resent: Family<Label, Counter>,
    /// Messages of the stream not learned yet.
    pub lag_messages: Gauge,
    /// Messages put aside with the dead letters.
    pub parked: Counter,
    /// Parts of the world that are served.
    pub parts: Gauge,
    /// Times that a part's map could not be opened.
    pub part_failures: Counter,
}

/// The numbers of one part.
#[derive(Debug, Clone)]
pub struct PartMetrics {
    /// Submissions the stream acknowledged.
    pub forwarded: Counter,
    /// Attempts that failed and are made again.
    pub failures: Counter,
    /// Journal bytes not forwarded yet.
    pub lag_bytes: Gauge,
    /// Times that a lost stream was filled again.
    pub resent: Counter,
}

impl ClusterMetrics {
    /// The numbers of one part.
    pub fn of(&self, k: u32) -> PartMetrics {
        let label = [("partition", k.to_string())];
        PartMetrics {
            forwarded: self.forwarded.get_or_create(&label).clone(),
            failures: self.failures.get_or_create(&label).clone(),
            lag_bytes: self.forward_lag_bytes.get_or_create(&label).clone(),
            resent: self.resent.get_or_create(&label).clone(),
        }
    }

    /// Puts these into the registry.
    pub(crate) fn register(&self, to: &mut Registry) {
        add(to, "cluster_forwarded", "Submissions acknowledged by a stream", &self.forwarded);
        add(to, "cluster_forward_failures", "Attempts that are made again", &self.failures);
        add(to, "cluster_forward_lag_bytes", "Journal bytes to forward", &self.forward_lag_bytes);
        add(to, "cluster_resent", "Times a lost stream was filled again", &self.resent);
        add(to, "cluster_lag_messages", "Messages not learned yet", &self.lag_messages);
        add(to, "cluster_parked", "Messages put aside", &self.parked);
        add(to, "cluster_parts", "Parts of the world served", &self.parts);
        add(to, "cluster_part_failures", "Maps that could not be opened", &self.part_failures);
    }
}
