//! `cairn import`: learn from files others exported.
//!
//! Each day in a file is one contributor's voice (its token is a keyed hash of the file's name and the
//! day), so that a file of a million rows weighs as much as a person who was there on those days.

use super::account::Account;
use super::appends::Appends;
use super::post::{PROGRAM, Post};
use super::screen;
use crate::clock::Clock;
use crate::config::{Config, LogConfig, LogLevel};
use crate::engine::Engine;
use crate::keys::{import_key, submission_id};
use crate::learner::Pace;
use crate::logging;
use anyhow::Context as _;
use cairn_evidence::token::contributor_token;
use cairn_ground::Day;
use cairn_report::limits::REPORTS_PER_BATCH_MAX;
use cairn_report::{App, Batch, Report};
use cairn_wire::geosubmit;
use cairn_wire::import::{ImportError, Tally, read_file};
use clap::Args;
use indicatif::{ProgressBar, ProgressBarIter, ProgressStyle};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// What `cairn import --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn import export.zip --data ./data                        NeoStumbler's export
  cairn import WigleWifi_20250101.csv.gz --data ./data         WiGLE CSV 1.4 or 1.6
  cairn import cell_towers.csv.gz --data ./data                Ichnaea's or OpenCelliD's cells
  cairn import reports.jsonl.zst --url http://127.0.0.1:8080   geosubmit JSON lines, to a service

Files may be plain, gzip or zstd; the format is told by their first bytes. Importing a file twice
changes nothing. While a service uses the folder, stop it or import through it with --url.
Exit code 1 means that nothing could be read.";

/// Learn from files others exported.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Import {
    /// Files to read
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Data folder to import into
    #[arg(long, value_name = "DIR", required_unless_present = "url")]
    data: Option<PathBuf>,
    /// Running service to send to instead
    #[arg(long, value_name = "URL", conflicts_with = "data")]
    url: Option<String>,
    /// Settings the service runs with, where they are not the defaults
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    config: Option<PathBuf>,
}

