//! Whether a model may serve (L4): every bound, in every slice, with what was found.

use super::compare::{UnitLoss, compare};
use super::evaluation::Evaluation;
use super::score::Scores;
use crate::boost::Size;
use crate::calibrate::LEVELS;
use crate::data::Table;
use crate::fit::short;
use crate::spec::{Direction, Gate, TaskSpec};
use serde::{Deserialize, Serialize};

/// What became of a gate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// Which gate.
    pub gate: String,
    /// In which slice; of all rows without.
    pub slice: Option<String>,
    /// What was found.
    pub found: f64,
    /// What would do.
    pub bound: String,
    /// Whether it does.
    pub is_passed: bool,
}

/// What a model is judged by beside its evaluation.
#[derive(Debug, Clone, Copy)]
pub struct Against<'a> {
    /// Its losses.
    pub losses: &'a [UnitLoss],
    /// Those of the champion's recipe on the same rows, when there is a champion.
    pub champion: Option<&'a [UnitLoss]>,
    /// The evaluation of the same recipe taught by liars.
    pub poisoned: &'a Evaluation,
    /// Whether its network was trained elsewhere: then liars taught its terms alone.
    pub is_given: bool,
    /// How large its forests are together, or its network is.
    pub size: Size,
    /// Bytes of its forests, or its network.
    pub n_bytes: usize,
}

/// Judges a model by the gates of its spec.
pub fn judge(
    spec: &TaskSpec,
    table: &Table,
    evaluation: &Evaluation,
    against: &Against<'_>,
) -> Vec<Verdict> {
    let mut verdicts = judge_words(spec, evaluation);
    verdicts.extend(budgets(spec, against));
    verdicts.extend(robustness(spec, evaluation, against));
    if let Some(champion) = against.champion {
        verdicts.extend(non_inferior(spec, table, champion, against.losses));
    }
    verdicts
}

/// Judges words alone, whoever's they are: promises that come true, and every bound.
pub fn judge_words(spec: &TaskSpec, evaluation: &Evaluation) -> Vec<Verdict> {
    let mut verdicts = calibration(spec, evaluation);
    verdicts.extend(spec.gates.bounds.iter().flat_map(|gate| bound(gate, evaluation)));
    verdicts
}

fn verdict(
    gate: &str,
    slice: Option<String>,
    found: f64,
    bound: String,
    is_passed: bool,
) -> Verdict {
    Verdict { gate: gate.to_owned(), slice, found: short(found), bound, is_passed }
}

/// Promised shares come true: each level of a radius, the mean confidence of a class.
fn calibration(spec: &TaskSpec, evaluation: &Evaluation) -> Vec<Verdict> {
    let within = spec.gates.calibration_within;
    let one = |name: &str, promised: f64| {
        let found = evaluation.metric(name)?;
        let bound = format!("{promised} ± {within}");
        let is_passed = (found - promised).abs() <= within;
        Some(verdict(&format!("calibration of {name}"), None, found, bound, is_passed))
    };
    let levels = LEVELS.map(|level| (format!("inside_r{:.0}", 100.0 * level), level));
    let levels = levels.iter().filter_map(|(name, level)| one(name, *level));
    levels.chain(one("overconfidence", 0.0)).collect()
}

fn bound(gate: &Gate, evaluation: &Evaluation) -> Vec<Verdict> {
    let one = |slice: Option<String>, metrics: &Scores| {
        let found = metrics.get(&gate.metric).copied().unwrap_or(f64::NAN);
        let low = gate.at_least.is_none_or(|least| found >= least);
        let high = gate.at_most.is_none_or(|most| found <= most);
        let bound = match (gate.at_least, gate.at_most) {
            (Some(least), Some(most)) => format!("{least} to {most}"),
            (Some(least), None) => format!("at least {least}"),
            (None, Some(most)) => format!("at most {most}"),
            (None, None) => String::new(),
        };
        verdict(&gate.metric, slice, found, bound, low && high)
    };
    let Some(dimension) = &gate.slice else { return vec![one(None, &evaluation.overall)] };
    let slices = evaluation.slices.iter();
    let judged = slices.filter(|slice| slice.dimension == *dimension && slice.is_judged);
    judged.map(|slice| one(Some(format!("{dimension}={}", slice.value)), &slice.metrics)).collect()
}

fn budgets(spec: &TaskSpec, against: &Against<'_>) -> [Verdict; 2] {
    let at_most = |gate: &str, found: f64, most: u32| {
        let is_passed = found <= f64::from(most);
        verdict(gate, None, found, format!("at most {most}"), is_passed)
    };
    let kib = against.n_bytes as f64 / 1_024.0;
    [
        at_most("steps", against.size.n_steps as f64, spec.serving.steps_max),
        at_most("memory, KiB", kib, spec.serving.memory_kib),
    ]
}

/// How much worse the metric of robustness is when some of the training labels are lies.
fn robustness(spec: &TaskSpec, clean: &Evaluation, against: &Against<'_>) -> Option<Verdict> {
    let metric = spec.poisoned_metric();
    let (clean, poisoned) = (clean.metric(&metric.name)?, against.poisoned.metric(&metric.name)?);
    let worse = match metric.better {
        Direction::Lower | Direction::Target => poisoned / clean - 1.0,
        Direction::Higher => clean / poisoned - 1.0,
    };
    let most = spec.gates.poisoned_worse_at_most;
    let alone =
        if against.is_given { ", its terms alone: what taught it is not known" } else { "" };
    let bound = format!("at most {most} worse in {}{alone}", metric.name);
    Some(verdict("robustness to poisoned labels", None, worse, bound, worse <= most))
}

/// In no slice is the loss more than so much worse than the champion's.
fn non_inferior(
    spec: &TaskSpec,
    table: &Table,
    champion: &[UnitLoss],
    own: &[UnitLoss],
) -> Vec<Verdict> {
    let most = spec.gates.worse_than_champion_at_most;
    let one = |slice: Option<String>, rows: Option<&[usize]>| {
        let of = |losses: &[UnitLoss]| -> Vec<UnitLoss> {
            let is_in = |row: usize| rows.is_none_or(|rows| rows.binary_search(&row).is_ok());
            losses.iter().filter(|it| is_in(it.row)).copied().collect()
        };
        let compared = compare(&of(champion), &of(own), spec.training.seed)?;
        let found = compared.interval[1];
        let bound = format!("at most {most} worse than the champion");
        Some(verdict("non-inferior to the champion", slice, found, bound, found <= most))
    };
    let slices = table.slices();
    let judged = slices.iter().filter(|(_, _, rows)| {
        rows.len() >= spec.slices.rows_min as usize
            && table.n_contributors(rows) >= spec.slices.groups_min as usize
    });
    let in_slices = judged.filter_map(|(dimension, value, rows)| {
        one(Some(format!("{dimension}={value}")), Some(rows))
    });
    in_slices.chain(one(None, None)).collect()
}
