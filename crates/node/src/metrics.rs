//! What this process counts: registered once, written everywhere, read by `GET /metrics`.
//!
//! Names are `<room>_<noun>_<unit>`, counters end in `_total`; docs/specs/metrics.md lists them all, and
//! a test holds the two together. Labels have few values and none of them is personal.

use crate::archiver::ArchiveMetrics;
use crate::bulk::BulkMetrics;
use crate::cluster::ClusterMetrics;
use crate::fallback::metrics::FallbackMetrics;
use crate::lanes::LaneMetrics;
use crate::models::mirror::MirrorMetrics;
use crate::models::rollout::RolloutMetrics;
use crate::models::serving::ModelMetrics;
use crate::process::ProcessMetrics;
use crate::publish::PublishMetrics;
use crate::relay::RelayMetrics;
use crate::serving::{PromiseMetrics, ServingMetrics};
use crate::tracking::TrackMetrics;
use crate::usual::Usual;
use cairn_report::Refusals;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Metric, Registry};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// One label with a value from a closed list.
type Label = [(&'static str, &'static str); 1];
/// A route and a status.
type RouteStatus = [(&'static str, String); 2];
/// Counters by one label.
type Counters = Family<Label, Counter>;
/// Histograms of seconds by one label.
type Seconds = Family<Label, Histogram, fn() -> Histogram>;

/// Everything counted.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<RouteStatus, Counter>,
    request_seconds: Seconds,
    usual: Usual,
    /// What the process says about itself.
    pub(crate) process: ProcessMetrics,
    /// Connections open now.
    pub connections: Gauge,
    /// Reports taken in.
    pub reports_accepted: Counter,
    wire_refusals: Counters,
    evidence_refusals: Counters,
    /// Pieces of evidence learned from.
    pub evidence: Counter,
    /// Submissions refused because the journal was busy.
    pub journal_busy: Counter,
    /// Submissions refused because the journal could not write.
    pub journal_failed: Counter,
    /// What the journal says about itself.
    pub journal: JournalMetrics,
    /// What the learner says about itself.
    pub learner: LearnerMetrics,
    /// What is asked outside.
    pub fallback: FallbackMetrics,
    /// What publishing says about itself.
    pub publish: PublishMetrics,
    /// What the archive says about itself.
    pub archive: ArchiveMetrics,
    /// What relaying says about itself.
    pub relay: RelayMetrics,
    /// What several machines that share a log say about themselves.
    pub cluster: ClusterMetrics,
    /// What serving says about itself.
    pub serving: ServingMetrics,
    /// What is known of how well radii hold.
    pub promise: PromiseMetrics,
    /// What models that serve are counted by.
    pub(crate) models: ModelMetrics,
    /// What canaries and drift are counted by.
    pub(crate) rollout: RolloutMetrics,
    /// What the mirror of models says about itself.
    pub(crate) mirror: MirrorMetrics,
    /// What batches of queries are counted by.
    pub bulk: BulkMetrics,
    /// What tracks are counted by.
    pub track: TrackMetrics,
    /// What lanes are counted by.
    pub lanes: LaneMetrics,
    answers: Counters,
    refusals: Counters,
    access_refusals: Counters,
}

/// What the journal says about itself; set when somebody asks.
#[derive(Debug, Default)]
pub struct JournalMetrics {
    /// Bytes on disk.
    pub bytes: Gauge,
    /// Segment files.
    pub segments: Gauge,
    /// First position kept.
    pub start: Gauge,
    /// Position up to which everything is durable.
    pub position: Gauge,
    /// Bytes free on its disk.
    pub free: Gauge,
    /// Submissions appended since start.
    pub appended: Counter,
    /// Retries recognized since start.
    pub duplicates: Counter,
    /// Syncs since start.
    pub fsyncs: Counter,
    /// 1 while appends reach the disk, 0 after a failure until the next success.
    pub healthy: Gauge,
}

/// What the learner says about itself.
#[derive(Debug)]
pub struct LearnerMetrics {
    /// Journal bytes not learned yet.
    pub lag_bytes: Gauge,
    /// Milliseconds that something learned has waited to be published.
    pub publish_age_ms: Gauge,
    /// 1 while a building is served by a draft of its model.
    pub draft: Gauge,
    /// Journal position up to which everything is learned.
    pub position: Gauge,
    /// Journal position up to which everything is in the sealed base.
    pub sealed_position: Gauge,
    /// Records set aside now.
    pub parked: Gauge,
    /// Times a record was set aside.
    pub parked_total: Counter,
    /// Transmitters in the map.
    pub transmitters: Gauge,
    /// Voices that are not asked, since most boxes contradict them.
    pub discredited: Gauge,
    /// Generation of the manifest served.
    pub generation: Gauge,
    /// Overlays served above the base.
    pub overlays: Gauge,
    /// Records served, base and overlays together.
    pub records: Gauge,
    /// Seconds to seal, by layer (`base`, `overlay`).
    seal_seconds: Seconds,
    /// Seals that failed.
    pub seals_failed: Counter,
    /// Times that the map was learned anew.
    pub relearned: Counter,
}

impl Metrics {
    /// All metrics at zero.
    pub fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::default(),
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(seconds_from_100_us),
            usual: Usual::default(),
            process: ProcessMetrics::default(),
            connections: Gauge::default(),
            reports_accepted: Counter::default(),
            wire_refusals: Family::default(),
            evidence_refusals: Family::default(),
            evidence: Counter::default(),
            journal_busy: Counter::default(),
            journal_failed: Counter::default(),
            journal: JournalMetrics::default(),
            learner: LearnerMetrics::new(),
            fallback: FallbackMetrics::default(),
            publish: PublishMetrics::default(),
            archive: ArchiveMetrics::default(),
            relay: RelayMetrics::default(),
            cluster: ClusterMetrics::default(),
            serving: ServingMetrics::default(),
            promise: PromiseMetrics::default(),
            models: ModelMetrics::default(),
            rollout: RolloutMetrics::default(),
            mirror: MirrorMetrics::default(),
            bulk: BulkMetrics::default(),
            track: TrackMetrics::default(),
            lanes: LaneMetrics::default(),
            answers: Family::default(),
            refusals: Family::default(),
            access_refusals: Family::default(),
        };
        metrics.journal.healthy.set(1);
        let mut registry = Registry::default();
        metrics.register(&mut registry);
        metrics.process.register(&mut registry);
        metrics.journal.register(&mut registry);
        metrics.learner.register(&mut registry);
        metrics.fallback.register(&mut registry);
        metrics.publish.register(&mut registry);
        metrics.archive.register(&mut registry);
        metrics.relay.register(&mut registry);
        metrics.cluster.register(&mut registry);
        metrics.serving.register(&mut registry);
        metrics.promise.register(&mut registry);
        metrics.models.register(&mut registry);
        metrics.rollout.register(&mut registry);
        metrics.mirror.register(&mut registry);
        metrics.bulk.register(&mut registry);
        metrics.track.register(&mut registry);
        metrics.lanes.register(&mut registry);
        metrics.registry = registry;
        metrics
    }

    /// Puts what this type holds itself into the registry.
    fn register(&self, to: &mut Registry) {
        add(to, "node_requests", "Requests answered, by route and status", &self.requests);
        add(to, "node_request_seconds", "Time to answer a request", &self.request_seconds);
        add(to, "node_connections", "Connections open", &self.connections);
        add(to, "wire_reports_accepted", "Reports taken in", &self.reports_accepted);
        add(to, "wire_refusals", "Reports, entries and values refused", &self.wire_refusals);
        add(to, "evidence_refusals", "Reports and entries not learned", &self.evidence_refusals);
        add(to, "evidence_pieces", "Pieces of evidence learned from", &self.evidence);
        add(to, "journal_busy", "Submissions sent away, journal busy", &self.journal_busy);
        add(to, "journal_failed", "Submissions not written, disk failing", &self.journal_failed);
        add(to, "answer_found", "Answers with a place, by method", &self.answers);
        add(to, "node_access_refused", "Requests not let in", &self.access_refusals);
        add(to, "answer_refused", "Answers refused, by reason", &self.refusals);
    }

    /// Counts one request.
    pub fn request(&self, route: &'static str, status: u16, took: Duration) {
        let find = || {
            let labels = [("route", route.to_owned()), ("status", status.to_string())];
            let requests = self.requests.get_or_create(&labels).clone();
            (requests, self.request_seconds.get_or_create(&[("route", route)]).clone())
        };
        self.usual.count(route, status, took, find);
    }

    /// Counts what the door refused.
    pub fn refused_at_the_door(&self, refusals: &Refusals) {
        count(&self.wire_refusals, refusals);
    }

    /// Counts what cleaning refused.
    pub fn refused_by_cleaning(&self, refusals: &Refusals) {
        count(&self.evidence_refusals, refusals);
    }

    /// Counts an answer with a place.
    pub fn found(&self, method: &'static str) {
        let find = || self.answers.get_or_create_owned(&[("method", method)]);
        self.usual.count_place(method, find);
    }

    /// Counts a refused answer.
    pub fn refused(&self, refusal: &'static str) {
        self.refusals.get_or_create(&[("refusal", refusal)]).inc();
    }

    /// Counts a request that was not let in.
    pub fn not_let_in(&self, reason: &'static str) {
        self.access_refusals.get_or_create(&[("reason", reason)]).inc();
    }

    /// The text that Prometheus scrapes.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail; what is there is sent either way.
        if prometheus_client::encoding::text::encode(&mut text, &self.registry).is_err() {
            tracing::error!("metrics could not be encoded");
        }
        text
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl JournalMetrics {
    /// Puts these into the registry.
    fn register(&self, to: &mut Registry) {
        add(to, "journal_bytes", "Bytes on disk", &self.bytes);
        add(to, "journal_segments", "Segment files", &self.segments);
        add(to, "journal_start_bytes", "First position kept", &self.start);
        add(to, "journal_position_bytes", "Position durable to", &self.position);
        add(to, "journal_free_bytes", "Bytes free on its disk", &self.free);
        add(to, "journal_appends", "Submissions appended", &self.appended);
        add(to, "journal_duplicates", "Retries recognized", &self.duplicates);
        add(to, "journal_fsyncs", "Syncs to disk", &self.fsyncs);
        add(to, "journal_healthy", "1 while appends reach the disk", &self.healthy);
    }
}

