//! Indoor walks: tab-separated events; places between two surveyed points are interpolated in time.

use super::Row;
use super::text::{files, lines};
use anyhow::Context as _;
use cairn_ground::{Floor, LatLng};
use std::fmt::Write as _;
use std::path::Path;

/// Longest time between two surveyed points that is interpolated, ms.
const LEG_MAX_MS: i64 = 60_000;
/// When every walk of the museum is said to begin; its files tell no instant.
const MUSEUM_START_MS: i64 = 1_690_000_000_000;

/// Whose files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Two malls.
    IndoorMs,
    /// A museum.
    Ipin,
}

/// One walk: the fields of its lines.
#[derive(Debug, Default)]
pub struct Walk {
    /// The fields of its first line.
    pub head: Vec<String>,
    /// The fields of the others that were asked for.
    pub events: Vec<Vec<String>>,
}

/// A surveyed point, or a place between two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// When, ms since the walk began.
    pub at_ms: i64,
    lat_deg: f64,
    lng_deg: f64,
    floor: i32,
}

/// All scans of Wi-Fi with a place.
///
/// # Errors
/// A file cannot be read.
pub fn read(folder: &Path, kind: Kind) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for walk in walks(folder, &["G", "W"])? {
        rows.extend(scans(&walk, kind)?);
    }
    Ok(rows)
}

/// The walks of a folder with their events of some kinds.
///
/// # Errors
/// A file cannot be read.
pub fn walks(folder: &Path, kinds: &[&str]) -> anyhow::Result<Vec<Walk>> {
    let mut walks: Vec<Walk> = Vec::new();
    visit(folder, kinds, |walk| {
        walks.push(walk);
        Ok(())
    })?;
    Ok(walks)
}

/// The same, a walk at a time: motion sensors of a whole folder do not fit memory.
///
/// # Errors
/// A file cannot be read, or what is done with a walk.
pub fn visit(
    folder: &Path,
    kinds: &[&str],
    mut each: impl FnMut(Walk) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut last: Option<Walk> = None;
    for file in files(folder)? {
        for line in lines(&file)? {
            let line = line?;
            let Some((kind, _)) = line.split_once('\t') else { continue };
            let fields = || line.split('\t').map(str::to_owned).collect();
            if kind == "P" {
                last.replace(Walk { head: fields(), events: Vec::new() })
                    .map_or(Ok(()), &mut each)?;
            } else if kinds.contains(&kind)
                && let Some(walk) = last.as_mut()
            {
                walk.events.push(fields());
            }
        }
    }
    last.map_or(Ok(()), each)
}

fn scans(walk: &Walk, kind: Kind) -> anyhow::Result<Vec<Row>> {
    let way = way(walk, kind)?;
    let (group, start_ms) = match kind {
        Kind::IndoorMs => (1, number(&walk.head, 5)?),
        Kind::Ipin => (2, MUSEUM_START_MS),
    };
    let group = walk.head.get(group).context("a walk without a name")?;
    let mut rows = Vec::new();
    for event in walk.events.iter().filter(|event| event[0] == "W") {
        let Some(list) = event.get(2).filter(|list| !list.is_empty()) else { continue };
        let at_ms: i64 = number(event, 1)?;
        let Some(point) = place_at(&way, at_ms) else { continue };
        let Point { lat_deg, lng_deg, floor, .. } = point;
        rows.push(Row {
            group: group.clone(),
            timestamp_ms: start_ms + at_ms,
            position: format!(
                "{{\"latitude\":{lat_deg},\"longitude\":{lng_deg},\"accuracy\":3.0,\
                 \"floor\":{floor},\"source\":\"survey\"}}"
            ),
            networks: networks(list)?,
            place: LatLng::wrapped(lat_deg, lng_deg),
            floor: Floor::new(floor).ok(),
            is_reference: true,
            slice: None,
        });
    }
    Ok(rows)
}

/// The surveyed points of a walk in the order of their times.
///
/// # Errors
/// A point without its numbers.
pub fn way(walk: &Walk, kind: Kind) -> anyhow::Result<Vec<Point>> {
    let mut way = Vec::new();
    for event in walk.events.iter().filter(|event| event[0] == "G") {
        let (lat, lng) = if kind == Kind::IndoorMs { (4, 5) } else { (2, 3) };
        let floor = match kind {
            Kind::IndoorMs => number(&walk.head, 4)?,
            Kind::Ipin => number(event, 4)?,
        };
        way.push(Point {
            at_ms: number(event, 1)?,
            lat_deg: number(event, lat)?,
            lng_deg: number(event, lng)?,
            floor,
        });
    }
    way.sort_by_key(|point| point.at_ms);
    Ok(way)
}

