//! `cairn journal verify`: every record read, every damaged one named.

use super::super::screen;
use super::super::table::{grouped, table};
use super::Data;
use anyhow::Context as _;
use cairn_journal::{ReadError, ReadOnlyJournal};
use clap::Args;
use serde_json::json;
use std::collections::BTreeSet;
use std::process::ExitCode;

/// What `cairn journal verify --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn journal verify --data ./data
  cairn journal verify --data ./data --json

Exit code 1 means damage: restore the file named from a backup. A torn tail is none: it was never acknowledged, and is cut off at the next start.";

/// Read every record and name each that is damaged or cannot be decoded.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Verify {
    #[command(flatten)]
    data: Data,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What was found.
#[derive(Debug, Default)]
struct Found {
    n_records: u64,
    n_reports: u64,
    n_observations: u64,
    skipped_bytes: u64,
    /// Where something is damaged, and what is wrong when that is known.
    bad: BTreeSet<String>,
}

impl Verify {
    /// Reads all of it and says what it found.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let journal = self.data.open()?;
        let found = read(&journal)?;
        let torn_bytes = journal.findings().truncated_bytes;
        if self.json {
            let (start, end) = (journal.start().get(), journal.committed().get());
            let said = json!({
                "start": start, "end": end, "records": found.n_records, "reports": found.n_reports,
                "observations": found.n_observations, "torn_bytes": torn_bytes,
                "skipped_bytes": found.skipped_bytes, "damaged": found.bad,
            });
            screen::say(&said.to_string())?;
        } else {
            screen::say(found.to_text(torn_bytes).trim_end())?;
        }
        Ok(if found.bad.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }
}

fn read(journal: &ReadOnlyJournal) -> anyhow::Result<Found> {
    let places = journal.findings().damaged.iter().map(ToString::to_string);
    let mut found = Found { bad: places.collect(), ..Found::default() };
    let mut reader = journal.read_from(journal.start()).context("read the journal")?;
    while let Some(item) = reader.next() {
        match item {
            Ok((_, batch)) => {
                found.n_records += 1;
                found.n_reports += batch.reports.len() as u64;
                let heard = batch.reports.iter().map(|report| report.observations().len() as u64);
                found.n_observations += heard.sum::<u64>();
            }
            Err(error @ ReadError::Io { .. }) => return Err(error).context("read the journal"),
            Err(damage) => {
                found.bad.insert(named(&damage));
                found.skipped_bytes += reader.skip_damage().context("read the journal")?;
            }
        }
    }
    Ok(found)
}

/// A damaged place as findings are named, so that none is named twice.
fn named(damage: &ReadError) -> String {
    match damage {
        ReadError::Corrupt { segment, offset } => format!("{segment} at byte {offset}"),
        ReadError::Undecodable { segment, offset, source } => {
            format!("{segment} at byte {offset}: {source}")
        }
        other => other.to_string(),
    }
}

impl Found {
    fn to_text(&self, torn_bytes: u64) -> String {
        let counts = [
            ("records", self.n_records),
            ("reports", self.n_reports),
            ("observations", self.n_observations),
            ("bytes left out", self.skipped_bytes),
            ("torn tail", torn_bytes),
        ];
        let rows: Vec<_> =
            counts.iter().map(|(name, n)| vec![(*name).to_owned(), grouped(*n)]).collect();
        let bad: Vec<_> = self.bad.iter().map(|what| format!("damaged: {what}\n")).collect();
        format!("{}{}", table(&rows), bad.concat())
    }
}
