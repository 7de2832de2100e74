//! What a rebuild survives and costs: every kill of an executor, and a simulated month beside other engines.

use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use clap::Args;

use crate::repo::{Repo, tool};

/// A simulated month.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Readings of the month.
    #[arg(default_value_t = 10_000_000)]
    readings: u64,
    /// Threads of our rebuild; the others run on one.
    #[arg(long, default_value_t = 1)]
    threads: u64,
    /// Memory of our engine in MiB before it spills.
    #[arg(long, default_value_t = 1_024)]
    memory_mb: u64,
}

/// Kills an executor in each stage of each job: ten runs, which must not hang.
pub(crate) fn kills(repo: &Repo) -> Result<ExitCode> {
    let features = "cairn-node/cluster,cairn-batch/every-kill";
    let args = ["test", "--workspace", "--locked", "--features", features, "--test", "kills"];
    let status =
        repo.cargo(&args).args(["--", "--nocapture"]).status().context("run cargo test")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Makes the month where it is not there yet, rebuilds the map, and asks the others for a mean.
pub(crate) fn month(repo: &Repo, options: &Options) -> Result<()> {
    let folder = repo.target().join("month").join(options.readings.to_string());
    let folder = folder.to_str().context("a path of plain letters")?.to_owned();
    if !repo.has(&format!("{folder}/CURRENT")) {
        bench(repo, &["make", &folder, &options.readings.to_string()])?;
    }
    let (threads, memory) = (options.threads.to_string(), options.memory_mb.to_string());
    bench(repo, &["rebuild", &folder, &threads, &memory])?;
    ensure!(tool("python3").is_some(), "no python3 on the path to ask the others");
    let status = repo.command("python3").args(["-B", "tests/batch/compare.py", &folder]).status();
    ensure!(status.context("run compare.py")?.success(), "the others could not be asked");
    Ok(())
}

fn bench(repo: &Repo, words: &[&str]) -> Result<()> {
    let args = ["bench", "--locked", "-p", "cairn-batch", "--bench", "rebuild", "--"];
    let status = repo.cargo(&args).args(words).status().context("run cargo bench")?;
    ensure!(status.success(), "{} failed", words.join(" "));
    Ok(())
}
