//! One run: a spec and a table in, a model with its pedigree out, the same bytes every time.

use crate::data::{Folds, Leak, Rule, Table, check_folds};
use crate::evaluate::{Against, Evaluation, UnitLoss, judge, unit_losses};
use crate::feature::FeatureSet;
use crate::fit::{
    Cross, Fault, FitError, Recipe, Word, backend, cross, poisoned, short, trainable,
};
use crate::model::{Flattery, Imported, Model, ModelError, Pedigree};
use crate::spec::{Direction, LabelKind, TaskSpec};
use cairn_neural::Network;
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
    /// Nothing was trained.
    #[error(transparent)]
    Fit(#[from] FitError),
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
    /// Its network, when it was trained elsewhere.
    pub given: Option<Network>,
}

/// A network from elsewhere, with the file it came in.
#[derive(Debug, Clone)]
pub struct Given {
    /// The network.
    pub network: Network,
    /// Where it comes from.
    pub imported: Imported,
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
    /// The network that is judged, when none is trained.
    pub given: Option<Given>,
}

impl RunSettings {
    /// Which code, what trained with it, and what was broken with it.
    fn code(&self, spec: &TaskSpec) -> String {
        let by = backend(spec).map(|backend| format!(", networks by {backend}"));
        let broken = self.fault.map(|fault| format!(", broken on purpose: {fault}"));
        format!("{}{}{}", self.code, by.unwrap_or_default(), broken.unwrap_or_default())
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
    trainable(spec)?;
    let given = settings.given.as_ref().map(|it| &it.network);
    let recipe = Recipe { spec, given, n_threads: settings.n_threads };
    let broken = settings.fault.map(|fault| fault.labels(table));
    let taught = broken.as_ref().unwrap_or(table);
    let honest = cross(&recipe, taught, &set, &folds)?;
    let evaluation = Evaluation::of(spec, table, &honest.words);
    let losses = unit_losses(table, &honest.words);
    let trials = Trials { recipe, table, set: &set, folds: &folds };
    let champion = settings.champion.as_ref().map(|it| trials.losses_of(it)).transpose()?;
    let heads = recipe.fit(&taught.rows_of(&set), taught.labels())?;
    let against = Against {
        losses: &losses,
        champion: champion.as_deref(),
        poisoned: &trials.poisoned()?,
        is_given: given.is_some(),
        size: heads.scorer.size(),
        n_bytes: heads.scorer.n_bytes(),
    };
    let verdicts = judge(spec, table, &evaluation, &against);
    let flattery = trials.flattery(&evaluation)?;
    let id = run_id(spec, table, settings);
    let pedigree = Pedigree {
        task: spec.task,
        spec: spec.canonical(),
        spec_id: spec.id().to_string(),
        data_id: table.id().to_string(),
        sources: table.sources().to_vec(),
        feature_hash: set.hash().to_string(),
        code: settings.code(spec),
        imported: settings.given.as_ref().map(|it| it.imported.clone()),
        seed: spec.training.seed,
        run_id: id.clone(),
        champion: settings.champion.as_ref().map(|it| it.id.clone()),
        evaluation,
        verdicts,
        flattery,
        importance: heads.importance.iter().map(|share| short(*share)).collect(),
    };
    let Cross { words, terms, .. } = honest;
    let model = Model { spec: spec.clone(), set, pedigree, terms, scorer: heads.scorer };
    let bytes = model.to_bytes()?;
    Ok(Run { id, model, bytes, losses, words })
}

fn feature_set(spec: &TaskSpec) -> Result<FeatureSet, RunError> {
    let set = FeatureSet::of(spec.task, &spec.features.names);
    Ok(set.ok_or(ModelError::Shape("a feature that is not in the catalog"))?)
}

/// A run's name: of spec, data, code, champion, fault and given network, which decide its bytes; known before it is run.
pub fn run_id(spec: &TaskSpec, table: &Table, settings: &RunSettings) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("cairn run v1");
    hasher.update(&spec.id().0);
    hasher.update(&table.id().0);
    hasher.update(settings.code(spec).as_bytes());
    let champion = settings.champion.as_ref().map(|it| it.id.as_str());
    hasher.update(champion.unwrap_or_default().as_bytes());
    let given = settings.given.as_ref().map(|it| it.imported.digest.as_str());
    hasher.update(given.unwrap_or_default().as_bytes());
    hasher.finalize().to_hex().chars().take(16).collect()
}

/// What a recipe is tried with beside its honest folds.
struct Trials<'a> {
    recipe: Recipe<'a>,
    table: &'a Table,
    set: &'a FeatureSet,
    folds: &'a Folds,
}

impl Trials<'_> {
    /// The losses of another recipe on the same folds.
    fn losses_of(&self, champion: &Champion) -> Result<Vec<UnitLoss>, RunError> {
        let set = feature_set(&champion.spec)?;
        let (spec, given) = (&champion.spec, champion.given.as_ref());
        let asked = cross(&Recipe { spec, given, ..self.recipe }, self.table, &set, self.folds)?;
        Ok(unit_losses(self.table, &asked.words))
    }

    /// How good the recipe is, judged by true labels, when liars are among its teachers.
    fn poisoned(&self) -> Result<Evaluation, RunError> {
        let spec = self.recipe.spec;
        let lies = poisoned(spec, self.table, spec.gates.poisoned_share);
        let asked = cross(&self.recipe, &lies, self.set, self.folds)?;
        Ok(Evaluation::of(spec, self.table, &asked.words))
    }

    /// How good the recipe looks when rows are dealt one by one.
    fn flattery(&self, honest: &Evaluation) -> Result<Flattery, RunError> {
        let spec = self.recipe.spec;
        let folds = Folds::deal(self.table, spec.split.folds, Rule::Random);
        let asked = cross(&self.recipe, self.table, self.set, &folds)?;
        let random = Evaluation::of(spec, self.table, &asked.words);
        let name = &spec.main_metric().name;
        let of = |evaluation: &Evaluation| evaluation.metric(name).unwrap_or(0.0);
        Ok(Flattery { random: of(&random), honest: of(honest) })
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
