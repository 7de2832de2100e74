//! Rows of `mobility`: transmitters with where and when they were heard.
//!
//! No set tells which transmitters moved. What a hotspot's name hints at is the label "mobile"; "moved" is
//! made of two fixed ones' readings, the first until a day and the second from it on.

use super::deal::number;
use super::origin::Making;
use super::sets::SetName;
use super::sets::text::lines;
use super::teach::batch;
use crate::limits::MOBILITY_READINGS_MAX;
use anyhow::Context as _;
use cairn_evidence::clean;
use cairn_ground::{Block, Bssid, LatLng, LocalFrame, Timestamp, TransmitterId};
use cairn_learning::data::{Row, Sees};
use cairn_learning::dice::mix;
use cairn_learning::feature::mobility::{self, Reading};
use cairn_sim::{Town, TrafficConfig};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Readings of a transmitter at least.
const READINGS_MIN: usize = 4;
/// Days on which one of those that are joined was heard at least.
const DAYS_MIN: usize = 2;
/// Each so manieth fixed transmitter of a set is the first half of one that moved.
const MOVED_EVERY: usize = 6;
/// The classes, in the order of the spec.
const FIXED: u8 = 0;
/// See [`FIXED`].
const MOVED: u8 = 1;
/// See [`FIXED`].
const MOBILE: u8 = 2;

/// Where and when a transmitter was heard, by whom.
#[derive(Debug, Clone, Copy)]
struct Heard {
    place: LatLng,
    at_ms: i64,
    voice: u64,
    rssi_dbm: Option<f32>,
}

/// A transmitter with its truth.
#[derive(Debug, Clone, Default)]
struct Told {
    heard: Vec<Heard>,
    is_local: bool,
    label: u8,
}

/// Transmitters of an outdoor set.
pub(super) fn of_set(making: &Making<'_>, set: SetName, data: &Path) -> anyhow::Result<Vec<Row>> {
    let mut told: BTreeMap<u64, Told> = BTreeMap::new();
    for file in set.files(data)? {
        for line in lines(&file)? {
            let record: Value = serde_json::from_str(&line?).context("read a record")?;
            take(&record, &mut told);
        }
    }
    let mut all: Vec<Told> =
        told.into_values().filter(|it| it.heard.len() >= READINGS_MIN).collect();
    let moved = joined(&all);
    all.extend(moved);
    Ok(rows(making, set.name(), all))
}

fn take(record: &Value, told: &mut BTreeMap<u64, Told>) {
    let degrees = |name: &str| record["position"][name].as_f64();
    let place = degrees("latitude").zip(degrees("longitude"));
    let place = place.and_then(|(lat, lng)| LatLng::new(lat, lng).ok());
    let (Some(place), Some(at_ms)) = (place, record["timestamp"].as_i64()) else { return };
    let voice = number(record["session"].as_str().unwrap_or_default());
    for network in record["wifiAccessPoints"].as_array().into_iter().flatten() {
        let Some(bssid) = network["macAddress"].as_str().and_then(Bssid::parse) else { continue };
        let of = told.entry(TransmitterId::Wifi(bssid).key().get()).or_default();
        of.is_local = bssid.is_locally_administered();
        if network["ssidHint"].as_str() == Some("hotspot") {
            of.label = MOBILE;
        }
        let rssi_dbm = network["signalStrength"].as_f64().map(|dbm| dbm as f32);
        of.heard.push(Heard { place, at_ms, voice, rssi_dbm });
    }
}

/// Some that moved: the readings of one until its middle day, of another from that day on.
fn joined(all: &[Told]) -> Vec<Told> {
    let fixed: Vec<&Told> =
        all.iter().filter(|it| it.label == FIXED && days(it).len() >= DAYS_MIN).collect();
    let pairs = fixed.iter().zip(fixed.iter().skip(fixed.len() / 2)).step_by(MOVED_EVERY);
    let join = |(first, second): (&&Told, &&Told)| {
        let days = days(first);
        let at = days[days.len() / 2];
        let before = first.heard.iter().filter(|it| day(it) < at).copied();
        // The second is heard on its own days, told as the first's later ones.
        let shift_ms = 86_400_000 * i64::from(at - days_first(second));
        let after = second.heard.iter().map(|it| Heard { at_ms: it.at_ms + shift_ms, ..*it });
        Told { heard: before.chain(after).collect(), is_local: first.is_local, label: MOVED }
    };
    pairs.map(join).filter(|it| it.heard.len() >= READINGS_MIN).collect()
}

