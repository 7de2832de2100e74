//! One run: a spec and a table in, a model with its pedigree out, the same bytes every time.

use crate::boost::Forest;
use crate::data::{Folds, Leak, Rule, Table, check_folds};
use crate::evaluate::{Against, Evaluation, UnitLoss, judge, unit_losses};
use crate::feature::FeatureSet;
use crate::fit::{Cross, Fault, FittedHeads, Word, cross, poisoned, short};
use crate::model::{Flattery, Model, ModelError, Pedigree, size};
use crate::spec::{Direction, LabelKind, TaskSpec};
use std::collections::BTreeMap;
use thiserror::Error;

/// Why a run has no model.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum RunError {
    /// The table is of another task.
    #[error("a table of task {table} for a spec of task {spec}")]
    Task {
        /// The table's.
        table: &'static str,
        /// The spec's.
        spec: &'static str,
    },
    /// The split leaks.
    #[error(transparent)]
    Leak(#[from] Leak),
    /// Only radii can be broken on purpose.
    #[error("only a model of sizes can be broken on purpose")]
    Fault,
    /// The model cannot be written.
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// The champion a run is compared with.
#[derive(Debug, Clone)]
pub struct Champion {
    /// Its model id.
    pub id: String,
    /// Its spec: it is taught again on the same folds.
    pub spec: TaskSpec,
}

/// What decides a run beside spec and table.
#[derive(Debug, Clone)]
pub struct RunSettings {
    /// Which code.
    pub code: String,
    /// Threads; they change no byte.
    pub n_threads: usize,
    /// Who is to be matched.
    pub champion: Option<Champion>,
    /// How the model is broken on purpose, to rehearse what stops it.
    pub fault: Option<Fault>,
}

impl RunSettings {
    /// Which code, and what was broken with it.
    fn code(&self) -> String {
        let broken = self.fault.map(|fault| format!(", broken on purpose: {fault}"));
        format!("{}{}", self.code, broken.unwrap_or_default())
    }
}

/// What came of a run.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its name: of all that decides it.
    pub id: String,
    /// The model, taught by all rows.
    pub model: Model,
    /// The model's file.
    pub bytes: Vec<u8>,
    /// The loss of each unit, for comparisons.
    pub losses: Vec<UnitLoss>,
    /// What each row was told by forests that never saw it.
    pub words: Vec<Word>,
}

/// Trains, asks every row by forests that never saw it, judges, and trains on all rows.
///
/// # Errors
/// When table and spec do not go together, or the split leaks.
pub fn run(spec: &TaskSpec, table: &Table, settings: &RunSettings) -> Result<Run, RunError> {
    if spec.task != table.task() {
        return Err(RunError::Task { table: table.task().name(), spec: spec.task.name() });
    }
    if settings.fault.is_some() && spec.label.kind != LabelKind::Size {
        return Err(RunError::Fault);
    }
    let set = feature_set(spec)?;
    let folds = Folds::deal(table, spec.split.folds, Rule::Honest);
    check_folds(table, &folds)?;
    let n_threads = settings.n_threads;
    let broken = settings.fault.map(|fault| fault.labels(table));
    let taught = broken.as_ref().unwrap_or(table);
    let honest = cross(spec, taught, &set, &folds, n_threads);
    let evaluation = Evaluation::of(spec, table, &honest.words);
    let losses = unit_losses(table, &honest.words);
    let trials = Trials { spec, table, set: &set, folds: &folds, n_threads };
    let champion = settings.champion.as_ref().map(|it| trials.losses_of(&it.spec)).transpose()?;
    let heads = FittedHeads::fit(spec, &taught.rows_of(&set), taught.labels(), n_threads);
    let against = Against {
        losses: &losses,
        champion: champion.as_deref(),
        poisoned: &trials.poisoned(),
        size: size(&heads.forests),
        n_bytes: heads.forests.iter().map(|forest: &Forest| forest.to_bytes().len()).sum(),
    };
    let verdicts = judge(spec, table, &evaluation, &against);
    let flattery = trials.flattery(&evaluation);
    let id = run_id(spec, table, settings);
    let pedigree = Pedigree {
        task: spec.task,
        spec: spec.canonical(),
        spec_id: spec.id().to_string(),
        data_id: table.id().to_string(),
        sources: table.sources().to_vec(),
        feature_hash: set.hash().to_string(),
        code: settings.code(),
        seed: spec.training.seed,
        run_id: id.clone(),
        champion: settings.champion.as_ref().map(|it| it.id.clone()),
        evaluation,
        verdicts,
        flattery,
        importance: heads.importance.iter().map(|share| short(*share)).collect(),
    };
    let Cross { words, terms, .. } = honest;
    let model = Model { spec: spec.clone(), set, pedigree, terms, forests: heads.forests };
    let bytes = model.to_bytes()?;
    Ok(Run { id, model, bytes, losses, words })
}

