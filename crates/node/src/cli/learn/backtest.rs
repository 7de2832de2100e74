//! `cairn learn backtest`: what a recipe would have been worth on a day gone by.

use super::shown::{metrics, said, spec};
use crate::cli::duration::day;
use crate::cli::screen::{note, say};
use crate::config::Config;
use crate::logging;
use crate::models::Book;
use crate::models::backtest::{Asked, Backtest as Asking, Days, Replayed, replay};
use anyhow::Context as _;
use cairn_ground::Day;
use cairn_learning::data::Table;
use cairn_learning::evaluate::{Evaluation, judge_words};
use cairn_learning::model::ModelId;
use cairn_learning::run::{Run as Ran, RunSettings, run};
use cairn_learning::spec::{Task, TaskSpec};
use cairn_signal::venue::Effort;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `cairn learn backtest --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn learn backtest radius --models ./models --data ./data --day 2026-11-20
  cairn learn backtest my.toml --models ./models --data ./data --day 2026-11-20 --teach-days 14 --score-days 3

Reads the journal of a data folder (the service may run) and forgets all after the day. Reports received in the days
before it ask the map of what was received still earlier, and train the model; those of the days from it on ask the
map of that day, and score it, beside the map's own promise. A report asks when its fix claims 50 m or less.
What was trimmed from the journal or taken out by cairn undo teaches and asks nothing. The same journal, day and
program give the same maps, rows and figures; the record is MODELS/backtests/RUN-DAY.json, and no model goes to the
registry. Exit code 1: on the days that score, a gate of the spec is not passed.";

/// Train on a journal up to a day, score the days after it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Backtest {
    /// The task spec
    #[arg(value_name = "SPEC")]
    spec: String,
    /// Folder of models; made when it is not there
    #[arg(long, value_name = "DIR")]
    models: PathBuf,
    /// Data folder of the service
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The day: 2026-11-22
    #[arg(long, value_name = "DAY", value_parser = day)]
    day: Day,
    /// Days before it whose reports train
    #[arg(long, value_name = "N", default_value_t = 21, value_parser = clap::value_parser!(u16).range(1..=3_650))]
    teach_days: u16,
    /// Days from it on whose reports score
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=3_650))]
    score_days: u16,
    /// Change one value of the spec
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// Rows of either stretch at most
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    rows: usize,
    /// Models of buildings as a node drafts them first, in a tenth of the time
    #[arg(long)]
    draft: bool,
    /// Threads; they change no byte
    #[arg(long, value_name = "N", default_value_t = 2)]
    threads: usize,
}

impl Backtest {
    /// Replays, trains, scores, keeps the record.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        logging::start(&Config::load(None)?.log);
        let spec = spec(&self.spec, &self.sets)?;
        anyhow::ensure!(
            spec.task == Task::Radius,
            "a journal tells rows of radius only: of {} it has no label",
            spec.task.name()
        );
        let book = Book::at(&self.models)?;
        let Replayed { taught, scored, n_left_out } = self.replay(&book)?;
        note(&format!("{} rows teach, {} score", taught.rows.len(), scored.rows.len()));
        let maps = [taught.map, scored.map];
        let taught = table(&spec, taught).context(
            "the days that train (they ask the map of the days before them: is there one?)",
        )?;
        let scored = table(&spec, scored).context("the days that score")?;
        let settings = RunSettings {
            code: format!("cairn {}", env!("CARGO_PKG_VERSION")),
            n_threads: self.threads,
            champion: None,
            fault: None,
            given: None,
        };
        let ran = run(&spec, &taught, &settings)?;
        let words: Vec<_> =
            (0..scored.n_rows()).map(|row| ran.model.word(scored.row(row))).collect();
        let evaluation = Evaluation::of(&spec, &scored, &words);
        let failed: Vec<_> =
            judge_words(&spec, &evaluation).into_iter().filter(|it| !it.is_passed).collect();
        let record = json!({
            "run": ran.id,
            "model": ModelId::of(&ran.bytes).to_string(),
            "day": self.day.to_string(),
            "teach_days": self.teach_days,
            "score_days": self.score_days,
            "maps": maps.map(|map| map.to_string()),
            "taught": { "data_id": taught.id().to_string(), "rows": taught.n_rows() },
            "scored": { "data_id": scored.id().to_string(), "evaluation": evaluation },
            "records_left_out": n_left_out,
            "failed": failed,
        });
        let path = book.keep_backtest(&ran.id, self.day, &record)?;
        say(&self.summary(&spec, &ran, &evaluation))?;
        failed.iter().try_for_each(|verdict| say(&said(verdict)))?;
        say(&format!("record: {}", path.display()))?;
        Ok(ExitCode::from(u8::from(!failed.is_empty())))
    }

    fn replay(&self, book: &Book) -> anyhow::Result<Replayed> {
        let day = |days: i32| u16::try_from(i32::from(self.day.get()) + days).map(Day::new);
        let from = day(-i32::from(self.teach_days)).context("--teach-days begins before 1970")?;
        let until = day(i32::from(self.score_days)).context("--score-days ends after 2149")?;
        let scratch = book.scratch();
        let replayed = replay(&Asking {
            data: &self.data,
            days: Days { from, at: self.day, until },
            n_rows_max: self.rows,
            effort: if self.draft { Effort::Draft } else { Effort::Whole },
            n_threads: self.threads,
            scratch: &scratch,
        });
        let _gone_or_never_there = std::fs::remove_dir_all(&scratch);
        replayed
    }

    fn summary(&self, spec: &TaskSpec, ran: &Ran, evaluation: &Evaluation) -> String {
        let main = &spec.main_metric().name;
        let before = ran.model.pedigree.evaluation.metric(main).unwrap_or(f64::NAN);
        let after = evaluation.metric(main).unwrap_or(f64::NAN);
        format!(
            "run {}: task {}, {} and {} days on\n{}{main} {before:.4} on the days that taught, asked by folds; \
             {after:.4} on the days after",
            ran.id,
            spec.task.name(),
            self.day,
            self.score_days,
            metrics(spec, evaluation),
        )
    }
}

fn table(spec: &TaskSpec, asked: Asked) -> anyhow::Result<Table> {
    Ok(Table::of(spec, vec![asked.source], asked.rows)?)
}
