//! The web page: built into `web/dist`, committed, and checked to be what the sources build to.

use std::time::Duration;

use anyhow::{Result, bail, ensure};

use crate::process;
use crate::repo::{Repo, tool};

/// How long one npm command may take: on a fresh machine it downloads.
pub(crate) const NPM_LIMIT: Duration = Duration::from_mins(10);

/// Why the page cannot be built here, where it cannot.
pub(crate) fn missing(repo: &Repo) -> Option<&'static str> {
    if !repo.has("web/package.json") {
        return Some("web/package.json does not exist yet");
    }
    if !repo.has_npm_script("build") || !repo.has_npm_script("check") {
        return Some("web/package.json has no scripts `build` and `check` yet");
    }
    (tool("node").is_none() || tool("npm").is_none()).then_some("no node and npm on the path")
}

/// Builds the page, or with `check` only compares. Each npm command may take `limit`.
///
/// # Errors
/// Something is missing, a type is wrong, or `web/dist` is stale.
pub(crate) fn run(repo: &Repo, check: bool, limit: Duration) -> Result<()> {
    if let Some(why) = missing(repo) {
        bail!("cannot build the page: {why}");
    }
    npm(repo, limit, &["ci", "--no-audit", "--no-fund"])?;
    if !check {
        return npm(repo, limit, &["run", "build"]);
    }
    npm(repo, limit, &["run", "check"])?;
    ensure!(
        repo.has("web/dist/index.html"),
        "web/dist is not there: run `cargo xtask web` and commit it"
    );
    npm(repo, limit, &["run", "fresh"])
}

fn npm(repo: &Repo, limit: Duration, args: &[&str]) -> Result<()> {
    let mut command = repo.command("npm");
    process::run(command.args(args).current_dir(repo.path("web")), limit, |_| ())
}
