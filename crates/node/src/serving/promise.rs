//! How well the radii of what is served hold, by the snapshot's own measure, and how often nothing was measured.

use crate::metrics::add;
use cairn_answer::{Choice, calibration_of};
use cairn_ground::Confidence;
use cairn_signal::calibration::Class;
use cairn_snapshot::SnapshotSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::sync::atomic::AtomicU64;

/// A class of answers, and a level of confidence.
type ClassLevel = [(&'static str, &'static str); 2];
/// Numbers by class of answers.
type ByClass = Family<[(&'static str, &'static str); 1], Gauge>;

/// What is known of how well radii hold.
#[derive(Debug, Default)]
pub struct PromiseMetrics {
    inside: Family<ClassLevel, Gauge<f64, AtomicU64>>,
    samples: ByClass,
    voices: ByClass,
    extrapolated: Counter,
}

impl PromiseMetrics {
    /// Counts an answer whose radii were measured on no such answers.
    pub(crate) fn note(&self, choice: &Choice) {
        if choice.is_extrapolated() {
            self.extrapolated.inc();
        }
    }

    /// Shows what the snapshot served says of itself; a class that it measured nothing of is not shown.
    pub(crate) fn show(&self, set: &SnapshotSet) {
        self.inside.clear();
        self.samples.clear();
        self.voices.clear();
        let Some(meta) = set.meta() else { return };
        for (class, row) in Class::ALL.into_iter().zip(calibration_of(&meta.calibration).rows) {
            let Some(inside) = row.inside else { continue };
            let label = ("class", word(class));
            for (share, level) in inside.into_iter().zip(Confidence::ALL) {
                self.inside.get_or_create(&[label, ("radius", level_word(level))]).set(share);
            }
            self.samples.get_or_create(&[label]).set(i64::from(row.n_samples));
            self.voices.get_or_create(&[label]).set(i64::from(row.n_voices));
        }
    }

    /// Puts these into the registry.
    pub(crate) fn register(&self, to: &mut Registry) {
        let inside = &self.inside;
        add(to, "snapshot_radius_inside_ratio", "Held-out evidence inside radii", inside);
        add(to, "snapshot_radius_samples", "Held-out evidence behind radii", &self.samples);
        add(to, "snapshot_radius_voices", "Voices behind radii", &self.voices);
        let extrapolated = &self.extrapolated;
        add(to, "answer_extrapolated", "Answers unlike those measured", extrapolated);
    }
}

/// The word for a class in metrics.
pub(crate) const fn word(class: Class) -> &'static str {
    match class {
        Class::WifiTwo => "wifi_two",
        Class::WifiFew => "wifi_few",
        Class::WifiMany => "wifi_many",
        Class::Ble => "ble",
        Class::CellOne => "cell_one",
        Class::CellMany => "cell_many",
    }
}

/// The word for a level.
pub(crate) const fn level_word(level: Confidence) -> &'static str {
    match level {
        Confidence::P50 => "r50",
        Confidence::P68 => "r68",
        Confidence::P90 => "r90",
        Confidence::P95 => "r95",
    }
}

/// Gives each of these a value.
#[cfg(test)]
pub(crate) fn use_all(metrics: &PromiseMetrics) {
    metrics.inside.get_or_create(&[("class", "ble"), ("radius", "r95")]).set(0.95);
    metrics.samples.get_or_create(&[("class", "ble")]).set(1);
    metrics.voices.get_or_create(&[("class", "ble")]).set(1);
}
