//! Rows of `floor`: the levels that a query's transmitters were heard on by others.

use super::deal::{how_many, number, part, thin};
use super::origin::Making;
use super::sets::SetName;
use super::sets::traces::{Kind, Walk, place_at, visit, way};
use cairn_ground::{Block, Bssid, Dbm, LatLng, TransmitterId, TransmitterKind};
use cairn_learning::data::{Row, Sees};
use cairn_learning::dice::mix;
use cairn_learning::feature::floor::{Asked, FEATURES, Levels, Reading, rows};
use cairn_report::Observation;
use cairn_sim::{HeldOutConfig, Town, TrafficConfig};
use std::path::Path;

/// Groups take turns: each of so many parts asks once what the others taught.
const PARTS: u8 = 5;
/// Age up to which a reading tells of the level where its list arrived, ms.
const FRESH_MS: i64 = 8_000;
/// Time around a scan in which Bluetooth and pressure belong to it, ms.
const NEAR_MS: i64 = 2_000;

/// A scan on a level.
struct Scan {
    group: String,
    at_ms: i64,
    place: LatLng,
    level: i16,
    heard: Vec<Reading>,
    building: Option<u64>,
    pressure_hpa: Option<f32>,
}

impl Scan {
    fn asked(&self) -> Asked<'_> {
        let Self { heard, building, pressure_hpa, .. } = self;
        Asked { heard, building: *building, pressure_hpa: *pressure_hpa }
    }
}

/// Rows of an indoor set.
pub(super) fn of_set(making: &Making<'_>, set: SetName, data: &Path) -> anyhow::Result<Vec<Row>> {
    let kind = if set == SetName::Ipin { Kind::Ipin } else { Kind::IndoorMs };
    let mut scans = Vec::new();
    visit(&set.folder(data), &["G", "W", "B", "R"], |walk| {
        scans.extend(scans_of(&walk, kind)?);
        Ok(())
    })?;
    let most = making.n_rows_max.div_ceil(usize::from(PARTS));
    let mut all = Vec::new();
    for fold in 0..PARTS {
        let is_asked = |scan: &&Scan| part(&scan.group, PARTS) == fold;
        let mut levels = Levels::default();
        for scan in scans.iter().filter(|scan| !is_asked(scan)) {
            levels.learn(scan.level, &scan.asked());
        }
        for scan in thin(scans.iter().filter(is_asked).collect::<Vec<_>>(), most) {
            all.extend(rows_of(set.name(), &levels, scan, (all.len(), Sees::OthersOnly)));
        }
    }
    Ok(all)
}

/// The candidates of a scan; none when the right level is not among them.
fn rows_of(set: &str, levels: &Levels, scan: &Scan, (number_of, sees): (usize, Sees)) -> Vec<Row> {
    let candidates = rows(levels, &scan.asked());
    if !candidates.iter().any(|(level, _)| *level == scan.level) {
        return Vec::new();
    }
    let n_levels = candidates.len();
    let row = |(level, features): (i16, [f32; FEATURES.len()])| Row {
        at_ms: scan.at_ms,
        contributor: mix(number(set), number(&scan.group)),
        block: Block::of(scan.place).number(),
        sequence: u32::try_from(number_of).unwrap_or(u32::MAX),
        sees,
        saw_own: false,
        features: features.to_vec(),
        label: f32::from(u8::from(level == scan.level)),
        promised_m: None,
        place: Some(scan.place),
        slices: [("set", set.to_owned()), ("levels", how_many(n_levels).to_owned())].into(),
    };
    candidates.into_iter().map(row).collect()
}