impl Import {
    /// Imports every file, then learns and seals.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let config = Config::load(self.config.as_deref())?;
        logging::start(&LogConfig { level: LogLevel::Warn, ..config.log.clone() });
        let clock = Clock::System;
        let mut account = Account::default();
        if let Some(url) = &self.url {
            let mut post = Post::to(url, clock.clone())?;
            self.read_all(&clock, &mut account, &mut |_, reports| post.send(&reports))?;
        } else {
            let data = self.data.as_ref().context("--data is missing")?;
            let engine = Engine::open(data, &config, clock.clone(), Pace::Bulk)?;
            let read = self.read_into(&engine, &clock, &mut account);
            learn(engine, &clock)?;
            read?;
        }
        screen::note(&account.to_text());
        Ok(if account.n_kept == 0 { ExitCode::from(1) } else { ExitCode::SUCCESS })
    }

    /// Reads every file into an engine's journal.
    fn read_into(
        &self,
        engine: &Engine,
        clock: &Clock,
        account: &mut Account,
    ) -> anyhow::Result<()> {
        let key = import_key(&engine.store).context("make the import key")?;
        let mut appends = Appends::new(engine, clock.clone());
        self.read_all(clock, account, &mut |voice, reports| {
            appends.push(&batch(&key, voice, reports, clock.today()))
        })?;
        appends.finish()
    }

    /// Reads every file; batches go to `keep`. A file that cannot be read does not stop the others.
    fn read_all(
        &self,
        clock: &Clock,
        account: &mut Account,
        keep: &mut dyn FnMut(&Voice<'_>, Vec<Report>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        for path in &self.files {
            match read_one(path, clock, account, keep) {
                Ok(tally) => account.add(tally),
                Err(Stopped::Unreadable(error)) => {
                    account.n_unreadable += 1;
                    screen::note(&format!("{}: {error:#}", path.display()));
                }
                Err(Stopped::Unkept(error)) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Why a file was left.
enum Stopped {
    /// The file cannot be read (further).
    Unreadable(anyhow::Error),
    /// What was read could not be kept.
    Unkept(anyhow::Error),
}

/// Whose voice a batch is: the file, and the day of its reports.
#[derive(Debug, Clone, Copy)]
pub(super) struct Voice<'a> {
    file: &'a str,
    day: Day,
}

/// Reads one file.
fn read_one(
    path: &Path,
    clock: &Clock,
    account: &mut Account,
    keep: &mut dyn FnMut(&Voice<'_>, Vec<Report>) -> anyhow::Result<()>,
) -> Result<Tally, Stopped> {
    let unreadable = |error: std::io::Error| Stopped::Unreadable(error.into());
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let file = File::open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    let bar = progress(size, &name);
    let mut days = Days { file: &name, waiting: None, keep, failed: None };
    let tally = read_file(watched(&bar, file), &name, clock.now(), &mut |line, row| match row {
        Ok(report) => days.push(report),
        Err(reason) => account.refused(reason, line),
    });
    days.flush();
    bar.finish_and_clear();
    match (days.failed, tally) {
        (Some(error), _) => Err(Stopped::Unkept(error)),
        (None, Err(ImportError::Read { line, source })) if line > 0 => {
            screen::note(&format!("{name}: broke off after line {line}: {source}"));
            Ok(Tally::default())
        }
        (None, Err(error)) => Err(Stopped::Unreadable(error.into())),
        (None, Ok(tally)) => Ok(tally),
    }
}

/// A file whose reading moves a bar.
fn watched(bar: &ProgressBar, file: File) -> ProgressBarIter<File> {
    bar.wrap_read(file)
}

/// A bar with rate and time left; hidden when nobody looks.
fn progress(n_bytes: u64, name: &str) -> ProgressBar {
    let bar = ProgressBar::new(n_bytes).with_message(name.to_owned());
    let template =
        "{msg} {wide_bar} {binary_bytes}/{binary_total_bytes}  {binary_bytes_per_sec}  {eta} left";
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_the_default_does) => bar,
    }
}

/// Joins consecutive reports of one day into batches.
struct Days<'a> {
    file: &'a str,
    waiting: Option<(Day, Vec<Report>)>,
    keep: &'a mut dyn FnMut(&Voice<'_>, Vec<Report>) -> anyhow::Result<()>,
    failed: Option<anyhow::Error>,
}

impl Days<'_> {
    /// Takes one report.
    fn push(&mut self, report: Report) {
        let day = report.timestamp().day();
        let fits = self
            .waiting
            .as_ref()
            .is_some_and(|(it, reports)| *it == day && reports.len() < REPORTS_PER_BATCH_MAX);
        if !fits {
            self.flush();
        }
        self.waiting.get_or_insert_with(|| (day, Vec::new())).1.push(report);
    }

    /// Hands on what waits.
    fn flush(&mut self) {
        let Some((day, reports)) = self.waiting.take() else { return };
        if self.failed.is_none() {
            let voice = Voice { file: self.file, day };
            self.failed = (self.keep)(&voice, reports).err();
        }
    }
}

/// A batch of one day's reports.
fn batch(key: &[u8; 32], voice: &Voice<'_>, reports: Vec<Report>, today: Day) -> Batch {
    let day = voice.day.get().to_le_bytes();
    let contributor = contributor_token(key, &[b"import", voice.file.as_bytes(), &day]);
    let id = submission_id(contributor, &geosubmit::encode(&reports));
    let app = App::parse(PROGRAM);
    Batch { id, received: today, contributor, app, reports }
}

/// Learns and seals what was imported, with progress.
fn learn(engine: Engine, clock: &Clock) -> anyhow::Result<()> {
    let end = engine.journal.committed().get();
    let bar = progress(end, "learning");
    let status = engine.learner.status();
    while status.position() < end && !engine.learner.has_ended() {
        bar.set_position(status.position());
        clock.sleep(Duration::from_millis(50));
    }
    bar.set_message("sealing");
    bar.enable_steady_tick(Duration::from_millis(200));
    let closed = engine.close();
    bar.finish_and_clear();
    closed
}
