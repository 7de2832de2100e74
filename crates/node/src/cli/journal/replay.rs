//! `cairn journal replay`: a stretch of the journal, printed or learned again.

use super::super::screen;
use super::super::table::grouped;
use super::Data;
use super::range::Range;
use crate::clock::Clock;
use crate::config::Config;
use crate::engine::Engine;
use crate::exclusions::ExclusionList;
use crate::learner::learn::{learn_guarded, learn_without, next_record};
use crate::learner::parked::Parked;
use crate::learner::{Models, Pace, seal};
use crate::logging;
use anyhow::Context as _;
use cairn_journal::{Position, ReadOnlyJournal};
use cairn_radiomap::RadioMap;
use cairn_report::Batch;
use cairn_signal::venue::Effort;
use cairn_wire::geosubmit;
use clap::Args;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What `cairn journal replay --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn journal replay --data ./data --from 2026-11-20 --to 2026-11-21          one line a submission
  cairn journal replay --data ./data --from 1048576 --to 2097152 --json         with its reports
  cairn journal replay --data ./data --to 2026-11-20 --out ./that-day           the map as it was then
  cairn journal replay --data ./data --parked                                   learn what was parked

Days are those of receipt and count whole; a position is where a record begins (--from) or ends (--to). The reports of --json are geosubmit
items. --out leaves out what was undone. --parked opens the data folder: stop the service first, or restart it, which tries them too. Exit code 1: some still cannot be learned.";

/// Print or learn again what is between two positions or days.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Replay {
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    range: Range,
    /// Print each submission whole, as a line of JSON
    #[arg(long, conflicts_with_all = ["out", "parked"])]
    json: bool,
    /// Folder for a snapshot learned from these records alone; its digest is printed
    #[arg(long, value_name = "DIR", conflicts_with = "parked")]
    out: Option<PathBuf>,
    /// Try to learn parked records again
    #[arg(long, conflicts_with_all = ["from", "to"])]
    parked: bool,
    /// Settings the service runs with, where they are not the defaults
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Replay {
    /// Does what was asked for.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let config = Config::load(self.config.as_deref())?;
        logging::start(&config.log);
        if self.parked {
            return self.again(&config);
        }
        let journal = self.data.open()?;
        match &self.out {
            Some(folder) => self.learn(&journal, folder, &config)?,
            None => self.each(&journal, &mut |end, batch| {
                let line = if self.json { whole(end, batch)? } else { short(end, batch) };
                Ok(screen::say(&line)?)
            })?,
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Hands on every record within the range.
    fn each(
        &self,
        journal: &ReadOnlyJournal,
        take: &mut dyn FnMut(Position, &Batch) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let from = self.range.start(journal)?;
        let mut reader = journal.read_from(from).context("read the journal")?;
        while let Some((end, batch)) = next_record(&mut reader).context("read the journal")? {
            if self.range.is_past(end) {
                break;
            }
            if self.range.holds(end, batch.received) {
                take(end, &batch)?;
            }
        }
        Ok(())
    }

    /// Learns the range into a map of its own.
    fn learn(
        &self,
        journal: &ReadOnlyJournal,
        folder: &Path,
        config: &Config,
    ) -> anyhow::Result<()> {
        fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
        let without = ExclusionList::open(&self.data.store())?.now();
        let (mut map, mut n_learned) = (seal::empty_map(config.learner.voices_min), 0_u64);
        self.each(journal, &mut |_, batch| {
            let how = |map: &mut RadioMap, batch: &Batch| learn_without(map, batch, &without);
            match learn_guarded(how, &mut map, batch) {
                Ok(_) => n_learned += 1,
                Err(_) => screen::note("a record cannot be learned: left out"),
            }
            Ok(())
        })?;
        let n_threads = config.learner.threads;
        let models = &mut Models::default();
        let base = seal::base(&mut map, models, Effort::Whole, n_threads, folder)?;
        let (n_learned, n_known) = (grouped(n_learned), grouped(map.len() as u64));
        screen::note(&format!("{n_learned} submissions, {n_known} transmitters"));
        Ok(screen::say(&base.id.to_string())?)
    }

    /// Opens the data folder, which tries every parked record again.
    fn again(&self, config: &Config) -> anyhow::Result<ExitCode> {
        let parked = Parked::at(&self.data.store().parked());
        let before = parked.count().context("count what is parked")?;
        Engine::open(&self.data.data, config, Clock::System, Pace::Bulk)?.close()?;
        let left = parked.all().context("read what is parked")?;
        for record in &left {
            let label = &record.label;
            screen::note(&format!("{} at byte {}: {}", label.segment, label.offset, label.reason));
        }
        let n_learned = before.saturating_sub(left.len());
        screen::say(&format!("{n_learned} learned, {} still parked", left.len()))?;
        Ok(if left.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }
}

/// One line about a submission.
fn short(end: Position, batch: &Batch) -> String {
    let n_heard: usize = batch.reports.iter().map(|report| report.observations().len()).sum();
    let app = batch.app.map_or_else(|| "-".to_owned(), |app| format!("{:016x}", app.tag()));
    format!(
        "{end}\t{}\t{app}\t{} reports\t{n_heard} observations",
        batch.received,
        batch.reports.len()
    )
}

/// A submission as JSON, its reports as geosubmit has them.
fn whole(end: Position, batch: &Batch) -> anyhow::Result<String> {
    let body: Value =
        serde_json::from_slice(&geosubmit::encode(&batch.reports)).context("write the reports")?;
    let line = json!({
        "end": end.get(),
        "received": batch.received.to_string(),
        "app": batch.app.map(|app| format!("{:016x}", app.tag())),
        "submission": format!("{:032x}", u128::from_be_bytes(batch.id.0)),
        "voice": format!("{:016x}", batch.contributor.0),
        "items": body["items"],
    });
    Ok(line.to_string())
}
