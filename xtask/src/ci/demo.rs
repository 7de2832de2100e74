//! The demonstration as a check: its own acceptance, and its page in a real browser.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

use super::{Done, Job};
use crate::process::output;
use crate::repo::{Repo, browser as find_browser, is_ci, tool};
use crate::server::Server;

/// How long the demonstration may take until its page can be tested.
const DONE_LIMIT: Duration = Duration::from_mins(5);

/// Runs the demonstration to its end; its exit code says whether it met its own acceptance.
pub(crate) fn once(repo: &Repo, job: &mut Job) -> Result<Done> {
    if let Some(why) = missing_demo(repo)? {
        return Ok(Done::Skipped(why));
    }
    job.run(repo.command(repo.cairn()).args(["demo", "--once"]))
}

/// Tests the page in a browser against a demonstration that stays up.
pub(crate) fn browser(repo: &Repo, job: &mut Job) -> Result<Done> {
    if let Some(why) = missing_demo(repo)?.or(missing_page(repo)?) {
        return Ok(Done::Skipped(why));
    }
    let server =
        Server::start(repo.command(repo.cairn()).args(["demo", "--listen", "127.0.0.1:0"]))?;
    server.wait_for_state("/demo/summary.json", "done", DONE_LIMIT.min(job.left()))?;
    let artifacts = repo.path("artifacts");
    fs::create_dir_all(&artifacts).context("create artifacts")?;
    let mut command = repo.command("npm");
    command.arg("test").current_dir(repo.path("web"));
    command.env("CAIRN_URL", server.url()).env("ARTIFACTS", artifacts);
    command.envs(find_browser().map(|path| ("CHROMIUM", path)));
    job.run_tests(&mut command)?;
    server.stop().map(|()| Done::Passed)
}

/// Why there is no demonstration yet, where there is none.
///
/// # Errors
/// There should be one: its source exists, but the binary is not built or does not know the verb.
fn missing_demo(repo: &Repo) -> Result<Option<String>> {
    let source = output(repo.command("find").args(["crates/node/src", "-name", "*demo*"]))?;
    if source.trim().is_empty() {
        return Ok(Some("crates/node/src has no demo yet".to_owned()));
    }
    ensure!(repo.cairn().exists(), "no release binary: run `cargo xtask ci --only build` first");
    let help = output(repo.command(repo.cairn()).args(["demo", "--help"]))?;
    ensure!(
        help.contains("--once") && help.contains("--listen"),
        "`cairn demo` lacks --once or --listen"
    );
    Ok(None)
}

/// Why the page cannot be tested, where it cannot.
///
/// # Errors
/// It must be tested: this is a run with CI=true, there are tests and node, but no browser.
fn missing_page(repo: &Repo) -> Result<Option<String>> {
    if !repo.has_npm_script("test") {
        return Ok(Some("web/package.json has no script `test` yet".to_owned()));
    }
    if tool("npm").is_none() {
        return Ok(Some("no npm on the path".to_owned()));
    }
    match find_browser() {
        Some(_) => Ok(None),
        None if is_ci() => bail!("no chromium on the path, and CI=true makes this step mandatory"),
        None => Ok(Some("no chromium on the path".to_owned())),
    }
}
