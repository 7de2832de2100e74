//! `cairn learn compare`: whether one run is better than another, and how sure that is.

use crate::cli::screen::say;
use crate::models::Book;
use anyhow::Context as _;
use cairn_learning::evaluate::compare;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// What the bootstrap begins with.
pub(super) const SEED: u64 = 1;

/// What `cairn learn compare --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn learn compare 0123456789abcdef fedcba9876543210 --models ./models

The loss of every row both runs asked, paired, in samples of contributors. Exit code 1: the second is not surely
better.";

/// Say whether one run is better than another on the rows both asked.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Compare {
    /// A run
    #[arg(value_name = "A")]
    first: String,
    /// The run that may be better
    #[arg(value_name = "B")]
    second: String,
    /// Folder of models
    #[arg(long, value_name = "DIR")]
    models: PathBuf,
}

impl Compare {
    /// Compares.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let book = Book::at(&self.models)?;
        let (first, second) = (book.losses(&self.first)?, book.losses(&self.second)?);
        let compared = compare(&first, &second, SEED)
            .context("the two runs asked no row in common: were they made of the same data?")?;
        let [low, high] = compared.interval;
        let verdict = match (low > 0.0, high < 0.0) {
            (true, _) => "the second is worse",
            (_, true) => "the second is better",
            _ => "no difference that is sure",
        };
        say(&format!(
            "{} rows of {} contributors; mean loss {:.4} and {:.4}: {:+.2} % [{:+.2}, {:+.2}]; {verdict}",
            compared.n_units,
            compared.n_contributors,
            compared.first,
            compared.second,
            100.0 * compared.change,
            100.0 * low,
            100.0 * high,
        ))?;
        Ok(ExitCode::from(u8::from(high >= 0.0)))
    }
}
