//! `cairn learn export`: the rows of a spec as a table, for whoever trains elsewhere.

use super::shown::spec;
use super::source::Source;
use crate::cli::screen::say;
use crate::clock::Clock;
use crate::models::Book;
use crate::store::write_whole;
use anyhow::Context as _;
use cairn_learning::data::{Folds, Rule, Table};
use cairn_learning::feature::FeatureSet;
use cairn_learning::spec::TaskSpec;
use clap::Args;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `cairn learn export --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn learn export radius rows.csv --models ./models                    from a simulated town
  cairn learn export motion rows.csv --models ./models --from ./data

Columns: fold (rows of a contributor's week are in one: train without it, ask it), sequence (rows of one question or
one walk), label, and the spec's features in its order. A missing number is empty. What was trained comes back with
cairn model import.";

/// Write the rows of a spec, with labels and folds, as a table for a tool elsewhere.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Export {
    /// The task spec
    #[arg(value_name = "SPEC")]
    spec: String,
    /// The table that is written
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Folder of models, where rows are kept; made when it is not there
    #[arg(long, value_name = "DIR")]
    models: PathBuf,
    /// Change one value of the spec
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    #[command(flatten)]
    source: Source,
}

impl Export {
    /// Makes the rows and writes them.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let spec = spec(&self.spec, &self.sets)?;
        let rows = self.source.rows(&Book::at(&self.models)?, &spec, &Clock::System)?;
        let written = csv(&spec, &rows.table)?;
        write_whole(&self.file, written.as_bytes(), 0o644)
            .with_context(|| format!("write {}", self.file.display()))?;
        let (n_rows, data) = (rows.table.n_rows(), rows.table.id());
        say(&format!("{n_rows} rows of data set {data}: {}", self.file.display()))?;
        Ok(ExitCode::SUCCESS)
    }
}

fn csv(spec: &TaskSpec, table: &Table) -> anyhow::Result<String> {
    let set = FeatureSet::of(spec.task, &spec.features.names).context("unknown features")?;
    let folds = Folds::deal(table, spec.split.folds, Rule::Honest);
    let mut written = format!("fold,sequence,label,{}\n", spec.features.names.join(","));
    for (row, numbers) in table.rows_of(&set).rows().enumerate() {
        let (fold, sequence) = (folds.of[row], table.sequence(row));
        write!(written, "{fold},{sequence},{}", table.labels()[row])?;
        for number in numbers {
            if number.is_finite() {
                write!(written, ",{number}")?;
            } else {
                written.push(',');
            }
        }
        written.push('\n');
    }
    Ok(written)
}
