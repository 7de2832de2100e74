//! `cairn journal status`: where it begins and ends, and who is how far.

use super::super::screen;
use super::super::table::{grouped, table};
use super::Data;
use crate::learner::parked::Parked;
use crate::relay::positions;
use crate::store::Store;
use anyhow::Context as _;
use cairn_ground::Day;
use cairn_journal::{Position, ReadOnlyJournal};
use cairn_snapshot::Manifest;
use clap::Args;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::ExitCode;

/// What `cairn journal status --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn journal status --data ./data
  cairn journal status --data ./data --json | jq .end

Exit code 1 means that records are parked or something is damaged.";

/// Show where it begins and ends, how large it is, and who is how far.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Status {
    #[command(flatten)]
    data: Data,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What there is to say.
struct Found {
    start: Position,
    end: Position,
    n_segments: usize,
    first_day: Option<Day>,
    last_day: Option<Day>,
    free_bytes: Option<u64>,
    sealed: Option<u64>,
    relays: BTreeMap<String, u64>,
    n_parked: usize,
    damaged: Vec<String>,
}

impl Status {
    /// Says it.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let found = Found::of(&self.data.open()?, &self.data.store())?;
        if self.json {
            screen::say(&found.to_json().to_string())?;
        } else {
            screen::say(found.to_text().trim_end())?;
        }
        let is_well = found.n_parked == 0 && found.damaged.is_empty();
        Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }
}

impl Found {
    fn of(journal: &ReadOnlyJournal, store: &Store) -> anyhow::Result<Self> {
        let segments = journal.segments();
        let last = segments.iter().rev().find(|segment| segment.end > segment.start);
        let manifest = Manifest::load(&store.map()).context("read the manifest")?;
        Ok(Self {
            start: journal.start(),
            end: journal.committed(),
            n_segments: segments.len(),
            first_day: days(journal, journal.start()).next(),
            last_day: last.and_then(|segment| days(journal, segment.start).last()),
            free_bytes: journal.free_bytes(),
            sealed: manifest.map(|it| it.manifest.journal_position),
            relays: positions(&store.relay()).context("read how far the relays are")?,
            n_parked: Parked::at(&store.parked()).count().context("count what is parked")?,
            damaged: journal.findings().damaged.iter().map(ToString::to_string).collect(),
        })
    }

    fn to_text(&self) -> String {
        let behind = |position: u64| {
            let lag_bytes = self.end.get().saturating_sub(position);
            format!("{} ({} behind)", grouped(position), grouped(lag_bytes))
        };
        let day = |day: Option<Day>| day.map_or_else(String::new, |day| format!(" ({day})"));
        let mut rows = vec![
            ("begins at", format!("{}{}", grouped(self.start.get()), day(self.first_day))),
            ("ends at", format!("{}{}", grouped(self.end.get()), day(self.last_day))),
            ("segments", grouped(self.n_segments as u64)),
        ];
        rows.extend(self.free_bytes.map(|bytes| ("free on its disk", grouped(bytes))));
        rows.extend(self.sealed.map(|position| ("sealed to", behind(position))));
        rows.push(("parked", grouped(self.n_parked as u64)));
        let relays = self.relays.iter().map(|(name, at)| (format!("relay {name}"), behind(*at)));
        let rows = rows.into_iter().map(|(name, text)| (name.to_owned(), text));
        let damaged = self.damaged.iter().map(|place| ("damaged".to_owned(), place.clone()));
        let lines = rows.chain(relays).chain(damaged).map(|(name, text)| vec![name, text]);
        table(&lines.collect::<Vec<_>>())
    }

    fn to_json(&self) -> Value {
        json!({
            "start": self.start.get(),
            "end": self.end.get(),
            "bytes": self.end.get() - self.start.get(),
            "segments": self.n_segments,
            "first_day": self.first_day.map(|day| day.to_string()),
            "last_day": self.last_day.map(|day| day.to_string()),
            "free_bytes": self.free_bytes,
            "sealed": self.sealed,
            "relays": self.relays,
            "parked": self.n_parked,
            "damaged": self.damaged,
        })
    }
}

/// The days on which the records from a position on were received; what cannot be read is left out.
fn days(journal: &ReadOnlyJournal, from: Position) -> impl Iterator<Item = Day> {
    let reader = journal.read_from(from).into_iter().flatten();
    reader.map_while(Result::ok).map(|(_, batch)| batch.received)
}
