//! What one snapshot knows and another does not, and what moved between them.

use super::super::screen;
use super::super::table::{grouped, table};
use super::open;
use cairn_ground::{Geodesic, TransmitterKey};
use cairn_snapshot::Snapshot;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// Transmitters named one by one.
const NAMED_MAX: usize = 20;

/// Two snapshots to compare.
#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The earlier one
    #[arg(value_name = "FILE")]
    before: PathBuf,
    /// The later one
    #[arg(value_name = "FILE")]
    after: PathBuf,
    /// Metres from which a transmitter counts as moved
    #[arg(long, value_name = "METRES", default_value_t = 1.0)]
    moved: f64,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// How two snapshots differ.
#[derive(Debug, Default)]
struct Differences {
    only_before: u64,
    only_after: u64,
    equal: u64,
    changed: u64,
    moved: u64,
    /// The farthest moves: metres and whose.
    farthest: Vec<(f64, TransmitterKey)>,
}

impl Diff {
    /// Compares and says how they differ.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let (before, after) = (open(&self.before)?, open(&self.after)?);
        let found = Differences::between(&before, &after, self.moved);
        let text = if self.json { found.json() } else { found.text() };
        screen::say(text.trim_end())?;
        Ok(if found.is_none() { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }
}

impl Differences {
    fn between(before: &Snapshot, after: &Snapshot, moved_m: f64) -> Self {
        let mut found = Self::default();
        for was in before {
            let Some(is) = after.get(was.key) else {
                found.only_before += 1;
                continue;
            };
            if was == is {
                found.equal += 1;
                continue;
            }
            found.changed += 1;
            let far_m = Geodesic.distance_m(was.place, is.place);
            if far_m >= moved_m {
                found.moved += 1;
                found.note(far_m, was.key);
            }
        }
        found.only_after = after.len() - (after.len().min(found.equal + found.changed));
        found
    }

    /// Keeps the farthest.
    fn note(&mut self, far_m: f64, key: TransmitterKey) {
        let place = self.farthest.partition_point(|(other_m, _)| *other_m >= far_m);
        if place < NAMED_MAX {
            self.farthest.insert(place, (far_m, key));
            self.farthest.truncate(NAMED_MAX);
        }
    }

    const fn is_none(&self) -> bool {
        self.only_before + self.only_after + self.changed == 0
    }

    fn text(&self) -> String {
        let counts = [
            ("equal", self.equal),
            ("changed", self.changed),
            ("of these moved", self.moved),
            ("only before", self.only_before),
            ("only after", self.only_after),
        ];
        let mut rows: Vec<_> =
            counts.iter().map(|(name, n)| vec![(*name).to_owned(), grouped(*n)]).collect();
        rows.extend(
            self.farthest
                .iter()
                .map(|(far_m, key)| vec![format!("{:014x}", key.get()), format!("{far_m:.1} m")]),
        );
        table(&rows)
    }

    fn json(&self) -> String {
        let farthest: Vec<_> = self
            .farthest
            .iter()
            .map(|(far_m, key)| json!({"key": format!("{:014x}", key.get()), "moved_m": far_m}))
            .collect();
        json!({
            "equal": self.equal,
            "changed": self.changed,
            "moved": self.moved,
            "only_before": self.only_before,
            "only_after": self.only_after,
            "farthest": farthest,
        })
        .to_string()
    }
}
