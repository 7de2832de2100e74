//! A release server that knows nothing, a script that teaches and asks it, and the script's report.

use std::env::temp_dir;
use std::fs;
use std::path::Path;
use std::process::{Command, id};
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::process;
use crate::repo::Repo;
use crate::say;
use crate::server::Server;

/// How long building the release binary may take.
const BUILD_LIMIT: Duration = Duration::from_mins(30);

/// How long teaching and asking one set may take.
const SET_LIMIT: Duration = Duration::from_mins(30);

/// Builds the binary that is measured.
///
/// # Errors
/// The build failed.
pub(crate) fn build(repo: &Repo) -> Result<()> {
    process::run(&mut repo.cargo(&["build", "--release", "--locked"]), BUILD_LIMIT, |_| ())
}

/// The report of one set: `script` gets the server's address and adds what it asks for.
///
/// # Errors
/// The server or the script failed, or the report is none.
pub(crate) fn report(
    repo: &Repo,
    set: &str,
    script: impl FnOnce(&mut Command, &str) -> Result<()>,
) -> Result<Value> {
    say::heading(set);
    let folder = temp_dir().join(format!("cairn-eval-{set}-{}", id()));
    let report = report_in(repo, script, &folder);
    fs::remove_dir_all(&folder).ok();
    report.with_context(|| format!("evaluate {set}"))
}

fn report_in(
    repo: &Repo,
    script: impl FnOnce(&mut Command, &str) -> Result<()>,
    folder: &Path,
) -> Result<Value> {
    let (data, out) = (folder.join("data"), folder.join("report.json"));
    fs::create_dir_all(&data)?;
    let mut command = repo.command(repo.cairn());
    command.arg("serve").arg("--data").arg(&data).args(["--listen", "127.0.0.1:0"]);
    let server = Server::start(&mut command)?;
    let mut python = repo.command("python3");
    script(&mut python, &server.url())?;
    python.arg("--out").arg(&out);
    process::run(&mut python, SET_LIMIT, |_| ())?;
    server.stop()?;
    let text = fs::read_to_string(&out).context("read the report")?;
    serde_json::from_str(&text).context("parse the report")
}
