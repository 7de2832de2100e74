//! `cairn track`: places along a walk, from a snapshot, without a server.

use super::locate::single;
use super::screen;
use crate::learner::found_set;
use crate::limits::LOCATE_DOCUMENT_BYTES_MAX;
use crate::logging;
use crate::store::Store;
use crate::tracking::{Told, Walk};
use anyhow::Context as _;
use cairn_snapshot::SnapshotSet;
use cairn_wire::errors::PublicError;
use cairn_wire::limits::TRACK_SCANS_MAX;
use cairn_wire::track::{self, NoPlace, TrackAnswer, TrackPlace};
use clap::{Args, ValueEnum};
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, Read, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

/// What `cairn track --help` ends with.
const EXAMPLES: &str = r#"Examples:
  cairn track walk.json --data ./data
  cairn track scans.jsonl --data ./data --format geojson > walk.geojson
  cairn track - --snapshot ./data/map/0123456789abcdef.snapshot --format csv < walk.json

Input: one document in the form of POST /v1/track, or one scan a line ({"timestamp", "wifiAccessPoints", …}),
of which there may be any number. Output: one place for each scan, in their order, each by all scans.
A running service is not disturbed."#;

/// Tell where somebody was along a sequence of scans, without a server.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Track {
    /// File with a track; - reads standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Data folder of a service
    #[arg(long, value_name = "DIR", required_unless_present = "snapshot")]
    data: Option<PathBuf>,
    /// A snapshot file instead of a data folder
    #[arg(long, value_name = "FILE", conflicts_with = "data")]
    snapshot: Option<PathBuf>,
    /// How places are written
    #[arg(long, value_enum, default_value = "json", value_name = "FORMAT")]
    format: Format,
}

/// How places are written.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// What POST /v1/track answers
    Json,
    /// A table: `timestamp,lat,lng,r95_m,floor,floor_confidence,refusal`
    Csv,
    /// Points with the same members, and the line that joins them
    Geojson,
}

impl Track {
    /// Tells the places of the input.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        logging::start(&crate::config::LogConfig::default());
        let set = match (&self.snapshot, &self.data) {
            (Some(path), _) => single(path)?,
            (None, Some(data)) => found_set(&Store::at(data))?,
            (None, None) => anyhow::bail!("--data or --snapshot is needed"),
        };
        let text = if self.file.as_os_str() == "-" {
            read(&mut io::stdin().lock())?
        } else {
            let path = self.file.display();
            read(&mut File::open(&self.file).with_context(|| format!("open {path}"))?)?
        };
        let mut out = io::stdout().lock();
        match places(&set, &text) {
            Ok(places) => {
                let is_unreadable = !places.is_empty() && places.iter().all(is_malformed);
                out.write_all(&self.format.text(places)).context("write places")?;
                if is_unreadable {
                    screen::note(&format!(
                        "cairn: {}: not one scan could be read",
                        self.file.display()
                    ));
                }
                Ok(if is_unreadable { ExitCode::FAILURE } else { ExitCode::SUCCESS })
            }
            Err(error) => {
                out.write_all(&[error.body().as_slice(), b"\n"].concat())
                    .context("write why not")?;
                Ok(ExitCode::FAILURE)
            }
        }
    }
}

/// Whether a place is none because its scan is no object.
fn is_malformed(place: &TrackPlace) -> bool {
    matches!(place.found, Err(NoPlace::Malformed))
}

fn read(input: &mut dyn Read) -> anyhow::Result<Vec<u8>> {
    let mut text = Vec::new();
    let cap = LOCATE_DOCUMENT_BYTES_MAX as u64;
    let n = input.take(cap + 1).read_to_end(&mut text).context("read the track")?;
    anyhow::ensure!(n as u64 <= cap, "the track is larger than {cap} bytes: cut it");
    Ok(text)
}

/// The places of a document, or of scans a line.
fn places(set: &SnapshotSet, text: &[u8]) -> Result<Vec<TrackPlace>, PublicError> {
    let (mut walk, mut all) = (Walk::default(), Vec::new());
    for document in documents(text) {
        let request = track::decode(&document).map_err(|error| PublicError::from(&error))?;
        let Told { places, revised } = walk.go_on(set, &request);
        all.extend(places);
        for (number, place) in revised {
            if let Some(old) = usize::try_from(number).ok().and_then(|number| all.get_mut(number)) {
                *old = place;
            }
        }
    }
    Ok(all)
}

/// Requests of at most as many scans as one may hold.
fn documents(text: &[u8]) -> Vec<Vec<u8>> {
    let is_json = |text: &[u8]| serde_json::from_slice::<IgnoredAny>(text).is_ok();
    let lines: Vec<&[u8]> =
        text.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).collect();
    let names_scans = |text: &[u8]| {
        let root: Value = serde_json::from_slice(text).unwrap_or_default();
        root.get("scans").is_some() || root.get("items").is_some()
    };
    if lines.len() < 2 && !is_json(text) || names_scans(text) {
        return vec![text.to_vec()];
    }
    let whole: Vec<&[u8]> = if is_json(text) { vec![text] } else { lines };
    let request = |scans: &[&[u8]]| {
        let scans: Vec<&[u8]> =
            scans.iter().map(|scan| if is_json(scan) { *scan } else { b"null" }).collect();
        [&b"{\"scans\":["[..], &scans.join(&b","[..]), b"]}"].concat()
    };
    whole.chunks(TRACK_SCANS_MAX).map(request).collect()
}

