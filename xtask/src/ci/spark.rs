//! The second engine: Spark folds through the C ABI, and the map is the one that was learned.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};

use super::steps::FEATURES;
use super::{Done, Job};
use crate::repo::{Repo, tool};

/// What Spark needs of Python, by exact version where results could depend on it.
const PACKAGES: [&str; 3] = ["pyspark==4.3.0", "pyarrow>=20", "pandas>=2.2,<3"];

/// Installs Spark where it is not there yet, builds the library, and runs `crates/batch/tests/spark.rs`.
///
/// Half a gigabyte that a registry may not hand out must not fail a change, so without it the step is
/// skipped, with CI=true too.
pub(crate) fn run(repo: &Repo, job: &mut Job) -> Result<Done> {
    if tool("java").is_none() {
        return Ok(Done::Skipped("no java on the path (17 or newer)".to_owned()));
    }
    if let Err(error) = installed(repo, job) {
        return Ok(Done::Skipped(format!("{error:#}")));
    }
    let has_nextest = tool("cargo-nextest").is_some();
    let start: &[&str] = if has_nextest { &["nextest", "run"] } else { &["test"] };
    // All of the workspace, as the step before compiled it: fewer targets would be another engine.
    let all = [start, &["--workspace", FEATURES, "--locked"]].concat();
    job.run(&mut repo.cargo(&[&all[..], &["--no-run"]].concat()))?;
    // Builds without the feature put a library without the ABI in its place.
    let built = repo.target().join("debug/deps/libcairn_fold.so");
    fs::copy(&built, repo.path("target/spark/libcairn_fold.so")).context("keep the library")?;
    let only: &[&str] =
        if has_nextest { &["-E", "binary_id(cairn-batch::spark)"] } else { &["--test", "spark"] };
    job.run_tests(&mut repo.cargo(&[&all[..], only].concat()))
}

/// Puts Spark's packages where the test looks for them.
fn installed(repo: &Repo, job: &Job) -> Result<()> {
    ensure!(tool("python3").is_some(), "no python3 on the path");
    let folder: PathBuf = repo.path("target/spark/packages");
    if folder.exists() {
        return Ok(());
    }
    let partial = folder.with_extension("partial");
    if partial.exists() {
        fs::remove_dir_all(&partial).context("remove what an installation left")?;
    }
    let mut pip = repo.command("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"]);
    job.run(pip.arg(&partial).args(PACKAGES)).context("could not install Spark")?;
    fs::rename(&partial, &folder).context("keep the installation")
}
