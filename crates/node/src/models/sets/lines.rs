//! Outdoor reports: one JSON object a line. The phones' apps list only networks new to the session, so
//! records within 10 s and 25 m are joined.

use super::text::{files, lines};
use super::{Row, SetName};
use anyhow::Context as _;
use cairn_ground::{Day, LatLng, Timestamp};
use serde_json::Value;
use std::path::Path;

/// Records of one group this close in time and place are one scan.
const JOIN_MS: i64 = 10_000;
/// See [`JOIN_MS`].
const JOIN_M: f64 = 25.0;
/// Claimed radius up to which a place is asked about, m.
const REFERENCE_M: f64 = 20.0;
/// Radius of the sphere that the evaluation measures on, m.
const EARTH_M: f64 = 6_371_009.0;

/// A record being joined.
struct Open {
    row: Row,
    wifi: Option<Vec<Value>>,
    cells: Option<Vec<Value>>,
}

/// All scans of a set.
///
/// # Errors
/// A file cannot be read.
pub(super) fn read(folder: &Path, set: SetName) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for file in files(folder)? {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.split('.').next() == Some(set.name()) {
            read_file(lines(&file)?, set == SetName::Duke, &mut rows)?;
        }
    }
    Ok(rows)
}

fn read_file(
    lines: impl Iterator<Item = anyhow::Result<String>>,
    by_day: bool,
    rows: &mut Vec<Row>,
) -> anyhow::Result<()> {
    let mut last: Option<Open> = None;
    for line in lines {
        let next = open(&serde_json::from_str(&line?).context("read a record")?, by_day)?;
        if let Some(open) = &mut last
            && open.takes(&next)
        {
            open.join(next);
            continue;
        }
        rows.extend(last.replace(next).map(Open::close));
    }
    rows.extend(last.map(Open::close));
    Ok(())
}

fn open(record: &Value, by_day: bool) -> anyhow::Result<Open> {
    let position = record["position"].as_object().context("a record without a position")?;
    let degrees = |name: &str| position.get(name).and_then(Value::as_f64).context("no degrees");
    let timestamp_ms = record["timestamp"].as_i64().context("a record without a time")?;
    let day: Day = Timestamp::from_ms(timestamp_ms).day();
    let (year, month, day) = day.civil();
    let session = record["session"].as_str().unwrap_or("None");
    let claimed_m = position.get("accuracy").and_then(Value::as_f64).unwrap_or(0.0);
    let stated = position.iter().filter(|(_, value)| !value.is_null());
    let stated: serde_json::Map<_, _> = stated.map(|(k, v)| (k.clone(), v.clone())).collect();
    let row = Row {
        group: if by_day { format!("{year:04}-{month:02}-{day:02}") } else { session.to_owned() },
        timestamp_ms,
        position: Value::Object(stated).to_string(),
        networks: String::new(),
        place: LatLng::new(degrees("latitude")?, degrees("longitude")?)?,
        floor: None,
        is_reference: by_day || claimed_m <= REFERENCE_M,
        slice: record["mobility"].as_str().map(str::to_owned),
    };
    let [wifi, cells] = ["wifiAccessPoints", "cellTowers"].map(|name| heard(&record[name]));
    Ok(Open { row, wifi, cells })
}

/// A list without what only this set says; `None` for an empty one.
fn heard(list: &Value) -> Option<Vec<Value>> {
    let mut list = list.as_array().filter(|list| !list.is_empty())?.clone();
    for entry in list.iter_mut().filter_map(Value::as_object_mut) {
        entry.remove("ssidHint");
    }
    Some(list)
}

impl Open {
    fn takes(&self, next: &Self) -> bool {
        let (a, b) = (&self.row, &next.row);
        a.group == b.group
            && (b.timestamp_ms - a.timestamp_ms).abs() <= JOIN_MS
            && haversine_m(a.place, b.place) <= JOIN_M
            && self.wifi.is_some()
            && next.wifi.is_some()
    }

    /// Takes the networks that are new; the cells of the later record go, as in the evaluation.
    fn join(&mut self, next: Self) {
        let (Some(mine), Some(theirs)) = (&mut self.wifi, next.wifi) else { return };
        let n_known = mine.len();
        for entry in theirs {
            let is_known = mine[..n_known].iter().any(|it| it["macAddress"] == entry["macAddress"]);
            if !is_known {
                mine.push(entry);
            }
        }
    }

    fn close(self) -> Row {
        let list = |name: &str, list: Option<Vec<Value>>| {
            list.map(|list| format!("\"{name}\":{}", Value::Array(list)))
        };
        let lists = [list("wifiAccessPoints", self.wifi), list("cellTowers", self.cells)];
        let networks = lists.into_iter().flatten().collect::<Vec<_>>().join(",");
        let none = "\"wifiAccessPoints\":[]".to_owned();
        Row { networks: if networks.is_empty() { none } else { networks }, ..self.row }
    }
}

/// Great-circle distance as the evaluation measures it.
fn haversine_m(a: LatLng, b: LatLng) -> f64 {
    let radians = |degrees: f64| cairn_ground::Degrees(degrees).to_radians().0;
    let (lat_a, lat_b) = (radians(a.lat_deg()), radians(b.lat_deg()));
    let half_lng = radians(b.lng_deg() - a.lng_deg()) / 2.0;
    let h =
        ((lat_b - lat_a) / 2.0).sin().powi(2) + lat_a.cos() * lat_b.cos() * half_lng.sin().powi(2);
    2.0 * EARTH_M * h.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(records: &[&str], by_day: bool) -> Vec<Row> {
        let mut rows = Vec::new();
        read_file(records.iter().map(|line| Ok((*line).to_owned())), by_day, &mut rows).unwrap();
        rows
    }

    fn record(second: i64, lat: f64, networks: &str) -> String {
        let timestamp_ms = 1_542_549_074_000 + 1_000 * second;
        format!(
            "{{\"timestamp\":{timestamp_ms},\"position\":{{\"latitude\":{lat},\"longitude\":-78.9,\
             \"accuracy\":null}},\"wifiAccessPoints\":[{networks}],\"session\":\"s\"}}"
        )
    }

    #[test]
    fn records_close_in_time_and_place_are_joined_and_keep_each_network_once() {
        let one = r#"{"macAddress":"00:04:cb:b3:5c:d3","signalStrength":-65,"ssidHint":"hotspot"}"#;
        let two = r#"{"macAddress":"00:04:cb:b3:5c:d4","signalStrength":-70}"#;
        let texts = [
            record(0, 36.0, one),
            record(10, 36.0001, &format!("{one},{two}")),
            record(21, 36.0, two),
            record(22, 36.001, two),
        ];
        let lines: Vec<&str> = texts.iter().map(String::as_str).collect();
        let rows = rows(&lines, true);
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[0].networks.matches("macAddress").count(), 2);
        assert!(!rows[0].networks.contains("ssidHint") && !rows[0].position.contains("accuracy"));
        assert_eq!(rows[0].group, "2018-11-18");
    }

    #[test]
    fn a_sphere_s_degree_is_111_kilometres() {
        let (a, b) = (LatLng::wrapped(36.0, 1.0), LatLng::wrapped(37.0, 1.0));
        assert!((haversine_m(a, b) - 111_195.0).abs() < 1.0);
    }
}
