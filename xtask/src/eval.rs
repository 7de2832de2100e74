//! Teaches a fresh server each evaluation set, asks it, and prints one table; or hands over to the methods.
//!
//! The scoring of a server is `../shared/evaluation/evaluate.py`, which knows nothing of us but the public
//! API. `--methods` runs `crates/methods` instead: every estimator in one process, ours by the node's code.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use serde_json::Value;

use crate::fresh;
use crate::process;
use crate::repo::Repo;
use crate::say;
use crate::settle;

const TABLE_HEAD: &str = "\
| set, split | n | coverage | p50 | p68 | p90 | p95 | inside R95 | median R95 | floor | p50 ms |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|";

/// How long building and running all methods on all sets may take.
const METHODS_LIMIT: Duration = Duration::from_hours(2);

/// What to evaluate.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// A set, repeatable; all sets without it.
    #[arg(long = "set", value_enum, value_name = "SET")]
    sets: Vec<Set>,
    /// Also write the table to this file, for example docs/measured/accuracy.md.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Instead of a server: every estimator, ours and the peers' rebuilt, in one process.
    #[arg(long)]
    methods: bool,
    /// With --methods, passed on after `--`: see `cargo xtask eval --methods -- --help`.
    #[arg(last = true, requires = "methods")]
    rest: Vec<String>,
}

/// An evaluation set: where its reports come from.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Set {
    Duke,
    Ariel,
    Ipin,
    Ottawa,
    Ucc5g,
    IndoorMs,
}

impl Set {
    fn name(self) -> &'static str {
        match self {
            Self::Duke => "duke",
            Self::Ariel => "ariel",
            Self::Ipin => "ipin",
            Self::Ottawa => "ottawa",
            Self::Ucc5g => "ucc5g",
            Self::IndoorMs => "indoor-ms",
        }
    }
}

/// Evaluates the chosen sets.
///
/// # Errors
/// The server or the script failed.
pub(crate) fn run(repo: &Repo, options: &Options) -> Result<()> {
    if options.methods {
        return process::run(&mut methods(repo, options), METHODS_LIMIT, |_| ());
    }
    let Some(script) = repo.shared("evaluation/evaluate.py") else {
        say::skipped("no ../shared");
        return Ok(());
    };
    fresh::build(repo)?;
    let sets = if options.sets.is_empty() { Set::value_variants() } else { &options.sets };
    let rows = sets.iter().map(|set| evaluate(repo, &script, *set).map(|report| row(&report)));
    let rows = rows.collect::<Result<Vec<_>>>()?;
    let table = format!("{TABLE_HEAD}\n{}\n", rows.join("\n"));
    say::line(format_args!("\n{table}"));
    if let Some(out) = &options.out {
        fs::write(out, &table).with_context(|| format!("write {}", out.display()))?;
    }
    Ok(())
}

/// The program of `crates/methods`, built for release, with what it is asked to run.
fn methods(repo: &Repo, options: &Options) -> Command {
    let mut command =
        repo.cargo(&["run", "--release", "--locked", "--quiet", "-p", "cairn-methods", "--"]);
    for set in &options.sets {
        command.args(["--set", set.name()]);
    }
    if let Some(out) = &options.out {
        command.arg("--out").arg(out);
    }
    command.args(&options.rest);
    command
}

/// One set on a server that knows nothing else.
fn evaluate(repo: &Repo, script: &Path, set: Set) -> Result<Value> {
    fresh::report(repo, set.name(), |python, url| {
        python.arg(script).args(["--base", url, "--set", set.name(), "--split", "fold"]);
        // Until the whole model of a building serves, however long that takes here.
        python.args(["--settle-cmd", &settle::command(url)?]);
        Ok(())
    })
}

/// One row of the table; `–` where the report has nothing.
fn row(report: &Value) -> String {
    let (error, r95) = (&report["error_m"], &report["claimed"]["r95"]);
    let cells = [
        &report["n"],
        &report["coverage"],
        &error["p50"],
        &error["p68"],
        &error["p90"],
        &error["p95"],
        &r95["inside"],
        &r95["median_radius_m"],
        &report["floor_accuracy"],
        &report["latency_ms"]["p50"],
    ];
    let cells = cells.map(|value| if value.is_null() { "–".to_owned() } else { value.to_string() });
    let text = |key: &str| report[key].as_str().unwrap_or("?").to_owned();
    format!("| {}, {} | {} |", text("set"), text("split"), cells.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_methods_are_handed_the_sets_the_file_and_the_rest() {
        #[derive(Debug, clap::Parser)]
        struct Cli {
            #[command(flatten)]
            options: Options,
        }
        let line = "eval --methods --set duke --out a.md -- --part sets --method cairn";
        let cli: Cli = clap::Parser::parse_from(line.split(' '));
        let command = methods(&Repo::find().unwrap(), &cli.options);
        let args: Vec<_> = command.get_args().map(|arg| arg.to_string_lossy()).collect();
        let handed = args.join(" ");
        let expected = "-- --set duke --out a.md --part sets --method cairn";
        assert!(handed.ends_with(expected), "{handed}");
        let without: Result<Cli, _> = clap::Parser::try_parse_from(["eval", "--", "--part"]);
        assert!(without.is_err(), "the rest belongs to --methods");
    }

    #[test]
    fn a_row_has_a_cell_for_each_column_and_a_dash_for_what_is_missing() {
        let report = serde_json::json!({
            "set": "duke", "split": "fold", "n": 7, "coverage": 0.5,
            "error_m": {"p50": 35.4, "p68": 56.4, "p90": 155.0, "p95": 200.0},
            "claimed": {"r95": {"inside": 0.95, "median_radius_m": 49.0}},
            "floor_accuracy": null, "latency_ms": {"p50": 1.5},
        });
        let expected =
            "| duke, fold | 7 | 0.5 | 35.4 | 56.4 | 155.0 | 200.0 | 0.95 | 49.0 | – | 1.5 |";
        assert_eq!(row(&report), expected);
        let columns = TABLE_HEAD.lines().next().map(|head| head.matches('|').count());
        assert_eq!(columns, Some(expected.matches('|').count()));
    }
}
