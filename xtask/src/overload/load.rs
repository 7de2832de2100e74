//! `cairn bench` as a process on the load's cores.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::Stage;

/// How fast to ask.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rate {
    /// As fast as answers come.
    Max,
    /// Requests a second.
    PerSecond(f64),
}

/// What to ask.
#[derive(Debug, Clone)]
pub(super) struct Load {
    /// Where.
    pub(super) url: String,
    /// The file of bodies in the stage's folder.
    pub(super) file: &'static str,
    /// Lines of a body.
    pub(super) per_request: u32,
    /// How fast.
    pub(super) rate: Rate,
    /// Over how many connections.
    pub(super) connections: u32,
    /// For how long.
    pub(super) time: Duration,
    /// Whether other loads on the same cores go first.
    pub(super) behind: bool,
}

/// What came of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    /// Answers with status 200.
    pub(super) found: u64,
    /// Answers 429 and 503.
    pub(super) put_off: u64,
    /// Other statuses; 404 is an answer, and not one of them.
    pub(super) other: u64,
    /// Requests without an answer.
    pub(super) lost: u64,
    /// Half of the answers came within this, ms.
    pub(super) p50_ms: f64,
    /// All but one in a hundred, ms.
    pub(super) p99_ms: f64,
}

/// Asks and waits for the end.
pub(super) fn run(stage: &Stage, load: &Load) -> Result<Seen> {
    finish(start(stage, load)?)
}

/// Begins to ask.
pub(super) fn start(stage: &Stage, load: &Load) -> Result<Child> {
    let options = &stage.options;
    let mut command = Command::new("taskset");
    command.args(["-c", &options.load_cores]);
    if load.behind {
        command.args(["nice", "-n", "5"]);
    } else if stage.help_first {
        command.args(["chrt", "--rr", "1"]);
    }
    command.arg(&options.cairn).arg("bench").arg(&load.url);
    command.arg("--scans").arg(stage.folder.join(load.file));
    let rate = match load.rate {
        Rate::Max => "max".to_owned(),
        Rate::PerSecond(rate) => format!("{rate:.0}"),
    };
    command.args(["--rate", &rate, "--seconds", &load.time.as_secs().max(1).to_string()]);
    command.args(["--connections", &load.connections.to_string(), "--json", "--patience", "10"]);
    command.args(["--warm-up", "0"]);
    if load.per_request > 1 {
        command.args(["--per-request", &load.per_request.to_string()]);
    }
    if load.behind {
        command.args(["--threads", &options.threads.to_string()]);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn().context("start taskset … cairn bench")
}

/// Waits for the end.
pub(super) fn finish(child: Child) -> Result<Seen> {
    let output = child.wait_with_output().context("wait for cairn bench")?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(!text.trim().is_empty(), "cairn bench ended with {} and no figures", output.status);
    let said: Value = serde_json::from_str(text.trim()).context("read what cairn bench says")?;
    let count = |name: &str| said[name].as_u64().with_context(|| format!("{name} in {said}"));
    let time = |name: &str| said[name].as_f64().with_context(|| format!("{name} in {said}"));
    Ok(Seen {
        found: count("found")?,
        put_off: count("put_off")?,
        other: count("other")?,
        lost: count("lost")?,
        p50_ms: time("p50_ms")?,
        p99_ms: time("p99_ms")?,
    })
}