fn feature_set(spec: &TaskSpec) -> Result<FeatureSet, RunError> {
    let set = FeatureSet::of(spec.task, &spec.features.names);
    Ok(set.ok_or(ModelError::Shape("a feature that is not in the catalog"))?)
}

/// A run's name: of spec, data, code, champion and fault, which decide its bytes; known before it is run.
pub fn run_id(spec: &TaskSpec, table: &Table, settings: &RunSettings) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("cairn run v1");
    hasher.update(&spec.id().0);
    hasher.update(&table.id().0);
    hasher.update(settings.code().as_bytes());
    let champion = settings.champion.as_ref().map(|it| it.id.as_str());
    hasher.update(champion.unwrap_or_default().as_bytes());
    hasher.finalize().to_hex().chars().take(16).collect()
}

/// What a recipe is tried with beside its honest folds.
struct Trials<'a> {
    spec: &'a TaskSpec,
    table: &'a Table,
    set: &'a FeatureSet,
    folds: &'a Folds,
    n_threads: usize,
}

impl Trials<'_> {
    /// The losses of another recipe on the same folds.
    fn losses_of(&self, spec: &TaskSpec) -> Result<Vec<UnitLoss>, RunError> {
        let set = feature_set(spec)?;
        let asked = cross(spec, self.table, &set, self.folds, self.n_threads);
        Ok(unit_losses(self.table, &asked.words))
    }

    /// How good the recipe is, judged by true labels, when liars are among its teachers.
    fn poisoned(&self) -> Evaluation {
        let lies = poisoned(self.spec, self.table, self.spec.gates.poisoned_share);
        let asked = cross(self.spec, &lies, self.set, self.folds, self.n_threads);
        Evaluation::of(self.spec, self.table, &asked.words)
    }

    /// How good the recipe looks when rows are dealt one by one.
    fn flattery(&self, honest: &Evaluation) -> Flattery {
        let folds = Folds::deal(self.table, self.spec.split.folds, Rule::Random);
        let asked = cross(self.spec, self.table, self.set, &folds, self.n_threads);
        let random = Evaluation::of(self.spec, self.table, &asked.words);
        let name = &self.spec.main_metric().name;
        let of = |evaluation: &Evaluation| evaluation.metric(name).unwrap_or(0.0);
        Flattery { random: of(&random), honest: of(honest) }
    }
}

/// The gap of a flattering split as a share of the honest figure; above 0 it flatters.
pub fn gap(spec: &TaskSpec, flattery: &Flattery) -> f64 {
    let sign = if spec.main_metric().better == Direction::Higher { -1.0 } else { 1.0 };
    sign * (1.0 - flattery.random / flattery.honest)
}

/// Rows of a table that were told worst, the worst first.
pub fn worst(losses: &[UnitLoss], n: usize) -> Vec<usize> {
    let mut ranked: Vec<&UnitLoss> = losses.iter().collect();
    ranked.sort_by(|a, b| b.loss.total_cmp(&a.loss).then(a.row.cmp(&b.row)));
    ranked.into_iter().take(n).map(|it| it.row).collect()
}

/// How often each label stands in a table, by its class's name.
pub fn class_counts(spec: &TaskSpec, table: &Table) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for label in table.labels() {
        let name = spec.label.classes.get(*label as usize).cloned().unwrap_or_default();
        *counts.entry(name).or_default() += 1;
    }
    counts
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
