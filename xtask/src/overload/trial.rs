//! One mix: what the service takes, then many times that, with somebody who calls for help beside.

use std::time::Duration;

use anyhow::{Context as _, Result};

use super::load::{Load, Rate, Seen, finish, run, start};
use super::{Options, Stage};
use crate::clock::Stopwatch;
use crate::say;

/// Queries of one batch.
const BATCH: u32 = 100;
/// Longest time that the service may take to be as quick as before.
const RECOVERY_MAX: Duration = Duration::from_secs(10);

/// What a flood is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mix {
    /// Queries of people.
    Queries,
    /// Submissions.
    Reports,
    /// Batches of queries.
    Batches,
}

impl Mix {
    const ALL: [Self; 3] = [Self::Queries, Self::Reports, Self::Batches];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Queries => "queries",
            Self::Reports => "reports",
            Self::Batches => "batches",
        }
    }

    fn load(self, stage: &Stage, rate: Rate, time: Duration) -> Load {
        let (path, file, per_request) = match self {
            Self::Queries => ("/v1/geolocate", "queries.jsonl", 1),
            Self::Reports => ("/v2/geosubmit", "reports.jsonl", 1),
            Self::Batches => ("/v1/geolocate/batch", "queries.jsonl", BATCH),
        };
        let url = format!("{}{path}", stage.address);
        let connections = stage.options.connections;
        Load { url, file, per_request, rate, connections, time, behind: true }
    }
}

/// What one mix did.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trial {
    pub(super) mix: Mix,
    /// Requests that the service takes a second.
    pub(super) capacity_per_s: f64,
    pub(super) flood: Seen,
    /// Who called for help with nobody beside.
    pub(super) calm: Seen,
    /// And during the flood.
    pub(super) help: Seen,
    /// Seconds after the flood until help was as quick as before; none within the longest time.
    pub(super) recovered_s: Option<f64>,
    /// Memory before, at the end of a third, and at the end of the flood, MiB.
    pub(super) resident_mib: [f64; 3],
}

/// Every mix in turn; one that this service has no route for is left out.
pub(super) fn all(stage: &Stage) -> Result<Vec<Trial>> {
    let calm = run(stage, &help(stage, Duration::from_secs(stage.options.seconds.div_ceil(2))))?;
    let mut trials = Vec::new();
    for mix in Mix::ALL {
        let few = Duration::from_secs((stage.options.seconds / 6).max(2));
        let most = run(stage, &Load { connections: 64, ..mix.load(stage, Rate::Max, few) })?;
        if most.found == 0 {
            say::line(format_args!("{}: not answered, left out", mix.name()));
            continue;
        }
        let capacity_per_s = per_second(most.found, few);
        say::line(format_args!("{}: {capacity_per_s:.0} a second", mix.name()));
        trials.push(one(stage, mix, capacity_per_s, calm)?);
    }
    Ok(trials)
}

fn one(stage: &Stage, mix: Mix, capacity_per_s: f64, calm: Seen) -> Result<Trial> {
    let Options { seconds, factor, .. } = stage.options;
    let time = Duration::from_secs(seconds);
    let before = resident_mib(stage)?;
    let rate = Rate::PerSecond((capacity_per_s * factor).max(1.0));
    let flood = start(stage, &mix.load(stage, rate, time))?;
    let first = run(stage, &help(stage, time / 3))?;
    let third = resident_mib(stage)?;
    let rest = run(stage, &help(stage, time / 3 * 2))?;
    let end = resident_mib(stage)?;
    let flood = finish(flood)?;
    let recovered_s = recovered_s(stage, calm)?;
    let resident_mib = [before, third, end];
    Ok(Trial {
        mix,
        capacity_per_s,
        flood,
        calm,
        help: worse(first, rest),
        recovered_s,
        resident_mib,
    })
}

/// The load of who calls for help.
fn help(stage: &Stage, time: Duration) -> Load {
    Load {
        url: stage.emergency.clone(),
        file: "queries.jsonl",
        per_request: 1,
        rate: Rate::PerSecond(f64::from(stage.options.trickle)),
        connections: 4,
        time,
        behind: false,
    }
}

/// The worse of two stretches, with the counts of both.
const fn worse(one: Seen, other: Seen) -> Seen {
    Seen {
        found: one.found + other.found,
        put_off: one.put_off + other.put_off,
        other: one.other + other.other,
        lost: one.lost + other.lost,
        p50_ms: one.p50_ms.max(other.p50_ms),
        p99_ms: one.p99_ms.max(other.p99_ms),
    }
}

/// Asks second by second until it is as quick as before.
fn recovered_s(stage: &Stage, calm: Seen) -> Result<Option<f64>> {
    let since = Stopwatch::start();
    while since.elapsed() < RECOVERY_MAX {
        let began = since.elapsed();
        let now = run(stage, &help(stage, Duration::from_secs(1)))?;
        if now.p99_ms <= calm.p99_ms * 2.0 && now.lost == 0 {
            return Ok(Some(began.as_secs_f64()));
        }
    }
    Ok(None)
}

/// Memory of the service.
fn resident_mib(stage: &Stage) -> Result<f64> {
    let path = format!("/proc/{}/status", stage.server.pid());
    let status = std::fs::read_to_string(&path).with_context(|| format!("read {path}"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse().context("read VmRSS")?;
    Ok(kib / 1_024.0)
}

/// A count by time.
#[expect(clippy::cast_precision_loss, reason = "a count of answers")]
pub(super) fn per_second(n: u64, time: Duration) -> f64 {
    n as f64 / time.as_secs_f64()
}
