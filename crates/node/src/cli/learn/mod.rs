//! `cairn learn`: the node of several that learns one part of the world; and, as subcommands, models.

mod backtest;
mod compare;
mod export;
pub(super) mod foreign;
mod run;
mod shown;
mod source;
mod sweep;

use super::role::RoleFlags;
use super::serve::until_stopped;
use crate::clock::Clock;
use crate::cluster::{Partition, start_learn};
use crate::logging;
use anyhow::Context as _;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// What `cairn learn --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn learn --partition 0/4 --data ./learn-0 --maps /srv/maps --nats nats://10.0.0.1:4222
  cairn learn --partition 1/4 --data ./learn-1 --maps /srv/maps --config cairn.toml --listen 0.0.0.0:8081

Learns part K of N from its stream and publishes to MAPS/K-of-N, where `cairn locate --listen` serves it. How far it
is in the stream stands in the same manifest as what it learned: whoever is started for the same part with the same
MAPS, on this machine or another, goes on from there, and nothing is learned twice. One at a time.
Answers /metrics, /healthz and /readyz only; watch cluster_lag_messages.

  cairn learn run radius --models ./models     train and judge a model (see cairn learn run --help)";

/// Learn one part of the world from a shared log; or train and compare models.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Learn {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// Which part of how many, counted from 0
    #[arg(long, value_name = "K/N", required = true)]
    partition: Option<Partition>,
    /// Folder for what belongs to this machine; made when it is not there
    #[arg(long, value_name = "DIR", required = true)]
    data: Option<PathBuf>,
    /// Folder that all learners and all `cairn locate` share [default: DIR]
    #[arg(long, value_name = "DIR")]
    maps: Option<PathBuf>,
    #[command(flatten)]
    flags: RoleFlags,
}

/// What is done with models.
#[derive(Debug, Subcommand)]
enum Verb {
    /// Train a model by a task spec, judge it, keep all that it takes to do it again
    Run(Box<run::Run>),
    /// Train with several values of some settings, within a budget
    Sweep(Box<sweep::Sweep>),
    /// Say whether one run is better than another on the rows both asked
    Compare(compare::Compare),
    /// Write the rows of a spec, with labels and folds, as a table for a tool elsewhere
    Export(Box<export::Export>),
    /// Train on a journal up to a day, score the days after it
    Backtest(Box<backtest::Backtest>),
}

impl Learn {
    /// Learns until told to stop, or does what the verb says.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        match self.verb {
            Some(Verb::Run(run)) => return run.run(),
            Some(Verb::Sweep(sweep)) => return sweep.run(),
            Some(Verb::Compare(compare)) => return compare.run(),
            Some(Verb::Export(export)) => return export.run(),
            Some(Verb::Backtest(backtest)) => return backtest.run(),
            None => {}
        }
        let data = self.data.context("--data is missing")?;
        let partition = self.partition.context("--partition is missing")?;
        let config = self.flags.config()?;
        logging::start(&config.log);
        let maps = self.maps.as_ref().unwrap_or(&data);
        until_stopped(start_learn(&data, maps, partition, config, Clock::System)?)?;
        tracing::info!("stopped: what was learned is sealed");
        Ok(ExitCode::SUCCESS)
    }
}
