//! What models that serve are counted by.

use crate::metrics::add;
use cairn_learning::registry::Alias;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// One label with a value from a closed list.
type Label = [(&'static str, &'static str); 1];
/// An alias, and how its word differs.
type Compared = [(&'static str, &'static str); 2];

/// Within so much of what was promised, a radius is the same. Source: choice; answers are told in tenths of metres,
/// and people do not care for a tenth of a radius.
const SAME: f64 = 0.1;

/// What models that serve are counted by; clones share their numbers.
#[derive(Debug, Clone)]
pub(crate) struct ModelMetrics {
    answers: Family<Label, Counter>,
    /// Answers whose radii are the champion's, without a look-up by label.
    by_model: Counter,
    /// Answers of kinds that it does not speak of.
    by_map: Counter,
    loaded: Family<Label, Gauge>,
    refused: Family<Label, Counter>,
    /// Times that another model was taken up.
    pub(super) changes: Counter,
    compared: Family<Compared, Counter>,
    ratio: Family<Label, Histogram, fn() -> Histogram>,
    rows: Family<Label, Counter>,
    /// Answers that no model beside scored, because too many waited.
    pub(super) beside_dropped: Counter,
}

impl Default for ModelMetrics {
    fn default() -> Self {
        let answers = Family::<Label, Counter>::default();
        let by = |word| answers.get_or_create(&[("radii", word)]).clone();
        Self {
            by_model: by("model"),
            by_map: by("map"),
            answers,
            loaded: Family::default(),
            refused: Family::default(),
            changes: Counter::default(),
            compared: Family::default(),
            ratio: Family::new_with_constructor(ratios),
            rows: Family::default(),
            beside_dropped: Counter::default(),
        }
    }
}

/// Buckets from an eighth to eight times.
fn ratios() -> Histogram {
    Histogram::new(exponential_buckets(0.125, std::f64::consts::SQRT_2, 13))
}

impl ModelMetrics {
    /// Counts an answer by whose radii it has.
    pub(super) fn said(&self, is_model: bool) {
        if is_model { &self.by_model } else { &self.by_map }.inc();
    }

    /// Shows whether the model of an alias is there.
    pub(super) fn loaded(&self, alias: Alias, is_loaded: bool) {
        self.loaded.get_or_create(&[("alias", alias.name())]).set(i64::from(is_loaded));
    }

    /// Counts a model, or a log, that was not believed.
    pub(super) fn refused(&self, kind: &'static str) {
        self.refused.get_or_create(&[("kind", kind)]).inc();
    }

    /// Counts what a model beside said: its R95 as a share of the promised one, `None` when it said nothing.
    pub(super) fn compared(&self, alias: Alias, ratio: Option<f64>) {
        let verdict = match ratio {
            None => "silent",
            Some(ratio) if ratio < 1.0 - SAME => "tighter",
            Some(ratio) if ratio > 1.0 + SAME => "wider",
            Some(_) => "same",
        };
        let alias = ("alias", alias.name());
        self.compared.get_or_create(&[alias, ("verdict", verdict)]).inc();
        if let Some(ratio) = ratio {
            self.ratio.get_or_create(&[alias]).observe(ratio);
        }
    }

    /// Counts a row as served, by what came of it.
    pub(crate) fn row(&self, outcome: &'static str) {
        self.rows.get_or_create(&[("outcome", outcome)]).inc();
    }

    /// Gives every one of these a value: what nothing was counted in is not printed.
    #[cfg(test)]
    pub(crate) fn use_all(&self) {
        self.loaded(Alias::Champion, true);
        self.refused("log");
        self.row("kept");
        self.compared(Alias::Shadow, Some(1.0));
    }

    /// Puts these into the registry.
    pub(crate) fn register(&self, to: &mut Registry) {
        add(to, "model_answers", "Answers from radio by whose radii they have", &self.answers);
        add(to, "model_loaded", "1 while the model of an alias is there", &self.loaded);
        add(to, "model_refused", "Models not believed, by kind", &self.refused);
        add(to, "model_changes", "Times that another model was taken up", &self.changes);
        add(to, "model_rows", "Rows as served, by what came of them", &self.rows);
        add(to, "model_beside_answers", "Answers scored by models not heard", &self.compared);
        add(to, "model_beside_ratio", "Their R95 as a share of the promised one", &self.ratio);
        add(to, "model_beside_dropped", "Answers they did not score in time", &self.beside_dropped);
    }
}
