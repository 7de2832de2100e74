//! `cairn inspect`: what is believed about a transmitter and why, or what a snapshot holds.

use super::table::{grouped, table};
use super::{promise, screen, sealed};
use crate::config::LearnerConfig;
use crate::logging;
use crate::store::Store;
use anyhow::Context as _;
use cairn_ground::{Mobility, TransmitterId, TransmitterKind};
use cairn_radiomap::{Belief, Explanation, VoteAccount};
use cairn_snapshot::{Snapshot, SnapshotStats};
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What `cairn inspect --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn inspect 02:00:5e:10:00:01 --data ./data
  cairn inspect lte-262-1-4242-26000001 --data ./data --json
  cairn inspect ./data/map/0123456789abcdef.snapshot

A transmitter is written as its address, or as wifi-…, ble-…, gsm|wcdma|lte|nr-MCC-MNC-AREA-CELL.
What is shown is what was sealed last; a running service is not disturbed.";

/// Show what is believed about a transmitter and why, or what a snapshot holds.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Inspect {
    /// A transmitter's identity, or a snapshot file
    #[arg(value_name = "TRANSMITTER|SNAPSHOT")]
    what: String,
    /// Data folder of a service; needed for a transmitter
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Inspect {
    /// Shows what was asked for.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        logging::start(&crate::config::LogConfig::default());
        if let Some(id) = TransmitterId::parse(&self.what) {
            let data = self.data.context("a transmitter needs --data DIR")?;
            return transmitter(&Store::at(&data), id, self.json);
        }
        let path = self.snapshot_path();
        anyhow::ensure!(
            path.exists(),
            "{} is neither a transmitter (02:00:5e:10:00:01, lte-262-1-4242-26000001) nor a file",
            self.what
        );
        snapshot(&path, self.json)
    }

    /// The path named, as it is or in the data folder.
    fn snapshot_path(&self) -> PathBuf {
        let plain = PathBuf::from(&self.what);
        match &self.data {
            Some(data) if !plain.exists() => Store::at(data).map().join(&self.what),
            _ => plain,
        }
    }
}

/// Shows what is believed about one transmitter.
fn transmitter(store: &Store, id: TransmitterId, as_json: bool) -> anyhow::Result<ExitCode> {
    let mut map = sealed::map(store)?;
    map.judge_voices(LearnerConfig::default().threads);
    let Some(explanation) = map.explain(id) else {
        screen::note(&format!("{id} was never heard"));
        return Ok(ExitCode::from(1));
    };
    let text = if as_json {
        explanation_json(&explanation).to_string()
    } else {
        explanation_text(&explanation)
    };
    screen::say(text.trim_end())?;
    Ok(ExitCode::SUCCESS)
}

/// An explanation for people.
fn explanation_text(explanation: &Explanation) -> String {
    let mut rows = vec![
        field("transmitter", explanation.id.to_string()),
        field("heard", format!("{} to {}", explanation.first_day, explanation.last_day)),
    ];
    if let Some(belief) = &explanation.belief {
        rows.extend(belief_rows(belief));
    }
    rows.extend(explanation.remarks.iter().map(|remark| field("remark", remark.to_string())));
    let mut votes = vec![
        ["voice", "day", "weight", "dBm", "σ m", "residual m", "range m", "floor", "height m", ""]
            .map(str::to_owned)
            .to_vec(),
    ];
    for (index, voice) in explanation.voices.iter().enumerate() {
        votes.extend(voice.votes.iter().map(|vote| vote_row(index + 1, vote)));
    }
    format!("{}\n{}", facts(&rows), table(&votes))
}

/// Names and values, one a line.
fn facts(rows: &[(&'static str, String)]) -> String {
    let lines: Vec<String> =
        rows.iter().map(|(name, value)| format!("{name:<12} {value}\n")).collect();
    lines.concat()
}

/// A name and its value.
fn field(name: &'static str, value: String) -> (&'static str, String) {
    (name, value)
}

/// What is believed, for people.
fn belief_rows(belief: &Belief) -> Vec<(&'static str, String)> {
    let (long_m, short_m, _) = belief.covariance.axes();
    let mut rows = vec![
        field("verdict", mobility_name(belief.mobility).to_owned()),
        field("voices", grouped(u64::from(belief.voices))),
        field("observations", grouped(u64::from(belief.observations))),
    ];
    if belief.mobility != Mobility::Moving {
        let (lat, lng) = (belief.place.lat_deg(), belief.place.lng_deg());
        rows.push(field("place", format!("{lat:.6}, {lng:.6}")));
        rows.push(field("sigma", format!("{long_m:.1} m × {short_m:.1} m")));
        rows.push(field("reach", format!("{:.0} m", belief.reach_m)));
    }
    rows.extend(belief.reference_dbm.map(|dbm| field("at 1 m", format!("{dbm:.1} dBm"))));
    rows.extend(belief.floor.map(|floor| field("floor", floor.get().to_string())));
    rows
}

/// One vote, for people.
fn vote_row(voice: usize, vote: &VoteAccount) -> Vec<String> {
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    vec![
        voice.to_string(),
        vote.day.to_string(),
        format!("{:.3}", vote.weight),
        or_dash(vote.rssi_dbm.map(|dbm| dbm.to_string())),
        format!("{:.1}", vote.sigma_m),
        or_dash(vote.residual_m.map(|m| format!("{m:.1}"))),
        or_dash(vote.range_m.map(|m| format!("{m:.1}"))),
        or_dash(vote.floor.map(|floor| floor.get().to_string())),
        or_dash(vote.height_m.map(|m| m.to_string())),
        if vote.surveyed { "surveyed".to_owned() } else { String::new() },
    ]
}

/// An explanation for programs.
fn explanation_json(explanation: &Explanation) -> Value {
    let voices: Vec<Value> = explanation
        .voices
        .iter()
        .map(|voice| voice.votes.iter().map(vote_json).collect::<Value>())
        .collect();
    json!({
        "transmitter": explanation.id.to_string(),
        "first_day": explanation.first_day.to_string(),
        "last_day": explanation.last_day.to_string(),
        "belief": explanation.belief.as_ref().map(belief_json),
        "remarks": explanation.remarks.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "voices": voices,
    })
}

/// A belief for programs; a moving transmitter's place stays untold.
fn belief_json(belief: &Belief) -> Value {
    let stays = belief.mobility != Mobility::Moving;
    json!({
        "lat": stays.then(|| belief.place.lat_deg()),
        "lng": stays.then(|| belief.place.lng_deg()),
        "sigma_m": belief.covariance.sigma_m(),
        "reach_m": belief.reach_m,
        "reference_dbm": belief.reference_dbm,
        "mobility": mobility_name(belief.mobility),
        "voices": belief.voices,
        "observations": belief.observations,
        "floor": belief.floor.map(cairn_ground::Floor::get),
    })
}

/// A vote for programs.
fn vote_json(vote: &VoteAccount) -> Value {
    json!({
        "lat": vote.place.map(cairn_ground::LatLng::lat_deg),
        "lng": vote.place.map(cairn_ground::LatLng::lng_deg),
        "day": vote.day.to_string(),
        "weight": vote.weight,
        "rssi_dbm": vote.rssi_dbm,
        "sigma_m": vote.sigma_m,
        "residual_m": vote.residual_m,
        "range_m": vote.range_m,
        "height_m": vote.height_m,
        "floor": vote.floor.map(cairn_ground::Floor::get),
        "surveyed": vote.surveyed,
    })
}

/// Shows what a snapshot holds.
pub(super) fn snapshot(path: &Path, as_json: bool) -> anyhow::Result<ExitCode> {
    let snapshot = Snapshot::open(path).with_context(|| format!("open {}", path.display()))?;
    let text =
        if as_json { snapshot_json(&snapshot).to_string() } else { snapshot_text(&snapshot) };
    screen::say(text.trim_end())?;
    Ok(ExitCode::SUCCESS)
}

/// A snapshot for people.
fn snapshot_text(snapshot: &Snapshot) -> String {
    let (stats, meta) = (snapshot.stats(), snapshot.meta());
    let mut rows = vec![
        field("snapshot", snapshot.id().to_string()),
        field("bytes", grouped(stats.file_bytes)),
        field("per record", format!("{:.1} bytes", stats.bytes_per_transmitter())),
        field("transmitters", grouped(stats.n_records)),
        field("readable", grouped(stats.n_readable)),
        field("newest day", meta.newest_day.to_string()),
        field("made by", format!("cairn {}", meta.code_revision)),
        field("calibration", format!("{} rows", meta.calibration.len())),
    ];
    rows.extend(kinds(&stats).map(|(name, n)| field(name, grouped(n))));
    rows.extend(verdicts(&stats).map(|(name, n)| field(name, grouped(n))));
    rows.push(field("buildings", grouped(snapshot.venues().count() as u64)));
    rows.push(field("heights", grouped(snapshot.heights().count() as u64)));
    format!("{}\n{}", facts(&rows), promise::text(&meta.calibration))
}

/// A snapshot for programs.
fn snapshot_json(snapshot: &Snapshot) -> Value {
    let (stats, meta) = (snapshot.stats(), snapshot.meta());
    let counts = |pairs: Vec<(&'static str, u64)>| -> Value {
        pairs.into_iter().map(|(name, n)| (name.to_owned(), Value::from(n))).collect()
    };
    json!({
        "id": snapshot.id().to_string(),
        "bytes": stats.file_bytes,
        "transmitters": stats.n_records,
        "readable": stats.n_readable,
        "newest_day": meta.newest_day.to_string(),
        "code_revision": meta.code_revision,
        "kinds": counts(kinds(&stats).collect()),
        "verdicts": counts(verdicts(&stats).collect()),
        "calibration_rows": meta.calibration.len(),
        "calibration": promise::json(&meta.calibration),
        "buildings": snapshot.venues().count(),
        "heights": snapshot.heights().count(),
    })
}

/// Records by kind.
fn kinds(stats: &SnapshotStats) -> impl Iterator<Item = (&'static str, u64)> + use<> {
    TransmitterKind::ALL.into_iter().map(TransmitterKind::name).zip(stats.n_by_kind)
}

/// Records by verdict.
fn verdicts(stats: &SnapshotStats) -> impl Iterator<Item = (&'static str, u64)> + use<> {
    [Mobility::Unsure, Mobility::Fixed, Mobility::Moving]
        .map(mobility_name)
        .into_iter()
        .zip(stats.n_by_mobility)
}

/// The word for a verdict.
const fn mobility_name(mobility: Mobility) -> &'static str {
    match mobility {
        Mobility::Unsure => "unsure",
        Mobility::Fixed => "fixed",
        Mobility::Moving => "moving",
    }
}
