//! What serving says about itself: swaps, refused snapshots, damage, shadows.

use crate::metrics::{add, gauge};
use cairn_snapshot::Health;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// One label with a value from a closed list.
type Label = [(&'static str, &'static str); 1];
/// A shadow's name.
type ShadowName = [(&'static str, String); 1];
/// A shadow's name and what came of a comparison.
type ShadowVerdict = [(&'static str, String); 2];

/// What serving says about itself; clones share their numbers.
#[derive(Debug, Clone)]
pub struct ServingMetrics {
    /// Snapshot sets taken up after the first.
    pub swaps: Counter,
    /// Seconds from the look that found a newer one until it served.
    pub swap_seconds: Histogram,
    refused: Family<Label, Counter>,
    /// Blocks of records found damaged.
    pub damaged_blocks: Gauge,
    /// Look-ups that a damaged block left without an answer.
    pub unknown_lookups: Gauge,
    compared: Family<ShadowVerdict, Counter>,
    distance: Family<ShadowName, Histogram, fn() -> Histogram>,
    /// Queries that no shadow answered, because too many waited.
    pub shadow_dropped: Counter,
}

impl Default for ServingMetrics {
    fn default() -> Self {
        Self {
            swaps: Counter::default(),
            swap_seconds: Histogram::new(exponential_buckets(1e-3, 2.0, 18)),
            refused: Family::default(),
            damaged_blocks: Gauge::default(),
            unknown_lookups: Gauge::default(),
            compared: Family::default(),
            distance: Family::new_with_constructor(meters_from_1),
            shadow_dropped: Counter::default(),
        }
    }
}

/// Buckets from 1 m to 1,000 km.
fn meters_from_1() -> Histogram {
    Histogram::new(exponential_buckets(1.0, 10_f64.sqrt(), 13))
}

impl ServingMetrics {
    /// Counts a snapshot that was refused.
    pub(crate) fn refused(&self, kind: &'static str) {
        self.refused.get_or_create(&[("kind", kind)]).inc();
    }

    /// Counts what a shadow said, and how far from what was answered.
    pub(crate) fn compared(
        &self,
        shadow: &str,
        verdict: &'static str,
        distance_m: impl Into<Option<f64>>,
    ) {
        let name = ("shadow", shadow.to_owned());
        self.compared.get_or_create(&[name.clone(), ("verdict", verdict.to_owned())]).inc();
        if let Some(distance_m) = distance_m.into() {
            self.distance.get_or_create(&[name]).observe(distance_m);
        }
    }

    /// Shows what was found damaged in what is served.
    pub(crate) fn show(&self, health: &Health) {
        self.damaged_blocks.set(gauge(health.n_damaged));
        self.unknown_lookups.set(gauge(health.n_unknown_lookups));
    }

    /// Puts these into the registry.
    pub(crate) fn register(&self, to: &mut Registry) {
        add(to, "serving_swaps", "Snapshot sets taken up after the first", &self.swaps);
        add(to, "serving_swap_seconds", "From a look to what it found serving", &self.swap_seconds);
        add(to, "snapshot_refused", "Snapshots refused, by kind of damage", &self.refused);
        add(to, "snapshot_damaged_blocks", "Damaged blocks served around", &self.damaged_blocks);
        let unknown = &self.unknown_lookups;
        add(to, "snapshot_unknown_lookups", "Look-ups left without an answer", unknown);
        add(to, "shadow_answers", "Queries that a shadow answered too", &self.compared);
        add(to, "shadow_distance_meters", "Between its answers and those sent", &self.distance);
        add(to, "shadow_dropped", "Queries that waited too long for it", &self.shadow_dropped);
    }
}
