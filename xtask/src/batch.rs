//! What a rebuild survives and costs: every kill of an executor, and a simulated month beside other engines.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::Args;

use crate::repo::{Repo, tool};
use crate::{process, say};

/// The longest a step of a month may take, compiling included.
const STEP_LIMIT: Duration = Duration::from_hours(2);

/// The stages of a submission's four jobs in which an executor is killed, as `tests/kills.rs` names them.
const STAGES: [(u8, u8); 10] =
    [(0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (3, 1), (3, 2)];

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
    /// Make the map on Ballista and on Spark too, with an executor killed in each stage: every digest must be equal.
    ///
    /// Spark is what `cargo xtask ci --only spark` installs; without it that part is left out.
    #[arg(long)]
    engines: bool,
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
    let mut digests = BTreeSet::new();
    if !repo.has(&format!("{folder}/CURRENT")) {
        digests.extend(bench(repo, &["make", &folder, &options.readings.to_string()])?);
    }
    let (threads, memory) = (options.threads.to_string(), options.memory_mb.to_string());
    digests.extend(bench(repo, &["rebuild", &folder, &threads, &memory])?);
    ensure!(tool("python3").is_some(), "no python3 on the path to ask the others");
    let status = repo.command("python3").args(["-B", "tests/batch/compare.py", &folder]).status();
    ensure!(status.context("run compare.py")?.success(), "the others could not be asked");
    if options.engines {
        digests.extend(on_ballista(repo, &folder)?);
        digests.extend(on_spark(repo, &folder)?);
    }
    ensure!(digests.len() == 1, "the maps differ: {digests:?}");
    say::line(format_args!("every map: {}", digests.into_iter().collect::<String>()));
    Ok(())
}

/// The digests of the map on one executor, on two, and with one of two killed in each stage.
fn on_ballista(repo: &Repo, folder: &str) -> Result<Vec<String>> {
    let mut digests = bench(repo, &["cluster", folder, "1"])?;
    digests.extend(bench(repo, &["cluster", folder, "2"])?);
    for (job, stage) in STAGES {
        let (job, stage) = (job.to_string(), stage.to_string());
        say::line(format_args!("an executor killed in job {job}, stage {stage}:"));
        digests.extend(bench(repo, &["cluster", folder, "2", &job, &stage])?);
    }
    Ok(digests)
}

/// The digest of the map that Spark's parts make.
fn on_spark(repo: &Repo, folder: &str) -> Result<Vec<String>> {
    let packages = repo.path("target/spark/packages");
    if tool("java").is_none() || !packages.exists() {
        say::skipped("Spark: no java, or not installed (`cargo xtask ci --only spark`)");
        return Ok(Vec::new());
    }
    let build = ["build", "--release", "--locked", "-p", "cairn-fold", "--features", "c-abi"];
    process::run(&mut repo.cargo(&build), STEP_LIMIT, |_| ())?;
    let outputs = Path::new(folder).join("spark");
    if outputs.exists() {
        std::fs::remove_dir_all(&outputs).context("remove what an earlier run left")?;
    }
    let mut script = repo.command("python3");
    script.args(["-B", "tests/spark/rebuild.py", folder]).arg(&outputs);
    script.arg(repo.target().join("release/libcairn_fold.so"));
    script.env("SPARK_LOCAL_IP", "127.0.0.1").env("PYTHONPATH", packages);
    process::run(&mut script, STEP_LIMIT, |_| ())?;
    bench(repo, &["assemble", &outputs.to_string_lossy()])
}

/// One run of the bench; returns the digests it told.
fn bench(repo: &Repo, words: &[&str]) -> Result<Vec<String>> {
    let args = ["bench", "--locked", "-p", "cairn-batch", "--bench", "rebuild", "--"];
    let mut digests = Vec::new();
    process::run(repo.cargo(&args).args(words), STEP_LIMIT, |line| {
        digests.extend(line.split_once("; digest ").map(|(_, digest)| digest.to_owned()));
    })?;
    Ok(digests)
}