/// The place between the last two points around an instant that are on one level and close in time.
pub fn place_at(way: &[Point], at_ms: i64) -> Option<Point> {
    let mut legs = way.windows(2).map(|leg| (leg[0], leg[1])).filter(|(a, b)| {
        (a.at_ms..=b.at_ms).contains(&at_ms)
            && b.at_ms > a.at_ms
            && a.floor == b.floor
            && b.at_ms - a.at_ms < LEG_MAX_MS
    });
    legs.next_back().map(|(a, b)| {
        let share = (at_ms - a.at_ms) as f64 / (b.at_ms - a.at_ms) as f64;
        Point {
            at_ms,
            lat_deg: a.lat_deg + share * (b.lat_deg - a.lat_deg),
            lng_deg: a.lng_deg + share * (b.lng_deg - a.lng_deg),
            floor: a.floor,
        }
    })
}

impl Point {
    /// Where.
    pub fn place(&self) -> LatLng {
        LatLng::wrapped(self.lat_deg, self.lng_deg)
    }

    /// On which level.
    pub fn floor(&self) -> Option<Floor> {
        Floor::new(self.floor).ok()
    }
}

/// `mac,rssi,freq_MHz,age_ms,flags;…` as a submission lists it.
fn networks(list: &str) -> anyhow::Result<String> {
    let mut json = String::from("\"wifiAccessPoints\":[");
    for (index, reading) in list.split(';').enumerate() {
        let fields: Vec<&str> = reading.split(',').collect();
        let [address, dbm, mhz, age_ms, ..] = fields[..] else {
            anyhow::bail!("a reading of {} fields", fields.len());
        };
        let age_ms = age_ms.parse::<i64>().context("read an age")?.max(0);
        let comma = if index == 0 { "" } else { "," };
        write!(
            json,
            "{comma}{{\"macAddress\":\"{address}\",\"signalStrength\":{dbm},\"age\":{age_ms}"
        )?;
        if !mhz.is_empty() && mhz != "0" {
            write!(json, ",\"frequency\":{mhz}")?;
        }
        json.push('}');
    }
    json.push(']');
    Ok(json)
}

/// A field as a number.
///
/// # Errors
/// It is none, or not there.
pub fn number<T: std::str::FromStr>(fields: &[String], index: usize) -> anyhow::Result<T> {
    let field = fields.get(index).with_context(|| format!("no field {index}"))?;
    field.trim().parse().ok().with_context(|| format!("{field:?} is no number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(line: &str) -> Vec<String> {
        line.split('\t').map(str::to_owned).collect()
    }

    #[test]
    fn a_scan_between_two_points_lies_between_them_and_one_after_the_last_is_left_out() {
        let walk = Walk {
            head: fields("P\twalk\tsite1\tB1\t-1\t1574572522274\tphone"),
            events: [
                "G\t0\t1\t1\t30.0\t120.0",
                "G\t10000\t9\t9\t30.002\t120.004",
                "W\t2500\te01ece3104f0,-60,2437,1500,0;e01ece3104f1,-70,0,-3,0",
                "W\t10001\te01ece3104f0,-60,2437,0,0",
            ]
            .map(fields)
            .into(),
        };
        let rows = scans(&walk, Kind::IndoorMs).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].group.as_str(), rows[0].timestamp_ms), ("walk", 1_574_572_524_774));
        assert!((rows[0].place.lat_deg() - 30.0005).abs() < 1e-9);
        assert!((rows[0].place.lng_deg() - 120.001).abs() < 1e-9);
        assert_eq!(rows[0].floor, Floor::new(-1).ok());
        let expected = "\"wifiAccessPoints\":[\
            {\"macAddress\":\"e01ece3104f0\",\"signalStrength\":-60,\"age\":1500,\"frequency\":2437},\
            {\"macAddress\":\"e01ece3104f1\",\"signalStrength\":-70,\"age\":0}]";
        assert_eq!(rows[0].networks, expected);
    }

    #[test]
    fn no_place_is_made_up_between_two_levels_or_over_a_minute() {
        let point = |at_ms, floor| Point { at_ms, lat_deg: 1.0, lng_deg: 2.0, floor };
        assert_eq!(place_at(&[point(0, 0), point(1_000, 1)], 500), None);
        assert_eq!(place_at(&[point(0, 0), point(60_000, 0)], 500), None);
        assert!(place_at(&[point(0, 0), point(59_999, 0)], 500).is_some());
    }
}
