//! The service against its own description: schemathesis asks what `/openapi.json` says may be asked.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};

use super::{Done, Job};
use crate::process::output;
use crate::repo::{Repo, is_ci, tool};
use crate::server::Server;

/// The version whose checks the service is held to; a newer one may have new ones.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// Runs `tests/api/run.py` against a fresh service.
pub(crate) fn run(repo: &Repo, job: &mut Job) -> Result<Done> {
    ensure!(repo.cairn().exists(), "no release binary: run `cargo xtask ci --only build` first");
    let packages = match installed(repo, job) {
        Ok(packages) => packages,
        Err(error) if is_ci() => bail!("{error:#}, and CI=true makes this step mandatory"),
        Err(error) => return Ok(Done::Skipped(format!("{error:#}"))),
    };
    let data = repo.target().join("api/data");
    if data.exists() {
        fs::remove_dir_all(&data).context("remove the data of the run before")?;
    }
    let listen = ["--listen", "127.0.0.1:0"];
    let mut serve = repo.command(repo.cairn());
    let server = Server::start(serve.arg("serve").arg("--data").arg(&data).args(listen))?;
    let mut command = repo.command("python3");
    command.args(["-B", "tests/api/run.py"]).arg(server.url()).env("PYTHONPATH", packages);
    // It remembers nothing from run to run, wherever it stands.
    command.env("HYPOTHESIS_STORAGE_DIRECTORY", repo.target().join("api/hypothesis"));
    job.run_tests(&mut command)?;
    server.stop().map(|()| Done::Passed)
}

/// The folder with schemathesis, installed where it is not there yet.
fn installed(repo: &Repo, job: &Job) -> Result<PathBuf> {
    ensure!(tool("python3").is_some(), "no python3 on the path");
    let version = output(repo.command("python3").args(["-c", PYTHON])).context("ask python3")?;
    let folder = repo.target().join("api").join(format!("{SCHEMATHESIS}-{}", version.trim()));
    if folder.exists() {
        return Ok(folder);
    }
    let partial = folder.with_extension("partial");
    if partial.exists() {
        fs::remove_dir_all(&partial).context("remove what an installation left")?;
    }
    let mut pip = repo.command("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"]);
    job.run(pip.arg(&partial).arg(SCHEMATHESIS)).context("could not install schemathesis")?;
    fs::rename(&partial, &folder).context("keep the installation")?;
    Ok(folder)
}

/// What an installation is good for: one version of Python, whose packages may be compiled.
const PYTHON: &str = "import sys; print(sys.implementation.cache_tag)";