fn day(heard: &Heard) -> i32 {
    i32::from(Timestamp::from_ms(heard.at_ms).day().get())
}

fn days(told: &Told) -> Vec<i32> {
    let mut days: Vec<i32> = told.heard.iter().map(day).collect();
    days.sort_unstable();
    days.dedup();
    days
}

fn days_first(told: &Told) -> i32 {
    days(told).first().copied().unwrap_or(0)
}

/// Transmitters of a town, by the evidence that cleaning leaves.
pub(super) fn of_town(making: &Making<'_>, town: &Town, traffic: &TrafficConfig) -> Vec<Row> {
    let truth: BTreeMap<TransmitterId, u8> = (town.transmitters.iter())
        .map(|it| {
            let label = if it.moving {
                MOBILE
            } else if it.earlier.is_some() {
                MOVED
            } else {
                FIXED
            };
            (it.id, label)
        })
        .collect();
    let mut told: BTreeMap<TransmitterId, Told> = BTreeMap::new();
    for (taken, sent) in (0..).zip(town.contributions(traffic)) {
        let Some(received) = sent.reports.first().map(|it| it.timestamp().day()) else { continue };
        let (evidence, _) = clean(&batch(&sent.nickname, received, taken, sent.reports));
        for piece in &evidence {
            for heard in piece.heard.iter().filter(|it| !it.repeated) {
                let of = told.entry(heard.transmitter).or_default();
                of.heard.push(Heard {
                    place: heard.place,
                    at_ms: piece.day.start().ms(),
                    voice: piece.voice.0,
                    rssi_dbm: heard.rssi_dbm.map(f32::from),
                });
            }
        }
    }
    let known = told.into_iter().filter_map(|(id, told)| {
        let is_local = match id {
            TransmitterId::Wifi(bssid) | TransmitterId::Ble(bssid) => {
                bssid.is_locally_administered()
            }
            TransmitterId::Cell(_) => return None,
        };
        Some(Told { label: *truth.get(&id)?, is_local, ..told })
    });
    let known: Vec<Told> = known.filter(|it| it.heard.len() >= READINGS_MIN).collect();
    rows(making, "town", known)
}

/// Rows, of rare classes all and of the others so many.
fn rows(making: &Making<'_>, set: &str, told: Vec<Told>) -> Vec<Row> {
    let (rare, common): (Vec<Told>, Vec<Told>) = told.into_iter().partition(|it| it.label != FIXED);
    let common = super::deal::thin(common, making.n_rows_max.saturating_sub(rare.len()).max(1));
    rare.into_iter().chain(common).map(|told| row(set, &told)).collect()
}

fn row(set: &str, told: &Told) -> Row {
    let origin = told.heard[0].place;
    let frame = LocalFrame::at(origin);
    let reading = |heard: &Heard| {
        let at = frame.enu_from_latlng(heard.place);
        Reading { at, day: day(heard), voice: heard.voice, rssi_dbm: heard.rssi_dbm }
    };
    let heard = super::deal::thin(told.heard.clone(), MOBILITY_READINGS_MAX);
    let readings: Vec<Reading> = heard.iter().map(reading).collect();
    let block = Block::of(origin).number();
    Row {
        at_ms: told.heard.iter().map(|it| it.at_ms).max().unwrap_or(0),
        // Who hears one transmitter hears its neighbors too: a block is what rows share their errors by.
        contributor: mix(number(set), block),
        block,
        sequence: 0,
        sees: Sees::Itself,
        saw_own: false,
        features: mobility::row(&readings, told.is_local).to_vec(),
        label: f32::from(told.label),
        promised_m: None,
        place: Some(origin),
        slices: [
            ("set", set.to_owned()),
            ("votes", super::deal::how_many(told.heard.len()).to_owned()),
        ]
        .into(),
    }
}
