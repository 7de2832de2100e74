//! Which rows a verb about models asks for.

#![expect(clippy::cast_possible_truncation, reason = "milliseconds of making rows")]

use super::shown::Shown;
use crate::clock::Clock;
use crate::models::sets::SetName;
use crate::models::{Book, Origin};
use anyhow::Context as _;
use cairn_learning::data::{DataId, Table};
use cairn_learning::spec::TaskSpec;
use cairn_signal::venue::Effort;
use clap::Args;
use std::path::PathBuf;

/// Where rows come from, and how many.
#[derive(Debug, Clone, Args)]
pub(super) struct Source {
    /// Folder with the shared sets; without it a town is simulated
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    /// Which of the sets
    #[arg(long, value_name = "SET", value_delimiter = ',', default_values_t = SetName::ALL.map(Shown))]
    only: Vec<Shown>,
    /// Rows of a source at most
    #[arg(long, value_name = "N", default_value_t = 5_000)]
    rows: usize,
    /// Transmitters of the town at least
    #[arg(long, value_name = "N", default_value_t = 4_000)]
    transmitters: usize,
    /// Reports that teach in the town
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    reports: usize,
    /// Models of buildings as a node drafts them first, in a tenth of the time
    #[arg(long)]
    draft: bool,
    /// Threads; they change no byte
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(super) threads: usize,
    /// Refuse any other data set than this one
    #[arg(long, value_name = "ID")]
    expect_data: Option<String>,
}

/// Rows, and how long they took.
pub(super) struct Rows {
    /// The rows.
    pub(super) table: Table,
    /// Milliseconds until they were there.
    pub(super) made_ms: u64,
}

impl Source {
    /// The rows of a spec, made before or now.
    pub(super) fn rows(&self, book: &Book, spec: &TaskSpec, clock: &Clock) -> anyhow::Result<Rows> {
        let started = clock.instant();
        let effort = if self.draft { Effort::Draft } else { Effort::Whole };
        let table = book.table(&self.origin(), spec, (self.rows, self.threads, effort))?;
        self.expect(&table)?;
        Ok(Rows { table, made_ms: started.elapsed().as_millis() as u64 })
    }

    fn origin(&self) -> Origin {
        match &self.from {
            Some(data) => Origin::Sets {
                data: data.clone(),
                sets: self.only.iter().map(|shown| shown.0).collect(),
            },
            None => Origin::Town { n_transmitters: self.transmitters, n_reports: self.reports },
        }
    }

    fn expect(&self, table: &Table) -> anyhow::Result<()> {
        let Some(text) = &self.expect_data else { return Ok(()) };
        let id = DataId::parse(text).context("--expect-data wants 64 hexadecimal digits")?;
        Ok(table.expect(id)?)
    }
}
