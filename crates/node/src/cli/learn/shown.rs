//! What the verbs about models read, time and print alike: a spec by its name, metrics in a table, a gate in a line.

#![expect(clippy::cast_precision_loss, reason = "counts of rows")]

use crate::cli::table::table;
use crate::clock::Clock;
use crate::models::Timing;
use crate::models::sets::SetName;
use anyhow::Context as _;
use cairn_learning::data::Table;
use cairn_learning::evaluate::{Evaluation, Scores, Verdict};
use cairn_learning::model::Model;
use cairn_learning::spec::{TaskSpec, builtin};
use std::fs;

/// Rows that are timed at once.
const TIMED: usize = 100;

/// A set's name as the command line shows it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown(pub(super) SetName);

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.name())
    }
}

impl std::str::FromStr for Shown {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = SetName::ALL.into_iter().find(|set| set.name() == text);
        found.map(Self).ok_or_else(|| format!("no set is called {text}"))
    }
}

/// The spec of a task's name or a file, with some of its values changed.
pub(super) fn spec(name: &str, sets: &[String]) -> anyhow::Result<TaskSpec> {
    let text = match builtin(name) {
        Some(text) => text.to_owned(),
        None => fs::read_to_string(name).with_context(|| format!("read {name}"))?,
    };
    TaskSpec::parse(&text, sets).with_context(|| name.to_owned())
}

/// The metrics of all rows and of every slice, and what the map promised without a model.
pub(super) fn metrics(spec: &TaskSpec, evaluation: &Evaluation) -> String {
    let names: Vec<&str> = spec.metrics.iter().map(|metric| metric.name.as_str()).collect();
    let line = |head: String, n: usize, of: &Scores| {
        let value = |name: &&str| of.get(*name).map_or("-".to_owned(), |it| format!("{it:.3}"));
        let mut cells = vec![head, n.to_string()];
        cells.extend(names.iter().map(value));
        cells
    };
    let mut rows = vec![vec!["slice".to_owned(), "rows".to_owned()]];
    rows[0].extend(names.iter().map(|name| (*name).to_owned()));
    rows.push(line("all".to_owned(), evaluation.n_rows, &evaluation.overall));
    for slice in &evaluation.slices {
        let head = format!("{}={}", slice.dimension, slice.value);
        rows.push(line(head, slice.n_rows, &slice.metrics));
    }
    if !evaluation.without_model.is_empty() {
        rows.push(line("without a model".to_owned(), evaluation.n_rows, &evaluation.without_model));
        for slice in evaluation.without_model_slices.iter().filter(|it| it.dimension == "set") {
            let head = format!("  {}={}", slice.dimension, slice.value);
            rows.push(line(head, slice.n_rows, &slice.metrics));
        }
    }
    table(&rows)
}

/// A gate that was not passed.
pub(super) fn said(verdict: &Verdict) -> String {
    let slice = verdict.slice.as_deref().unwrap_or("all rows");
    let Verdict { gate, found, bound, .. } = verdict;
    format!("gate not passed: {gate} in {slice} is {found:.4}, should be {bound}")
}

/// The gate of latency: judged where the model was trained, by the fastest hundred rows, and no part of its record,
/// which is the same on every machine.
pub(super) fn latency(spec: &TaskSpec, timing: &Timing) -> Option<Verdict> {
    let (found, most) = (timing.score_fastest_us, spec.serving.p99_us);
    (found > most).then(|| Verdict {
        gate: "latency, microseconds a row,".to_owned(),
        slice: None,
        found,
        bound: format!("at most {most}"),
        is_passed: false,
    })
}

/// Microseconds a row, by hundreds of rows: that at the 99th percentile, and the fastest.
pub(super) fn score_us(model: &Model, table: &Table, clock: &Clock) -> (f64, f64) {
    let rows: Vec<usize> = (0..table.n_rows()).collect();
    let time = |some: &[usize]| {
        let started = clock.instant();
        for row in some {
            std::hint::black_box(model.word(table.row(*row)));
        }
        started.elapsed().as_secs_f64() * 1e6 / some.len() as f64
    };
    let mut means: Vec<f64> = rows.chunks(TIMED).map(time).collect();
    means.sort_unstable_by(f64::total_cmp);
    let at = |index: usize| means.get(index).copied().unwrap_or(0.0);
    (at(means.len().saturating_sub(1) * 99 / 100), at(0))
}