impl LearnerMetrics {
    /// All at zero.
    fn new() -> Self {
        Self {
            lag_bytes: Gauge::default(),
            position: Gauge::default(),
            sealed_position: Gauge::default(),
            parked: Gauge::default(),
            parked_total: Counter::default(),
            publish_age_ms: Gauge::default(),
            draft: Gauge::default(),
            transmitters: Gauge::default(),
            discredited: Gauge::default(),
            generation: Gauge::default(),
            overlays: Gauge::default(),
            records: Gauge::default(),
            seal_seconds: Family::new_with_constructor(seconds_from_1_ms),
            seals_failed: Counter::default(),
            relearned: Counter::default(),
        }
    }

    /// Puts these into the registry.
    fn register(&self, to: &mut Registry) {
        add(to, "radiomap_lag_bytes", "Journal bytes not learned yet", &self.lag_bytes);
        add(to, "radiomap_position_bytes", "Journal position learned to", &self.position);
        add(to, "radiomap_parked", "Records set aside, not learned", &self.parked);
        add(to, "radiomap_parkings", "Times a record was set aside", &self.parked_total);
        let sealed = &self.sealed_position;
        add(to, "snapshot_position_bytes", "Journal position sealed to", sealed);
        add(to, "radiomap_transmitters", "Transmitters in the map", &self.transmitters);
        add(
            to,
            "radiomap_discredited_voices",
            "Voices not asked, since most boxes contradict them",
            &self.discredited,
        );
        add(
            to,
            "snapshot_publish_age_ms",
            "Time that something learned has waited",
            &self.publish_age_ms,
        );
        add(to, "snapshot_draft", "1 while a building is served by a draft", &self.draft);
        add(to, "snapshot_generation", "Generation served", &self.generation);
        add(to, "snapshot_overlays", "Overlays served", &self.overlays);
        add(to, "snapshot_transmitters", "Records served", &self.records);
        add(to, "snapshot_seal_seconds", "Time to seal, by layer", &self.seal_seconds);
        add(to, "radiomap_relearned", "Times the map was learned anew", &self.relearned);
        add(to, "snapshot_seals_failed", "Seals that failed", &self.seals_failed);
    }

