//! Verbs that hand their work to another tool: benches to cargo, packages to cargo-deb, the measuring to
//! its script.

use std::env;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::process;
use crate::repo::{Repo, tool};
use crate::say;

/// How long benches may take: they are run by hand.
const BENCH_LIMIT: Duration = Duration::from_hours(4);

/// Measuring reads every file once.
const BEAUTY_LIMIT: Duration = Duration::from_mins(2);

/// A package is a release build and a few seconds.
const DEB_LIMIT: Duration = Duration::from_hours(1);

/// Runs `cargo bench` over the workspace.
///
/// # Errors
/// A bench failed.
pub(crate) fn bench(repo: &Repo, filter: Option<&str>, rest: &[String]) -> Result<()> {
    // Bench targets alone: the test harness of libraries refuses a bench's arguments.
    let mut command = repo.cargo(&["bench", "--workspace", "--locked", "--bench", "*"]);
    command.args(filter);
    if !rest.is_empty() {
        command.arg("--").args(rest);
    }
    process::run(&mut command, BENCH_LIMIT, |_| ())
}

/// Builds the Debian package; the last line names the file. `beside` is a folder that may hold cargo-deb
/// when it is not on the path.
///
/// # Errors
/// cargo-deb is not installed, or the build failed.
pub(crate) fn deb(repo: &Repo, beside: &Path) -> Result<()> {
    let missing = "no cargo-deb on the path: install it with `cargo install cargo-deb`";
    ensure!(tool("cargo-deb").is_some() || beside.join("cargo-deb").exists(), missing);
    let mut command = repo.cargo(&["deb", "--package", "cairn-node", "--locked", "--strip"]);
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain([beside.to_path_buf()]);
    command.env("PATH", env::join_paths(folders).context("join the path")?);
    // Which commit it is, for `/version`.
    command.envs(commit(repo).map(|id| ("CAIRN_COMMIT", id)));
    process::run(&mut command, DEB_LIMIT, |_| ())
}

/// The commit that is checked out, where git knows it.
fn commit(repo: &Repo) -> Option<String> {
    let id = process::output(repo.command("git").args(["rev-parse", "--short", "HEAD"])).ok()?;
    Some(id.trim().to_owned())
}

/// Prints the shape of the tree as the anchors' were measured.
///
/// # Errors
/// The script failed.
pub(crate) fn beauty(repo: &Repo) -> Result<()> {
    let Some(script) = repo.shared("tools/measure_beauty.py") else {
        say::skipped("no ../shared");
        return Ok(());
    };
    let mut command = repo.command("python3");
    process::run(command.arg(script).arg(repo.root()), BEAUTY_LIMIT, |_| ())
}
