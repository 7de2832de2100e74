//! Teaches a fresh server an indoor set, asks it for whole walks, and prints one table.
//!
//! The asking is `tests/tracks/run.py`; its reader and its scores are those of `../shared/evaluation/evaluate.py`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use serde_json::Value;

use crate::fresh;
use crate::repo::Repo;
use crate::say;

const TABLE_HEAD: &str = "\
| set, asked as | n | coverage | mean | p50 | p68 | p90 | p95 | floor | inside R50/68/90/95 | median R95 |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|";

/// The ways of asking, as the script names them.
const WAYS: [&str; 4] = ["single scan", "track", "track, sensors", "live, sensors"];

/// What to evaluate.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// A set, repeatable; both without it.
    #[arg(long = "set", value_enum, value_name = "SET")]
    sets: Vec<Set>,
    /// Also write the table to this file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// A set with walks.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Set {
    IndoorMs,
    Ipin,
}

impl Set {
    fn name(self) -> &'static str {
        match self {
            Self::IndoorMs => "indoor-ms",
            Self::Ipin => "ipin",
        }
    }
}

/// Evaluates the chosen sets.
///
/// # Errors
/// The server or the script failed.
pub(crate) fn run(repo: &Repo, options: &Options) -> Result<()> {
    let Some(evaluation) = repo.shared("evaluation/evaluate.py") else {
        say::skipped("no ../shared");
        return Ok(());
    };
    let shared = evaluation.ancestors().nth(2).context("a folder above evaluation")?;
    fresh::build(repo)?;
    let sets = if options.sets.is_empty() { Set::value_variants() } else { &options.sets };
    let mut rows = Vec::new();
    for set in sets {
        rows.extend(table(&evaluate(repo, shared, *set)?));
    }
    let table = format!("{TABLE_HEAD}\n{}\n", rows.join("\n"));
    say::line(format_args!("\n{table}"));
    if let Some(out) = &options.out {
        fs::write(out, &table).with_context(|| format!("write {}", out.display()))?;
    }
    Ok(())
}

/// One set on a server that knows nothing else.
fn evaluate(repo: &Repo, shared: &Path, set: Set) -> Result<Value> {
    fresh::report(repo, set.name(), |python, url| {
        python.arg("tests/tracks/run.py").args(["--base", url, "--set", set.name()]);
        python.arg("--shared").arg(shared);
        Ok(())
    })
}

/// A row for each way of asking.
fn table(report: &Value) -> Vec<String> {
    let set = report["set"].as_str().unwrap_or("?");
    WAYS.iter().map(|way| format!("| {set}, {way} | {} |", row(&report[way]))).collect()
}

/// The cells of one way; `–` where the report has nothing.
fn row(score: &Value) -> String {
    let text = |value: &Value| if value.is_null() { "–".to_owned() } else { value.to_string() };
    let inside =
        ["r50", "r68", "r90", "r95"].map(|level| text(&score["inside"][level])).join(" / ");
    let numbers = ["n", "coverage", "mean_m", "p50_m", "p68_m", "p90_m", "p95_m", "floor"];
    let mut cells: Vec<String> = numbers.iter().map(|name| text(&score[name])).collect();
    cells.extend([inside, text(&score["r95_m"])]);
    cells.join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_asking_has_a_row_with_a_cell_for_each_column() {
        let score = serde_json::json!({"n": 7, "mean_m": 5.5, "inside": {"r95": 0.95}});
        let report = serde_json::json!({"set": "ipin", "track": score});
        let rows = table(&report);
        assert_eq!(rows.len(), WAYS.len());
        assert_eq!(
            rows[1],
            "| ipin, track | 7 | – | 5.5 | – | – | – | – | – | – / – / – / 0.95 | – |"
        );
        let columns = TABLE_HEAD.lines().next().map(|head| head.matches('|').count());
        assert!(rows.iter().all(|row| Some(row.matches('|').count()) == columns));
    }
}
