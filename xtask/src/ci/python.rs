//! Tests of ours in Python: their packages, installed below `target` where they are not there yet, and a fresh
//! service to ask.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use super::{Done, Job};
use crate::process::output;
use crate::repo::{Repo, is_ci, tool};
use crate::server::Server;

/// A script that asks the service whose address is its argument.
pub(crate) struct Script<'a> {
    /// The folder of `target` where packages and data are kept.
    pub(crate) step: &'a str,
    /// What it needs.
    pub(crate) packages: &'a [&'a str],
    /// Where it is.
    pub(crate) path: &'a str,
}

/// Runs a script against a fresh service of the release binary; `also` adds to its command.
///
/// # Errors
/// There is no binary, a test failed, or the packages cannot be had where that is mandatory.
pub(crate) fn run(
    repo: &Repo,
    job: &mut Job,
    script: &Script<'_>,
    also: impl FnOnce(&mut Command),
) -> Result<Done> {
    ensure!(repo.cairn().exists(), "no release binary: run `cargo xtask ci --only build` first");
    let packages = match packages(repo, job, script.step, script.packages) {
        Ok(packages) => packages,
        Err(error) if is_ci() => bail!("{error:#}, and CI=true makes this step mandatory"),
        Err(error) => return Ok(Done::Skipped(format!("{error:#}"))),
    };
    let data = repo.target().join(script.step).join("data");
    if data.exists() {
        fs::remove_dir_all(&data).context("remove the data of the run before")?;
    }
    let listen = ["--listen", "127.0.0.1:0"];
    let mut serve = repo.command(repo.cairn());
    let server = Server::start(serve.arg("serve").arg("--data").arg(&data).args(listen))?;
    let mut command = repo.command("python3");
    command.args(["-B", script.path]).arg(server.url()).env("PYTHONPATH", packages);
    also(&mut command);
    job.run_tests(&mut command)?;
    server.stop().map(|()| Done::Passed)
}

/// The folder with `packages`, for `PYTHONPATH`; `step` is the folder of `target` it is kept in.
///
/// # Errors
/// There is no Python, or the packages cannot be had.
pub(crate) fn packages(repo: &Repo, job: &Job, step: &str, packages: &[&str]) -> Result<PathBuf> {
    ensure!(tool("python3").is_some(), "no python3 on the path");
    let version = output(repo.command("python3").args(["-c", PYTHON])).context("ask python3")?;
    let name = format!("{}-{}", packages.join("-"), version.trim());
    let name = name.replace('<', "-below-");
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