    /// Notes how long a seal took.
    pub fn sealed(&self, layer: &'static str, took: Duration) {
        self.seal_seconds.get_or_create(&[("layer", layer)]).observe(took.as_secs_f64());
    }
}

/// Raises a counter to a total that somebody else counts.
pub fn raise(counter: &Counter, total: u64) {
    counter.inner().fetch_max(total, Ordering::Relaxed);
}

/// A count as a gauge's number.
pub fn gauge(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Registers one metric; clones share their number.
pub(crate) fn add<M: Metric + Clone>(to: &mut Registry, name: &str, help: &str, metric: &M) {
    to.register(name, help, metric.clone());
}

/// Adds a table of refusals to counters.
fn count(counters: &Counters, refusals: &Refusals) {
    for (reason, n) in refusals.iter() {
        counters.get_or_create(&[("reason", reason.name())]).inc_by(n);
    }
}

/// Buckets from 0.1 ms to 13 s: a request.
fn seconds_from_100_us() -> Histogram {
    Histogram::new(exponential_buckets(1e-4, 2.0, 18))
}

/// Buckets from 1 ms to 131 s: a seal.
fn seconds_from_1_ms() -> Histogram {
    Histogram::new(exponential_buckets(1e-3, 2.0, 18))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_report::Reason;

    /// The names in the text, without histogram suffixes.
    fn names(text: &str) -> Vec<&str> {
        text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect()
    }

    /// Metrics of which every one has a value: what nothing was counted in is not printed.
    fn used() -> Metrics {
        let metrics = Metrics::new();
        let mut refusals = Refusals::default();
        refusals.add(Reason::ValueAge);
        metrics.refused_at_the_door(&refusals);
        metrics.refused_by_cleaning(&refusals);
        metrics.request("/metrics", 200, Duration::ZERO);
        metrics.found("wifi");
        metrics.refused("nothing_heard");
        metrics.not_let_in("key_invalid");
        metrics.learner.sealed("base", Duration::ZERO);
        crate::fallback::metrics::use_all(&metrics.fallback);
        metrics.relay.of("other");
        metrics.cluster.of(0);
        metrics.publish.set_wanted([1; 5]);
        metrics.serving.refused("io");
        crate::serving::promise::use_all(&metrics.promise);
        metrics.serving.compared("other", "both", 1.0);
        metrics.models.use_all();
        metrics.rollout.use_all();
        metrics.track.told(1, 0);
        metrics.bulk.query("json");
        metrics.bulk.ended_early("parseError");
        metrics
    }

    #[test]
    fn every_metric_is_in_the_specification_and_the_other_way_round() {
        let spec = include_str!("../../../docs/specs/metrics.md");
        let text = used().to_text();
        for name in names(&text) {
            assert!(
                spec.contains(&format!("`{name}`")) || spec.contains(&format!("`{name}_total`")),
                "{name} is not in docs/specs/metrics.md"
            );
        }
        let n_rows = spec.lines().filter(|line| line.starts_with("| `")).count();
        assert_eq!(n_rows, names(&text).len(), "a documented metric that does not exist");
    }

    #[test]
    fn refusals_are_counted_by_reason() {
        let metrics = Metrics::new();
        let mut refusals = Refusals::default();
        refusals.add_n(Reason::ReportOverLimit, 3);
        metrics.refused_at_the_door(&refusals);
        metrics.refused_at_the_door(&refusals);
        let text = metrics.to_text();
        assert!(text.contains("wire_refusals_total{reason=\"report_over_limit\"} 6"), "{text}");
    }
}
