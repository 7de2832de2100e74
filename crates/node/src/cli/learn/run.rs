//! `cairn learn run`: from a stated task to a model that is judged.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "milliseconds of a run and counts of rows"
)]

use super::foreign::Foreign;
use super::shown::{latency, metrics, said, score_us, spec};
use super::source::{Rows, Source};
use crate::cli::canary::signing;
use crate::cli::screen::{note, say};
use crate::cli::telling::{Telling, Traced};
use crate::clock::Clock;
use crate::models::mirror::Ending;
use crate::models::{Book, Timing};
use anyhow::Context as _;
use cairn_learning::fit::{Fault, trainable};
use cairn_learning::model::ModelId;
use cairn_learning::registry::Alias;
use cairn_learning::run::{Champion, Run as Ran, RunSettings, gap, run};
use cairn_learning::spec::TaskSpec;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `cairn learn run --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn learn run radius --models ./models                     from a simulated town
  cairn learn run radius --models ./models --from ./data       from the shared sets in a folder
  cairn learn run my.toml --models ./models --set training.booster.rounds=120 --set training.heads=quantiles
  cairn learn run radius --models ./models --set training.learner=network     a network (a build with the feature neural)

SPEC is a file, or one of radius, mobility, floor, motion. Everything of a run goes to MODELS/runs/RUN: the model, its
report (report.html), its card and the record of what made it. The same spec, data and program give the same bytes.
Exit code 1: the model does not pass its gates. A model that does is added to the registry; cairn model promote lets
it serve.";

/// Train a model by a task spec, judge it, keep all that it takes to do it again.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Run {
    /// The task spec
    #[arg(value_name = "SPEC")]
    pub(super) spec: String,
    /// Folder of models; made when it is not there
    #[arg(long, value_name = "DIR")]
    pub(super) models: PathBuf,
    /// Change one value of the spec
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(super) sets: Vec<String>,
    #[command(flatten)]
    pub(super) source: Source,
    /// Break the model on purpose, to rehearse what stops it: halved (its radii) or shifted (truths 200 m off)
    #[arg(long, value_name = "FAULT")]
    fault: Option<Fault>,
    /// The ONNX file that the model is, instead of one that is trained
    #[arg(skip)]
    pub(super) onnx: Option<PathBuf>,
    /// Keep a model that passes out of the registry
    #[arg(long)]
    no_add: bool,
    #[command(flatten)]
    pub(super) telling: Telling,
    #[command(flatten)]
    pub(super) traced: Traced,
}

impl Run {
    /// Trains, judges, keeps; tells whoever is to be told.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let clock = Clock::System;
        let spec = spec(&self.spec, &self.sets)?;
        let salt = format!("{} {} {}", spec.id(), self.models.display(), clock.now().ms());
        let lineage = self.traced.start(spec.task.name(), &salt);
        let made = self.make(&spec, &clock);
        if let Some(lineage) = lineage {
            let why = made.as_ref().map_or_else(|error| format!("{error:#}"), |_| String::new());
            let ending = match &made {
                Ok((_, ran)) => Ending::of(ran),
                Err(_) => Ending::Fail { why: &why },
            };
            if let Err(error) = lineage.end(clock.now(), &ending) {
                note(&format!("lineage: {error}"));
            }
        }
        Ok(made?.0)
    }

    fn make(&self, spec: &TaskSpec, clock: &Clock) -> anyhow::Result<(ExitCode, Ran)> {
        trainable(spec)?;
        let foreign = self.onnx.as_deref().map(|file| Foreign::read(file, spec)).transpose()?;
        let book = Book::at(&self.models)?;
        let rows = self.source.rows(&book, spec, clock)?;
        let mut settings = self.settings(&book, spec)?;
        settings.given = foreign.map(|it| it.agreed(spec, &rows.table)).transpose()?;
        let (n_rows, s) = (rows.table.n_rows(), rows.made_ms as f64 / 1e3);
        note(&format!("{n_rows} rows in {s:.1} s; training"));
        let (ran, timing, folder) = self.train(&book, spec, &rows, &settings, clock)?;
        say(&summary(spec, &ran, &timing))?;
        say(&format!("report: {}", folder.join("report.html").display()))?;
        let code = self.conclude(&book, &ran, (&timing, clock))?;
        self.telling.of_run(&book, &ran.id);
        Ok((code, ran))
    }

    /// What decides a run beside spec and rows.
    pub(super) fn settings(&self, book: &Book, spec: &TaskSpec) -> anyhow::Result<RunSettings> {
        let champion = champion(book, spec)?;
        let code = format!("cairn {}", env!("CARGO_PKG_VERSION"));
        let n_threads = self.source.threads;
        Ok(RunSettings { code, n_threads, champion, fault: self.fault, given: None })
    }

    /// Trains, judges and keeps; says nothing.
    pub(super) fn train(
        &self,
        book: &Book,
        spec: &TaskSpec,
        rows: &Rows,
        settings: &RunSettings,
        clock: &Clock,
    ) -> anyhow::Result<(Ran, Timing, PathBuf)> {
        let started = clock.instant();
        let ran = run(spec, &rows.table, settings)?;
        let (score_p99_us, score_fastest_us) = score_us(&ran.model, &rows.table, clock);
        let timing = Timing {
            rows_ms: rows.made_ms,
            run_ms: started.elapsed().as_millis() as u64,
            score_p99_us,
            score_fastest_us,
            n_threads: self.source.threads,
        };
        let folder = book.keep(&ran, &rows.table, &timing)?;
        Ok((ran, timing, folder))
    }

    /// Says what the gates say; a model that passes them goes to the registry.
    fn conclude(
        &self,
        book: &Book,
        ran: &Ran,
        (timing, clock): (&Timing, &Clock),
    ) -> anyhow::Result<ExitCode> {
        let latency = latency(ran.model.spec(), timing);
        let mut failed = ran.model.pedigree.failed();
        failed.extend(&latency);
        failed.iter().try_for_each(|verdict| say(&said(verdict)))?;
        let id = ModelId::of(&ran.bytes).to_string();
        if !failed.is_empty() || self.no_add {
            say(&format!("model: {id} (not in the registry)"))?;
            return Ok(ExitCode::from(u8::from(!failed.is_empty())));
        }
        let registry = signing(book)?;
        registry.add(&ran.bytes, "cairn learn run", clock.now().ms())?;
        say(&format!("model: {id}"))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The champion that a run must match.
fn champion(book: &Book, spec: &TaskSpec) -> anyhow::Result<Option<Champion>> {
    let registry = book.registry();
    let aliases = registry.aliases()?;
    let Some(id) = aliases.get(spec.task, Alias::Champion) else { return Ok(None) };
    let model = registry.load(id).context("load the champion")?;
    let (spec, given) = (model.spec().clone(), model.given().cloned());
    Ok(Some(Champion { id: id.to_owned(), spec, given }))
}

/// The metrics of all rows and of every slice, and what the map promised without a model.
fn summary(spec: &TaskSpec, ran: &Ran, timing: &Timing) -> String {
    let pedigree = &ran.model.pedigree;
    format!(
        "run {}: task {}, data {}\n{}by rows instead of contributors: {} {:.4} instead of {:.4} ({:.1} % of flattery)\n\
         {}, at most {} steps, {:.2} us a row; {} gates, {} failed; trained and judged in {:.1} s",
        ran.id,
        spec.task.name(),
        pedigree.data_id,
        metrics(spec, &pedigree.evaluation),
        spec.main_metric().name,
        pedigree.flattery.random,
        pedigree.flattery.honest,
        100.0 * gap(spec, &pedigree.flattery),
        ran.model.shape(),
        ran.model.size().n_steps,
        timing.score_p99_us,
        pedigree.verdicts.len(),
        pedigree.failed().len(),
        timing.run_ms as f64 / 1e3,
    )
}
