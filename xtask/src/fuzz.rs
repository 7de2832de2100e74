//! Fuzzing on stable Rust: the `cairn-fuzz` program mutates the committed corpus.

use std::num::NonZero;
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::Args;

use crate::process;
use crate::repo::Repo;
use crate::say;

/// How long building the program may take.
pub(crate) const BUILD_LIMIT: Duration = Duration::from_mins(20);

/// How much longer than asked one target may take before it hangs.
const SLACK: Duration = Duration::from_mins(1);

/// What to fuzz and for how long.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// One target (`cargo run -p cairn-fuzz -- list` names them); all without it.
    target: Option<String>,
    /// Seconds per target.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Seed of the mutations: the same seed tries the same bytes in the same order.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Options {
    /// A few seconds on every target.
    pub(crate) const fn smoke(seconds: u64) -> Self {
        Self { target: None, seconds, seed: 1 }
    }
}

/// Why there is nothing to fuzz, where there is not.
pub(crate) fn missing(repo: &Repo) -> Option<&'static str> {
    (!repo.has("fuzz/Cargo.toml")).then_some("fuzz/Cargo.toml does not exist yet")
}

/// Fuzzes the chosen targets, as many side by side as there are cores; building may take `build_limit`.
///
/// # Errors
/// A target crashed or hung; the message holds the command that replays it.
pub(crate) fn run(repo: &Repo, options: &Options, build_limit: Duration) -> Result<()> {
    if let Some(why) = missing(repo) {
        say::skipped(why);
        return Ok(());
    }
    // With the server's room, so that everything below has the features that the server was built with.
    let of = ["-p", "cairn-fuzz", "-p", "cairn-node", "--bin", "cairn-fuzz"];
    let build = [&["build", "--release", "--locked"], &of[..]].concat();
    process::run(&mut repo.cargo(&build), build_limit, |_| ())?;
    let targets = match &options.target {
        Some(target) => vec![target.clone()],
        None => targets(repo)?,
    };
    ensure!(!targets.is_empty(), "cairn-fuzz lists no target");
    let side_by_side = thread::available_parallelism().map_or(1, NonZero::get);
    targets.chunks(side_by_side).try_for_each(|targets| fuzz_all(repo, targets, options))
}

/// Fuzzes targets side by side; one that fails waits for the others to end.
fn fuzz_all(repo: &Repo, targets: &[String], options: &Options) -> Result<()> {
    thread::scope(|scope| {
        let runs: Vec<_> =
            targets.iter().map(|target| scope.spawn(move || fuzz(repo, target, options))).collect();
        runs.into_iter()
            .try_for_each(|run| run.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

fn targets(repo: &Repo) -> Result<Vec<String>> {
    let list = process::output(program(repo).arg("list"))?;
    Ok(list.split_whitespace().map(str::to_owned).collect())
}

/// What was built.
fn program(repo: &Repo) -> Command {
    repo.command(repo.target().join("release/cairn-fuzz"))
}

fn fuzz(repo: &Repo, target: &str, options: &Options) -> Result<()> {
    let Options { seconds, seed, .. } = options;
    let (seconds_text, seed_text) = (seconds.to_string(), seed.to_string());
    let mut command = program(repo);
    command.args([
        target,
        "--seconds",
        &seconds_text,
        "--corpus",
        "fuzz/corpus",
        "--seed",
        &seed_text,
    ]);
    let limit = Duration::from_secs(*seconds) + SLACK;
    process::run(&mut command, limit, |_| ()).with_context(|| {
        format!("fuzz {target}: replay with `cargo xtask fuzz {target} --seconds {seconds} --seed {seed}`")
    })
}
