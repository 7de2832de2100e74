//! The service against its own description: schemathesis asks what `/openapi.json` says may be asked.

use anyhow::Result;

use super::python::{self, Script};
use super::{Done, Job};
use crate::repo::Repo;

/// The version whose checks the service is held to; a newer one may have new ones.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// Runs `tests/api/run.py` against a fresh service.
pub(crate) fn run(repo: &Repo, job: &mut Job) -> Result<Done> {
    let script = Script { step: "api", packages: &[SCHEMATHESIS], path: "tests/api/run.py" };
    python::run(repo, job, &script, |command| {
        // It remembers nothing from run to run, wherever it stands.
        command.env("HYPOTHESIS_STORAGE_DIRECTORY", repo.target().join("api/hypothesis"));
    })
}
