//! The steps of a run, in order: the cheapest that can fail comes first.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::{Done, Job, api, clients, demo, grpc, guide, install, mlflow, nats, spark};
use crate::fuzz;
use crate::repo::{Repo, tool};
use crate::{conformance, instructions, outlines, tidy, web};

/// Seconds each fuzz target runs for in a run of everything.
const FUZZ_SMOKE_SECONDS: u64 = 5;

/// What is checked beside the default: all of it at once, so that everything is compiled once.
pub(crate) const FEATURES: &str = "--features=cairn-node/cluster,cairn-node/neural,cairn-node/onnx,\
    cairn-batch/spark,cairn-fold/c-abi";
/// The tests that need the machine to themselves, or Spark, have steps of their own.
const APART: &str = "not (binary_id(cairn-node::cluster) | binary_id(cairn-journal::nats) \
    | binary_id(cairn-batch::spark))";

/// One check.
pub(crate) struct Step {
    /// What `--only` and `--from` call it.
    pub(crate) name: &'static str,
    /// What it checks, in one line.
    pub(crate) what: &'static str,
    /// The longest it may take.
    pub(crate) limit: Duration,
    /// Does it.
    pub(crate) run: fn(&Repo, &mut Job) -> Result<Done>,
}

/// All steps.
#[rustfmt::skip]
pub(crate) const STEPS: [Step; 21] = [
    Step { name: "install", what: "the programs the checks need", limit: Duration::from_mins(10), run: |repo, job| Ok(install::run(repo, job)) },
    Step { name: "fmt", what: "formatting", limit: Duration::from_mins(5), run: fmt },
    Step { name: "tidy", what: "house style, walls and ratchets", limit: Duration::from_mins(5), run: tidy },
    Step { name: "clippy", what: "lints, warnings denied", limit: Duration::from_mins(30), run: clippy },
    Step { name: "web", what: "the page's types, and that web/dist and the outlines of countries are fresh", limit: Duration::from_mins(10), run: web },
    Step { name: "build", what: "the release binary", limit: Duration::from_mins(30), run: build },
    Step { name: "instructions", what: "what a query costs: parse, look-up, solve, encode", limit: Duration::from_mins(15), run: instructions },
    Step { name: "geoclue", what: "the real GeoClue daemon gets its position", limit: Duration::from_mins(5), run: clients::geoclue },
    Step { name: "api", what: "the service keeps its own OpenAPI description, asked 10,000 times", limit: Duration::from_mins(8), run: api::run },
    Step { name: "grpc", what: "Google's own gRPC client, and the guide for bulk as written", limit: Duration::from_mins(8), run: grpc::run },
    Step { name: "mlflow", what: "the mirror of models in a real MLflow server", limit: Duration::from_mins(8), run: mlflow::run },
    Step { name: "test", what: "unit, property, worlds, formats, black box", limit: Duration::from_mins(40), run: test },
    Step { name: "spark", what: "Spark folds through the C ABI and makes the same map", limit: Duration::from_mins(20), run: spark::run },
    Step { name: "nats", what: "several machines, with three real NATS servers: killed, cut off, full, lost", limit: Duration::from_mins(15), run: nats::run },
    Step { name: "doctest", what: "the examples in the documentation", limit: Duration::from_mins(20), run: doctest },
    Step { name: "docs", what: "the documentation builds, warnings denied", limit: Duration::from_mins(15), run: docs },
    Step { name: "fuzz", what: "a few seconds of mutated bytes per decoder", limit: Duration::from_mins(20), run: fuzz },
    Step { name: "conformance", what: "the cases of the services we replace, with keys and without", limit: conformance::RUN_LIMIT, run: conformance },
    Step { name: "demo", what: "the demonstration meets its own acceptance", limit: Duration::from_mins(10), run: demo::once },
    Step { name: "browser", what: "the page in a real browser, on the demonstration", limit: Duration::from_mins(10), run: demo::browser },
    Step { name: "guide", what: "the guides of self-hosting and models as written, in a bare Debian with only the package", limit: Duration::from_mins(20), run: guide::run },
];

fn fmt(repo: &Repo, job: &mut Job) -> Result<Done> {
    job.run(&mut repo.cargo(&["fmt", "--all", "--check"]))
}

fn tidy(repo: &Repo, _: &mut Job) -> Result<Done> {
    let n_issues = tidy::check(repo)?;
    ensure!(n_issues == 0, "{n_issues} to fix");
    Ok(Done::Passed)
}

fn clippy(repo: &Repo, job: &mut Job) -> Result<Done> {
    let args =
        ["clippy", "--workspace", FEATURES, "--all-targets", "--locked", "--", "-D", "warnings"];
    job.run(&mut repo.cargo(&args))
}

fn web(repo: &Repo, job: &mut Job) -> Result<Done> {
    if let Some(why) = web::missing(repo) {
        return Ok(Done::Skipped(why.to_owned()));
    }
    web::run(repo, true, job.left())?;
    outlines::run(repo, true).map(|()| Done::Passed)
}

fn build(repo: &Repo, job: &mut Job) -> Result<Done> {
    job.run(&mut repo.cargo(&["build", "--release", "--locked"]))
}

fn instructions(repo: &Repo, job: &mut Job) -> Result<Done> {
    if let Some(why) = instructions::missing() {
        return Ok(Done::Skipped(why.to_owned()));
    }
    instructions::check(repo, false, job.left()).map(|()| Done::Passed)
}

fn test(repo: &Repo, job: &mut Job) -> Result<Done> {
    let args: &[&str] = if tool("cargo-nextest").is_some() {
        &["nextest", "run", "--workspace", FEATURES, "--locked", "--no-fail-fast", "-E", APART]
    } else {
        &["test", "--workspace", FEATURES, "--tests", "--locked", "--no-fail-fast"]
    };
    job.run_tests(&mut repo.cargo(args))
}

fn doctest(repo: &Repo, job: &mut Job) -> Result<Done> {
    let args = ["test", "--doc", "--workspace", FEATURES, "--locked", "--no-fail-fast"];
    job.run_tests(&mut repo.cargo(&args))
}

fn docs(repo: &Repo, job: &mut Job) -> Result<Done> {
    let mut command = repo.cargo(&["doc", "--workspace", FEATURES, "--no-deps", "--locked"]);
    job.run(command.env("RUSTDOCFLAGS", "-D warnings"))
}

fn fuzz(repo: &Repo, job: &mut Job) -> Result<Done> {
    if let Some(why) = fuzz::missing(repo) {
        return Ok(Done::Skipped(why.to_owned()));
    }
    fuzz::run(repo, &fuzz::Options::smoke(FUZZ_SMOKE_SECONDS), job.left()).map(|()| Done::Passed)
}

fn conformance(repo: &Repo, job: &mut Job) -> Result<Done> {
    if let Some(why) = conformance::missing(repo) {
        return Ok(Done::Skipped(why.to_owned()));
    }
    let left = job.left();
    conformance::run(repo, &repo.cairn(), left, &mut job.tally).map(|()| Done::Passed)
}