fn scans_of(walk: &Walk, kind: Kind) -> anyhow::Result<Vec<Scan>> {
    let way = way(walk, kind)?;
    let (group, building) = match kind {
        Kind::IndoorMs => (walk.head.get(1), walk.head.get(2).map(number)),
        Kind::Ipin => (walk.head.get(2), Some(number("ipin"))),
    };
    let group = group.cloned().unwrap_or_default();
    let mut scans = Vec::new();
    for event in walk.events.iter().filter(|event| event[0] == "W") {
        let Some(at_ms) = field::<i64>(event, 1) else { continue };
        let Some(point) = place_at(&way, at_ms) else { continue };
        let Some(level) = point.floor() else { continue };
        let mut heard = wifi(event.get(2).map_or("", String::as_str));
        heard.extend(near(walk, "B", at_ms).filter_map(|event| ble(event)));
        let pressure = near(walk, "R", at_ms).find_map(|event| field::<f32>(event, 2));
        scans.push(Scan {
            group: group.clone(),
            at_ms,
            place: point.place(),
            level: i16::from(level.get()),
            heard,
            building,
            pressure_hpa: pressure,
        });
    }
    Ok(scans)
}

/// Events of a kind around an instant.
fn near<'a>(walk: &'a Walk, kind: &'a str, at_ms: i64) -> impl Iterator<Item = &'a Vec<String>> {
    let events = walk.events.iter().filter(move |event| event[0] == kind);
    events
        .filter(move |event| field::<i64>(event, 1).is_some_and(|it| (it - at_ms).abs() <= NEAR_MS))
}

fn field<T: std::str::FromStr>(event: &[String], index: usize) -> Option<T> {
    event.get(index)?.trim().parse().ok()
}

/// `mac,rssi,freq_MHz,age_ms,flags;…`, fresh ones.
fn wifi(list: &str) -> Vec<Reading> {
    let one = |entry: &str| {
        let fields: Vec<&str> = entry.split(',').collect();
        let (address, dbm, age) = (fields.first()?, fields.get(1)?, fields.get(3)?);
        let is_fresh = age.parse::<i64>().ok()? <= FRESH_MS;
        let key = TransmitterId::Wifi(Bssid::parse(address)?).key().get();
        is_fresh.then_some(Reading { key, is_ble: false, rssi_dbm: dbm.parse().ok()? })
    };
    list.split(';').filter_map(one).collect()
}

/// `B  dt uuid major minor tx rssi mac`
fn ble(event: &[String]) -> Option<Reading> {
    let key = TransmitterId::Ble(Bssid::parse(event.get(7)?)?).key().get();
    Some(Reading { key, is_ble: true, rssi_dbm: field(event, 6)? })
}

/// Rows of a town: surveyors taught its levels, people who contributed nothing ask.
pub(super) fn of_town(making: &Making<'_>, town: &Town, traffic: &TrafficConfig) -> Vec<Row> {
    let mut levels = Levels::default();
    let mut until_ms = town.config.start.ms();
    for report in town.contributions(traffic).flat_map(|sent| sent.reports) {
        until_ms = until_ms.max(report.timestamp().ms() + 1);
        if let Some(level) = report.fix().floor {
            let heard = readings(report.observations());
            let asked = Asked { heard: &heard, building: None, pressure_hpa: None };
            levels.learn(i16::from(level.get()), &asked);
        }
    }
    let n_queries = making.n_rows_max;
    let config = HeldOutConfig { n_queries, weights: [0.0, 1.0, 0.0], ..HeldOutConfig::demo() };
    let mut all = Vec::new();
    for (asker, asked) in (0_i64..).zip(town.held_out(&config)) {
        let Some(level) = asked.floor else { continue };
        let scan = Scan {
            group: asker.to_string(),
            at_ms: until_ms + asker,
            place: asked.truth,
            level: i16::from(level.get()),
            heard: readings(&asked.observations),
            building: None,
            pressure_hpa: None,
        };
        all.extend(rows_of("town", &levels, &scan, (all.len(), Sees::Before(until_ms))));
    }
    all
}

fn readings(observations: &[Observation]) -> Vec<Reading> {
    let one = |it: &Observation| {
        let is_ble = it.transmitter.kind() == TransmitterKind::Ble;
        let is_near = is_ble || it.transmitter.kind() == TransmitterKind::Wifi;
        let rssi_dbm = it.power.map(Dbm::get).filter(|_| is_near)?;
        Some(Reading { key: it.transmitter.key().get(), is_ble, rssi_dbm })
    };
    observations.iter().filter_map(one).collect()
}
