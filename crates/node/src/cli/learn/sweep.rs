//! `cairn learn sweep`: a recipe with several values of its settings, within a budget, gone on with where it stopped.

use super::compare::SEED;
use super::run::Run;
use super::shown::spec;
use super::source::Rows;
use crate::cli::duration::duration;
use crate::cli::screen::{note, say};
use crate::cli::table::table;
use crate::clock::Clock;
use crate::models::{Book, Told};
use anyhow::Context as _;
use cairn_learning::dice::mix;
use cairn_learning::evaluate::compare;
use cairn_learning::run::run_id;
use cairn_learning::spec::{Direction, TaskSpec};
use clap::Args;
use std::process::ExitCode;
use std::time::Duration;

/// Combinations of settings at most.
const GRID_MAX: usize = 10_000;

/// What `cairn learn sweep --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn learn sweep radius --models ./models --over training.booster.rounds=40,80,160 \\
      --over training.booster.rate=0.04,0.08 --budget-runs 4
  cairn learn sweep radius --models ./models --from ./data --over training.heads=scale,quantiles --budget 30m

Runs the spec as it is, then combinations of the settings in an order that --seed draws, until the budget is used up:
each a run of its own in MODELS/runs. A run that is there already is not run again, so a sweep that stopped goes on when
it is asked for once more. In the end: all runs, the best first, and whether the best is surely better than the spec as
it is. No model goes to the registry: of the best of many the figure flatters, so judge it by a run on other data, or
by cairn learn backtest. Exit code 1: none of them passes its gates.";

/// Train with several values of some settings, within a budget.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Sweep {
    #[command(flatten)]
    run: Run,
    /// A setting and the values it takes
    #[arg(long, value_name = "KEY=A,B,C", required = true, value_parser = over)]
    over: Vec<Over>,
    /// Runs at most, those that are there already too
    #[arg(long, value_name = "N")]
    budget_runs: Option<usize>,
    /// No run begins after so long
    #[arg(long, value_name = "TIME", value_parser = duration)]
    budget: Option<Duration>,
    /// What draws the order of the combinations
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

/// A setting's values.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Over {
    key: String,
    values: Vec<String>,
}

fn over(text: &str) -> Result<Over, String> {
    let parts = text.split_once('=').filter(|(key, values)| !key.is_empty() && !values.is_empty());
    let (key, values) = parts.ok_or("write a key of the spec and its values: key=1,2,3")?;
    let values: Vec<String> = values.split(',').map(|value| value.trim().to_owned()).collect();
    if values.iter().any(String::is_empty) {
        return Err(format!("{key} has an empty value"));
    }
    Ok(Over { key: key.to_owned(), values })
}

/// Settings as `--set` has them.
type Settings = Vec<String>;

/// All combinations, drawn into an order.
fn combinations(over: &[Over], seed: u64) -> anyhow::Result<Vec<Settings>> {
    let n = over.iter().try_fold(1_usize, |n, it| n.checked_mul(it.values.len()));
    let n = n.filter(|n| *n <= GRID_MAX);
    let n = n.with_context(|| format!("more than {GRID_MAX} combinations: leave some out"))?;
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by_key(|number| mix(seed, *number as u64));
    let settings = |mut number: usize| -> Settings {
        let one = |it: &Over| {
            let value = &it.values[number % it.values.len()];
            number /= it.values.len();
            format!("{}={value}", it.key)
        };
        over.iter().map(one).collect()
    };
    Ok(order.into_iter().map(settings).collect())
}

/// A run of the sweep.
struct Tried {
    settings: Settings,
    run: String,
    told: Told,
}

