//! Somebody else's gRPC client, with stubs made from our proto file, and the guide for bulk as it is written.

use std::fs;

use anyhow::{Context as _, Result, bail, ensure};

use super::{Done, Job, python};
use crate::repo::{Repo, is_ci};
use crate::server::Server;

/// The client, and what makes stubs for it.
const PACKAGES: [&str; 2] = ["grpcio==1.85.1", "grpcio-tools==1.85.1"];

/// Runs `tests/clients/grpc/run.py` against a fresh service.
pub(crate) fn run(repo: &Repo, job: &mut Job) -> Result<Done> {
    ensure!(repo.cairn().exists(), "no release binary: run `cargo xtask ci --only build` first");
    let packages = match python::packages(repo, job, "grpc", &PACKAGES) {
        Ok(packages) => packages,
        Err(error) if is_ci() => bail!("{error:#}, and CI=true makes this step mandatory"),
        Err(error) => return Ok(Done::Skipped(format!("{error:#}"))),
    };
    let data = repo.target().join("grpc/data");
    if data.exists() {
        fs::remove_dir_all(&data).context("remove the data of the run before")?;
    }
    let listen = ["--listen", "127.0.0.1:0"];
    let mut serve = repo.command(repo.cairn());
    let server = Server::start(serve.arg("serve").arg("--data").arg(&data).args(listen))?;
    let mut command = repo.command("python3");
    command.args(["-B", "tests/clients/grpc/run.py"]).arg(server.url()).env("PYTHONPATH", packages);
    job.run_tests(&mut command)?;
    server.stop().map(|()| Done::Passed)
}
