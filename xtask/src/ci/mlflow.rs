//! The mirror of models in a real MLflow server, looked at with MLflow's own client.

use anyhow::{Result, bail, ensure};

use super::{Done, Job, python};
use crate::repo::{Repo, is_ci};

/// The server without its pages, and only what it imports at its start: 350 MB instead of 850.
const PACKAGES: [&str; 10] = [
    "mlflow-skinny==3.17.2",
    "Flask<4",
    "Flask-CORS<7",
    "aiohttp<4",
    "alembic<2",
    "cryptography<51",
    "graphene<4",
    "numpy<3",
    "pandas<4",
    "sqlalchemy<3",
];

/// Runs `tests/clients/mlflow/run.py` with the release binary.
///
/// # Errors
/// There is no binary, a test failed, or the packages cannot be had where that is mandatory.
pub(crate) fn run(repo: &Repo, job: &mut Job) -> Result<Done> {
    ensure!(repo.cairn().exists(), "no release binary: run `cargo xtask ci --only build` first");
    let packages = match python::packages(repo, job, "mlflow", &PACKAGES) {
        Ok(packages) => packages,
        Err(error) if is_ci() => bail!("{error:#}, and CI=true makes this step mandatory"),
        Err(error) => return Ok(Done::Skipped(format!("{error:#}"))),
    };
    let mut command = repo.command("python3");
    command.args(["-B", "tests/clients/mlflow/run.py"]).arg(repo.cairn());
    job.run_tests(command.env("PYTHONPATH", packages))
}