impl Sweep {
    /// Runs what the budget allows and says which was best.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        anyhow::ensure!(!self.run.traced.is_asked(), "--lineage is for one run: cairn learn run");
        let clock = Clock::System;
        let started = clock.instant();
        let book = Book::at(&self.run.models)?;
        let all: Vec<Settings> = std::iter::once(Settings::new())
            .chain(combinations(&self.over, self.seed)?)
            .take(self.budget_runs.unwrap_or(usize::MAX).max(1))
            .collect();
        // A setting that is refused is refused before anything is trained.
        let specs = all.iter().map(|some| self.spec(some)).collect::<anyhow::Result<Vec<_>>>()?;
        let mut tried = Vec::new();
        for (number, (settings, spec)) in all.iter().zip(&specs).enumerate() {
            if number > 0 && self.budget.is_some_and(|budget| started.elapsed() >= budget) {
                note(&format!("the time is used up: {} not run", all.len() - number));
                break;
            }
            note(&format!("{} of {}: {}", number + 1, all.len(), shown(settings)));
            tried.push(self.try_one(&book, (settings, spec), &clock)?);
        }
        let as_it_is = tried[0].run.clone();
        rank(&specs[0], &mut tried);
        say(listed(&specs[0], &tried).trim_end())?;
        say(&verdict(&book, &as_it_is, &tried[0])?)?;
        Ok(ExitCode::from(u8::from(tried.iter().all(|it| it.told.n_failed > 0))))
    }

    fn spec(&self, settings: &Settings) -> anyhow::Result<TaskSpec> {
        spec(&self.run.spec, &[&self.run.sets[..], settings].concat())
    }

    /// The run with some settings, made before or now.
    fn try_one(
        &self,
        book: &Book,
        (settings, spec): (&Settings, &TaskSpec),
        clock: &Clock,
    ) -> anyhow::Result<Tried> {
        let rows: Rows = self.run.source.rows(book, spec, clock)?;
        let how = self.run.settings(book, spec)?;
        let run = run_id(spec, &rows.table, &how);
        let main = &spec.main_metric().name;
        if book.told(&run, main)?.is_none() {
            self.run.train(book, spec, &rows, &how, clock)?;
            self.run.telling.of_run(book, &run);
        }
        let told = book.told(&run, main)?;
        let told = told.with_context(|| format!("run {run} left no record"))?;
        Ok(Tried { settings: settings.clone(), run, told })
    }
}

fn shown(settings: &Settings) -> String {
    if settings.is_empty() { "the spec as it is".to_owned() } else { settings.join(" ") }
}

/// The best first: those that pass their gates, then by the main metric.
fn rank(spec: &TaskSpec, tried: &mut [Tried]) {
    let sign = if spec.main_metric().better == Direction::Higher { -1.0 } else { 1.0 };
    tried.sort_by(|a, b| {
        let failed = (a.told.n_failed > 0).cmp(&(b.told.n_failed > 0));
        failed.then((sign * a.told.main).total_cmp(&(sign * b.told.main)))
    });
}

fn listed(spec: &TaskSpec, tried: &[Tried]) -> String {
    let head = ["settings", &spec.main_metric().name, "gates failed", "run"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(tried.iter().map(|it| {
        let Tried { settings, run, told } = it;
        let Told { main, n_failed } = told;
        vec![shown(settings), format!("{main:.4}"), n_failed.to_string(), run.clone()]
    }));
    table(&rows)
}

/// Whether the best is surely better than the spec as it is.
fn verdict(book: &Book, as_it_is: &str, best: &Tried) -> anyhow::Result<String> {
    if best.run == as_it_is {
        return Ok("nothing was better than the spec as it is".to_owned());
    }
    let (first, second) = (book.losses(as_it_is)?, book.losses(&best.run)?);
    let compared = compare(&first, &second, SEED).context("the runs asked no row in common")?;
    let [low, high] = compared.interval.map(|it| 100.0 * it);
    let sure = if high < 0.0 { "surely better" } else { "not surely better" };
    let change = 100.0 * compared.change;
    Ok(format!(
        "the best is {sure} than the spec as it is: loss {change:+.2} % [{low:+.2}, {high:+.2}]"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_comes_once_in_an_order_that_the_seed_draws() {
        let grid = [over("a=1,2,3").unwrap(), over("b=x,y").unwrap()];
        let drawn = |seed| combinations(&grid, seed).unwrap();
        let mut sorted = drawn(1);
        assert_ne!(sorted, drawn(2));
        assert_eq!(sorted, drawn(1));
        sorted.sort();
        let all = ["a=1 b=x", "a=1 b=y", "a=2 b=x", "a=2 b=y", "a=3 b=x", "a=3 b=y"];
        assert_eq!(sorted.iter().map(shown).collect::<Vec<_>>(), all);
    }

    #[test]
    fn a_setting_without_values_and_a_grid_beyond_reason_are_refused() {
        for wrong in ["", "a", "a=", "=1", "a=1,,2"] {
            over(wrong).unwrap_err();
        }
        let many = Over { key: "a".to_owned(), values: vec!["1".to_owned(); 101] };
        combinations(&[many.clone(), many], 1).unwrap_err();
    }
}
