//! How well the radii of what is served hold, by the snapshot's own measure, and how often nothing was measured.

use crate::metrics::add;
use cairn_answer::{Choice, calibration_of};
use cairn_ground::Confidence;
use cairn_signal::calibration::Class;
use cairn_snapshot::{CalibrationRow, SnapshotSet};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

/// A class of answers, and a level of confidence.
type ClassLevel = [(&'static str, &'static str); 2];
/// Numbers by class of answers.
type ByClass = Family<[(&'static str, &'static str); 1], Gauge>;

/// What is known of how well radii hold.
#[derive(Debug, Default)]
pub struct PromiseMetrics {
    shown: Shown,
    extrapolated: Counter,
}

/// What is shown of the snapshot served: replaced as a whole, so that no scrape meets a part of it.
#[derive(Debug, Clone, Default)]
struct Shown(Arc<Mutex<Measured>>);

/// What one snapshot says of itself.
#[derive(Debug, Clone, Default)]
struct Measured {
    inside: Family<ClassLevel, Gauge<f64, AtomicU64>>,
    samples: ByClass,
    voices: ByClass,
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
        self.shown.replace(Measured::of(set.meta().map_or(&[], |meta| &meta.calibration)));
    }

    /// Puts these into the registry.
    pub(crate) fn register(&self, to: &mut Registry) {
        to.register_collector(Box::new(self.shown.clone()));
        let extrapolated = &self.extrapolated;
        add(to, "answer_extrapolated", "Answers unlike those measured", extrapolated);
    }
}

impl Shown {
    fn replace(&self, measured: Measured) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = measured;
    }

    fn now(&self) -> Measured {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Collector for Shown {
    fn encode(&self, mut to: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let Measured { inside, samples, voices } = self.now();
        let all: [(_, _, &dyn EncodeMetric); 3] = [
            ("snapshot_radius_inside_ratio", "Held-out evidence inside radii", &inside),
            ("snapshot_radius_samples", "Held-out evidence behind radii", &samples),
            ("snapshot_radius_voices", "Voices behind radii", &voices),
        ];
        for (name, help, family) in all.into_iter().filter(|(_, _, family)| !family.is_empty()) {
            family.encode(to.encode_descriptor(name, help, None, family.metric_type())?)?;
        }
        Ok(())
    }
}

impl Measured {
    fn of(calibration: &[CalibrationRow]) -> Self {
        let measured = Self::default();
        for (class, row) in Class::ALL.into_iter().zip(calibration_of(calibration).rows) {
            let Some(inside) = row.inside else { continue };
            let label = ("class", word(class));
            for (share, level) in inside.into_iter().zip(Confidence::ALL) {
                measured.inside.get_or_create(&[label, ("radius", level_word(level))]).set(share);
            }
            measured.samples.get_or_create(&[label]).set(i64::from(row.n_samples));
            measured.voices.get_or_create(&[label]).set(i64::from(row.n_voices));
        }
        measured
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

/// Rows of a snapshot that measured three classes of answers.
#[cfg(test)]
fn measured_rows() -> Vec<CalibrationRow> {
    let row = |class, multipliers| CalibrationRow { class, n_samples: 120, multipliers };
    (0..3)
        .flat_map(|class| [row(class, [0.5, 0.75, 1.5, 2.5]), row(64 + class, [0.5; 4])])
        .collect()
}

/// Gives each of these a value.
#[cfg(test)]
pub(crate) fn use_all(metrics: &PromiseMetrics) {
    metrics.shown.replace(Measured::of(&measured_rows()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use prometheus_client::encoding::text::encode;

    #[test]
    fn no_scrape_misses_what_another_one_brings_up_to_date() {
        let (metrics, mut registry) = (PromiseMetrics::default(), Registry::default());
        metrics.register(&mut registry);
        let show = || use_all(&metrics);
        show();
        std::thread::scope(|scope| {
            scope.spawn(|| (0..2_000).for_each(|_| show()));
            for _ in 0..2_000 {
                let mut text = String::new();
                encode(&mut text, &registry).unwrap();
                let of = |name| text.lines().filter(|line| line.starts_with(name)).count();
                assert_eq!(
                    (of("snapshot_radius_inside_ratio{"), of("snapshot_radius_samples{")),
                    (12, 3)
                );
                assert_eq!((of("snapshot_radius_voices{"), of("# HELP snapshot_radius_")), (3, 3));
            }
        });
        metrics.shown.replace(Measured::of(&measured_rows()[..2]));
        let mut text = String::new();
        encode(&mut text, &registry).unwrap();
        assert!(text.contains("wifi_two") && !text.contains("wifi_few"), "{text}");
        metrics.shown.replace(Measured::default());
        text.clear();
        encode(&mut text, &registry).unwrap();
        assert!(!text.contains("snapshot_radius"), "nothing was measured: {text}");
    }
}
