//! Networks: training by Burn and import by tract, which the default build has not.
//!
//! A step of its own: joined with the other features they would change what the query engine is compiled with.

use anyhow::Result;

use super::{Done, Job};
use crate::repo::{Repo, tool};

/// What trains and imports, in whoever has it.
const FEATURES: &str = "--features=cairn-node/neural,cairn-node/onnx";

/// Lints all that the features switch on, and tests the rooms where it lies.
pub(crate) fn run(repo: &Repo, job: &mut Job) -> Result<Done> {
    let of = ["-p", "cairn-neural", "-p", "cairn-learning", "-p", "cairn-node"];
    let lint =
        [&["clippy"], &of[..], &[FEATURES, "--all-targets", "--locked", "--", "-D", "warnings"]];
    job.run(&mut repo.cargo(&lint.concat()))?;
    let of = ["-p", "cairn-neural", "-p", "cairn-learning", "--locked", "--no-fail-fast"];
    let features = "--features=cairn-neural/train,cairn-neural/onnx,cairn-learning/neural";
    let runner: &[&str] =
        if tool("cargo-nextest").is_some() { &["nextest", "run"] } else { &["test", "--tests"] };
    job.run_tests(&mut repo.cargo(&[runner, &of, &[features]].concat()))
}
