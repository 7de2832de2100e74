//! Somebody else's gRPC client, with stubs made from our proto file, and the guide for bulk as it is written.

use anyhow::Result;

use super::python::{self, Script};
use super::{Done, Job};
use crate::repo::Repo;

/// The client, and what makes stubs for it.
const PACKAGES: [&str; 2] = ["grpcio==1.85.1", "grpcio-tools==1.85.1"];

/// Runs `tests/clients/grpc/run.py` against a fresh service.
pub(crate) fn run(repo: &Repo, job: &mut Job) -> Result<Done> {
    let script = Script { step: "grpc", packages: &PACKAGES, path: "tests/clients/grpc/run.py" };
    python::run(repo, job, &script, |_| ())
}
