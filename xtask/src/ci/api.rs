//! The service against its own description: schemathesis asks what `/openapi.json` says may be asked.

use std::fs;

use anyhow::{Context as _, Result, bail, ensure};

use super::{Done, Job, python};
use crate::repo::{Repo, is_ci};
use crate::server::Server;

/// The version whose checks the service is held to; a newer one may have new ones.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// Runs `tests/api/run.py` against a fresh service.
pub(crate) fn run(repo: &Repo, job: &mut Job) -> Result<Done> {
    ensure!(repo.cairn().exists(), "no release binary: run `cargo xtask ci --only build` first");
    let packages = match python::packages(repo, job, "api", &[SCHEMATHESIS]) {
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
