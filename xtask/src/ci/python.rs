//! Packages of Python that a step needs, installed below `target` where they are not there yet.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};

use super::Job;
use crate::process::output;
use crate::repo::{Repo, tool};

/// The folder with `packages`, for `PYTHONPATH`; `step` is the folder of `target` it is kept in.
///
/// # Errors
/// There is no Python, or the packages cannot be had.
pub(crate) fn packages(repo: &Repo, job: &Job, step: &str, packages: &[&str]) -> Result<PathBuf> {
    ensure!(tool("python3").is_some(), "no python3 on the path");
    let version = output(repo.command("python3").args(["-c", PYTHON])).context("ask python3")?;
    let name = format!("{}-{}", packages.join("-"), version.trim());
    let folder = repo.target().join(step).join(name);
    if folder.exists() {
        return Ok(folder);
    }
    let partial = folder.with_extension("partial");
    if partial.exists() {
        fs::remove_dir_all(&partial).context("remove what an installation left")?;
    }
    let mut pip = repo.command("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"]);
    let named = || format!("could not install {}", packages.join(" "));
    job.run(pip.arg(&partial).args(packages)).with_context(named)?;
    fs::rename(&partial, &folder).context("keep the installation")?;
    Ok(folder)
}

/// What an installation is good for: one version of Python, whose packages may be compiled.
const PYTHON: &str = "import sys; print(sys.implementation.cache_tag)";