impl Format {
    fn text(self, places: Vec<TrackPlace>) -> Vec<u8> {
        match self {
            Self::Json => {
                let answer = TrackAnswer { session: None, places, revised: Vec::new() };
                [track::encode_answer(&answer).as_slice(), b"\n"].concat()
            }
            Self::Csv => {
                let rows = places.iter().map(|place| row(place).join(",") + "\n");
                let head = MEMBERS.join(",") + "\n";
                std::iter::once(head).chain(rows).collect::<String>().into_bytes()
            }
            Self::Geojson => (geojson(&places).to_string() + "\n").into_bytes(),
        }
    }
}

/// The members of a place, in both tables.
const MEMBERS: [&str; 7] =
    ["timestamp", "lat", "lng", "r95_m", "floor", "floor_confidence", "refusal"];

fn row(place: &TrackPlace) -> [String; 7] {
    let at = place.at.map_or_else(String::new, |at| at.ms().to_string());
    let none = String::new;
    match &place.found {
        Ok(found) => {
            let (lat, lng) = (found.place.lat_deg(), found.place.lng_deg());
            let (floor, chance) = found.floor.map_or_else(
                || (none(), none()),
                |it| (it.0.get().to_string(), format!("{:.2}", it.1)),
            );
            let r95 = format!("{:.1}", found.radii.r95_m());
            [at, format!("{lat:.7}"), format!("{lng:.7}"), r95, floor, chance, none()]
        }
        Err(why) => [at, none(), none(), none(), none(), none(), why.name().to_owned()],
    }
}

fn geojson(places: &[TrackPlace]) -> Value {
    let found = places.iter().filter_map(|place| Some((place, place.found.ok()?)));
    let placed =
        found.map(|(place, found)| (place, [found.place.lng_deg(), found.place.lat_deg()]));
    let (mut features, mut line) = (Vec::new(), Vec::new());
    for (place, lng_lat) in placed {
        let texts = row(place);
        let members = MEMBERS.iter().zip(&texts).filter(|(_, text)| !text.is_empty());
        let numbers = members.filter_map(|(name, text)| {
            Some(((*name).to_owned(), serde_json::from_str::<Value>(text).ok()?))
        });
        let properties: serde_json::Map<String, Value> = numbers.collect();
        let point = json!({"type": "Point", "coordinates": lng_lat});
        features.push(json!({"type": "Feature", "geometry": point, "properties": properties}));
        line.push(json!(lng_lat));
    }
    if line.len() > 1 {
        let way = json!({"type": "LineString", "coordinates": line});
        features.push(json!({"type": "Feature", "geometry": way, "properties": {}}));
    }
    json!({"type": "FeatureCollection", "features": features})
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::{Floor, LatLng, Radii, Timestamp};
    use cairn_wire::geolocate::LocateAnswer;

    fn n_places(text: &str) -> usize {
        places(&SnapshotSet::default(), text.as_bytes()).unwrap().len()
    }

    #[test]
    fn a_document_and_scans_a_line_are_read_and_a_broken_line_costs_itself() {
        assert_eq!(n_places("{\n\"scans\": [{\"timestamp\": 1},\n{\"timestamp\": 2}]}"), 2);
        assert_eq!(n_places("{\"timestamp\": 1}\n\n{broken\n{\"timestamp\": 3}\n"), 3);
        assert_eq!(n_places("{\"timestamp\": 1}"), 1);
        let long = "{\"timestamp\": 1}\n".repeat(TRACK_SCANS_MAX + 5);
        assert_eq!(n_places(&long), TRACK_SCANS_MAX + 5);
        assert!(places(&SnapshotSet::default(), b"{broken").is_err());
    }

    #[test]
    fn tables_have_a_row_for_each_scan_and_a_map_the_line_between_them() {
        let at = Some(Timestamp::from_ms(7));
        let radii = Radii::rising([1.0, 2.0, 3.0, 4.0]);
        let floor = Some((Floor::new(-1).unwrap(), 0.75));
        let answer = LocateAnswer::at(LatLng::new(51.5, -0.125).unwrap(), radii);
        let here = TrackPlace { at, found: Ok(LocateAnswer { floor, ..answer }) };
        let none = TrackPlace { at: None, found: Err(NoPlace::Malformed) };
        let csv = String::from_utf8(Format::Csv.text(vec![here, none])).unwrap();
        let rows: Vec<&str> = csv.lines().skip(1).collect();
        assert_eq!(rows, ["7,51.5000000,-0.1250000,4.0,-1,0.75,", ",,,,,,malformed"]);
        let map = geojson(&[here, none, here]);
        assert_eq!(map["features"].as_array().unwrap().len(), 3);
        assert_eq!(map["features"][0]["properties"]["r95_m"], 4.0);
        assert_eq!(map["features"][2]["geometry"]["coordinates"][1][1], 51.5);
    }
}
