//! What canaries, late labels and drift are counted by.

use super::live::Live;
use crate::metrics::{add, gauge};
use cairn_ground::Region;
use cairn_learning::drift::Quality;
use cairn_learning::rollout::{Arm, Guard, Tally};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::sync::atomic::AtomicU64;

/// One label with a value from a closed list.
type Label = [(&'static str, &'static str); 1];
/// An arm, and whether a truth lay inside its R95.
type Labelled = [(&'static str, &'static str); 2];
/// A coarse region, and a feature or defect.
type Regional = [(&'static str, String); 2];
/// A gauge of a number that is no count.
type Figure = Gauge<f64, AtomicU64>;

/// What canaries, late labels and drift are counted by; clones share their numbers.
#[derive(Debug, Clone)]
pub(crate) struct RolloutMetrics {
    percent: Gauge,
    ratio: Figure,
    answers: Family<Label, Counter>,
    /// Of the two arms, without a look-up by label.
    by_arm: [Counter; 2],
    outcomes: Family<Label, Counter>,
    rollbacks: Family<Label, Counter>,
    labels: Family<Labelled, Counter>,
    waiting: Gauge,
    /// Answers and fixes that nobody counted, because too many waited.
    pub(super) dropped: Counter,
    psi: Family<Regional, Figure>,
    rows: Family<Regional, Gauge>,
}

impl Default for RolloutMetrics {
    fn default() -> Self {
        let answers = Family::<Label, Counter>::default();
        let by_arm = Arm::ALL.map(|arm| answers.get_or_create(&[("arm", arm.name())]).clone());
        let rollbacks = Family::<Label, Counter>::default();
        for guard in Guard::ALL {
            // There from the start, so that the first one is an increase.
            drop(rollbacks.get_or_create(&[("guard", guard.name())]));
        }
        Self {
            percent: Gauge::default(),
            ratio: Figure::default(),
            answers,
            by_arm,
            outcomes: Family::default(),
            rollbacks,
            labels: Family::default(),
            waiting: Gauge::default(),
            dropped: Counter::default(),
            psi: Family::default(),
            rows: Family::default(),
        }
    }
}

impl RolloutMetrics {
    /// Counts an answer while a canary is on.
    pub(super) fn answered(&self, arm: Arm) {
        self.by_arm[usize::from(arm == Arm::Challenger)].inc();
    }

    /// Counts a canary that went on, or became champion.
    pub(super) fn advanced(&self, is_champion: bool) {
        let outcome = if is_champion { "promoted" } else { "advanced" };
        self.outcomes.get_or_create(&[("outcome", outcome)]).inc();
    }

    /// Counts a canary that a guard stopped.
    pub(super) fn rolled_back(&self, guard: Guard) {
        self.outcomes.get_or_create(&[("outcome", "rolled_back")]).inc();
        self.rollbacks.get_or_create(&[("guard", guard.name())]).inc();
    }

    /// Counts a late label by whose R95 it is held to.
    pub(super) fn labelled(&self, arm: Arm, is_inside: bool) {
        let inside = if is_inside { "yes" } else { "no" };
        self.labels.get_or_create(&[("arm", arm.name()), ("inside", inside)]).inc();
    }

    /// Shows the canary that is on.
    pub(super) fn show(&self, live: Option<&Live>, tally: &Tally, n_waiting: usize) {
        let live = live.filter(|live| !live.is_stopped());
        self.percent.set(live.map_or(0, |live| i64::from(live.canary.stage.percent())));
        self.ratio.set(tally.ratio());
        self.waiting.set(gauge(n_waiting as u64));
    }

    /// Shows how far a feature moved.
    pub(super) fn shifted(&self, region: Option<Region>, feature: &str, psi: f64) {
        let labels = [("region", name(region)), ("feature", feature.to_owned())];
        self.psi.get_or_create(&labels).set(psi);
    }

    /// Shows what rows lacked.
    pub(super) fn quality(&self, region: Option<Region>, quality: &Quality) {
        let set = |defect: &str, n: u64| {
            let labels = [("region", name(region)), ("defect", defect.to_owned())];
            self.rows.get_or_create(&labels).set(gauge(n));
        };
        set("any", quality.n_rows);
        Quality::NAMES.iter().zip(quality.counts()).for_each(|(defect, n)| set(defect, n));
    }

    /// Gives every one of these a value: what nothing was counted in is not printed.
    #[cfg(test)]
    pub(crate) fn use_all(&self) {
        self.advanced(true);
        self.labelled(Arm::Champion, true);
        self.shifted(None, "n_heard", 0.0);
        self.quality(None, &Quality::default());
    }

    /// Puts these into the registry.
    pub(crate) fn register(&self, to: &mut Registry) {
        add(to, "model_canary_percent", "Share of answers that a challenger gives", &self.percent);
        add(to, "model_canary_ratio", "Its R95 over the champion's, same rows", &self.ratio);
        add(to, "model_canary_answers", "Answers while a canary was on, by arm", &self.answers);
        add(to, "model_canary_outcomes", "What became of stages of canaries", &self.outcomes);
        add(to, "model_canary_rollbacks", "Canaries stopped, by guard", &self.rollbacks);
        add(to, "model_late_labels", "Answers whose truth came later, by R95", &self.labels);
        add(to, "model_awaited", "Answers that wait for a late label", &self.waiting);
        add(to, "model_notes_dropped", "Answers and fixes not counted in time", &self.dropped);
        add(to, "model_drift_psi", "How far a feature moved, by coarse region", &self.psi);
        add(to, "model_rows", "Rows watched, and those with a defect", &self.rows);
    }
}

/// A region's name.
fn name(region: Option<Region>) -> String {
    region.map_or_else(|| "all".to_owned(), |region| region.to_string())
}
