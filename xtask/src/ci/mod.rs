//! Every check in one run, cheapest first, each with a time limit, ending in one line of counts.
//!
//! What each step does is in `steps`; this file runs them and sums up.

mod api;
mod clients;
mod demo;
mod grpc;
mod guide;
mod install;
mod mlflow;
mod nats;
mod python;
mod room;
mod spark;
mod steps;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;
use clap::builder::PossibleValuesParser;

use self::steps::{STEPS, Step};
use crate::clock::{Stopwatch, human};
use crate::process;
use crate::repo::Repo;
use crate::say;
use crate::tally::Tally;

/// The longest a whole run may take, a little under what the machine that runs it allows.
const RUN_LIMIT: Duration = Duration::from_mins(85);

/// Which steps to run.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Run only this step, repeatable.
    #[arg(long, value_name = "STEP", value_parser = step_names())]
    only: Vec<String>,
    /// Start at this step.
    #[arg(long, value_name = "STEP", value_parser = step_names(), conflicts_with = "only")]
    from: Option<String>,
    /// List the steps and run none.
    #[arg(long)]
    list: bool,
}

/// How a step that did not fail ended.
pub(crate) enum Done {
    /// Everything it checks holds.
    Passed,
    /// It had nothing to check, and says why.
    Skipped(String),
}

/// What a running step is given: its time, and where its tests are counted.
pub(crate) struct Job {
    watch: Stopwatch,
    limit: Duration,
    tally: Tally,
}

impl Job {
    fn new(limit: Duration) -> Self {
        Self { watch: Stopwatch::start(), limit, tally: Tally::default() }
    }

    /// The time the step still has.
    pub(crate) fn left(&self) -> Duration {
        self.watch.left_of(self.limit)
    }

    /// Runs a command within the step's time.
    pub(crate) fn run(&self, command: &mut std::process::Command) -> Result<Done> {
        process::run(command, self.left(), |_| ()).map(|()| Done::Passed)
    }

    /// Runs a test runner within the step's time and counts its tests.
    pub(crate) fn run_tests(&mut self, command: &mut std::process::Command) -> Result<Done> {
        let (left, tally) = (self.left(), &mut self.tally);
        process::run(command, left, |line| tally.read(line))?;
        if self.tally.failed > 0 {
            bail!("{} tests failed", self.tally.failed);
        }
        Ok(Done::Passed)
    }
}

/// Runs the chosen steps and prints the summary; the exit code is the verdict.
pub(crate) fn run(repo: &Repo, options: &Options) -> ExitCode {
    if options.list {
        for step in &STEPS {
            say::line(format_args!("{:<11} {}", step.name, step.what));
        }
        return ExitCode::SUCCESS;
    }
    let chosen: Vec<&Step> = chosen(options);
    let mut summary = Summary::default();
    say::line(room::left(repo));
    for step in &chosen {
        summary.run(repo, step);
        if summary.failure.is_some() {
            break;
        }
    }
    summary.print(&chosen);
    if summary.failure.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn step_names() -> PossibleValuesParser {
    PossibleValuesParser::new(STEPS.iter().map(|step| step.name))
}

fn chosen(options: &Options) -> Vec<&'static Step> {
    let is_before = |step: &&Step| options.from.as_ref().is_some_and(|from| step.name != from);
    let is_wanted =
        |step: &&Step| options.only.is_empty() || options.only.iter().any(|name| name == step.name);
    STEPS.iter().skip_while(is_before).filter(is_wanted).collect()
}

/// What the steps came to so far.
struct Summary {
    watch: Stopwatch,
    rows: Vec<String>,
    tally: Tally,
    failure: Option<String>,
}

impl Default for Summary {
    fn default() -> Self {
        Self { watch: Stopwatch::start(), rows: Vec::new(), tally: Tally::default(), failure: None }
    }
}

impl Summary {
    fn run(&mut self, repo: &Repo, step: &Step) {
        say::heading(format_args!("{}: {}", step.name, step.what));
        let mut job = Job::new(step.limit.min(self.watch.left_of(RUN_LIMIT)));
        let result = (step.run)(repo, &mut job);
        let time = human(job.watch.elapsed());
        self.tally += job.tally;
        let row = match result {
            Ok(Done::Passed) => format!("passed   {:<11} {time}", step.name),
            Ok(Done::Skipped(why)) => {
                say::skipped(&why);
                format!("skipped  {:<11} {why}", step.name)
            }
            Err(error) => {
                // A step that fails without a failed test is one failure, so that 0 means green.
                self.tally.failed += u64::from(job.tally.failed == 0);
                self.failure = Some(format!("step {} failed: {error:#}", step.name));
                format!("FAILED   {:<11} {time}", step.name)
            }
        };
        say::line(format_args!("-- {row}  ({})", room::left(repo)));
        self.rows.push(row);
    }

    fn print(&self, chosen: &[&Step]) {
        say::heading(format_args!("summary, after {}", human(self.watch.elapsed())));
        self.rows.iter().for_each(say::line);
        for step in chosen.iter().skip(self.rows.len()) {
            say::line(format_args!("not run  {}", step.name));
        }
        self.failure.iter().for_each(say::line);
        say::line(self.tally);
    }
}

#[cfg(test)]
#[path = "ci_tests.rs"]
mod tests;
