//! Verbs that hand their work to another tool: benches to cargo, the measuring to its script.

use std::time::Duration;

use anyhow::Result;

use crate::process;
use crate::repo::Repo;
use crate::say;

/// How long benches may take: they are run by hand.
const BENCH_LIMIT: Duration = Duration::from_hours(4);

/// Measuring reads every file once.
const BEAUTY_LIMIT: Duration = Duration::from_mins(2);

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
