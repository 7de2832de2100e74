//! The service killed -9 many times under load: the nightly run of the black-box test that does so fifty times.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::repo::Repo;

/// The test, in `crates/node/tests/blackbox/crash.rs`.
const TEST: &str = "crash::every_acknowledged_report_is_there_exactly_once_after_many_kills";
/// What tells it how often.
const VARIABLE: &str = "CAIRN_KILLS";

/// The test that swaps, in `crates/node/tests/blackbox/swaps.rs`.
const SWAPS_TEST: &str = "swaps::many_swaps_under_load_fail_no_request_and_leave_nothing_behind";
/// What tells it how often.
const SWAPS_VARIABLE: &str = "CAIRN_SWAPS";

/// The tests that kill, in `crates/node/tests/cluster/kills.rs`.
const NATS_TESTS: &str = "kills::";
/// What tells them how often.
const NATS_VARIABLE: &str = "CAIRN_NATS_KILLS";

/// How often.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Times that it happens
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    n: u64,
}

/// How often, of several machines.
#[derive(Debug, Args)]
pub(crate) struct NatsOptions {
    /// Times each of them is killed
    #[arg(long, value_name = "N", default_value_t = 20)]
    n: u64,
}

/// Kills what several machines are made of.
pub(crate) fn run_nats(repo: &Repo, options: &NatsOptions) -> Result<ExitCode> {
    let arguments = ["test", "-p", "cairn-node", "--features", "nats", "--test", "cluster"];
    let mut command = repo.cargo(&arguments);
    command.args(["--", NATS_TESTS, "--test-threads", "1"]);
    let status = command.env(NATS_VARIABLE, options.n.to_string()).status();
    let status = status.context("run cargo test")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Runs the test; its last lines say how many reports were acknowledged.
pub(crate) fn run(repo: &Repo, options: &Options) -> Result<ExitCode> {
    many_times(repo, TEST, VARIABLE, options)
}

/// Runs the test that swaps; its last lines say how many queries were answered meanwhile.
pub(crate) fn run_swaps(repo: &Repo, options: &Options) -> Result<ExitCode> {
    many_times(repo, SWAPS_TEST, SWAPS_VARIABLE, options)
}

fn many_times(repo: &Repo, test: &str, variable: &str, options: &Options) -> Result<ExitCode> {
    let arguments = ["test", "-p", "cairn-node", "--test", "blackbox", "--", "--exact", test];
    let mut command = repo.cargo(&arguments);
    command.arg("--nocapture").env(variable, options.n.to_string());
    let status = command.status().context("run cargo test")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
