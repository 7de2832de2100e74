//! `UJIIndoorLoc` (UCI 310): three buildings, its official training and validation parts.
//!
//! Its coordinates are EPSG:3857 units, a fifth longer than metres there, and published errors are in them.

use crate::batches::Desk;
use crate::exam::{Exam, Question};
use anyhow::Context as _;
use cairn_ground::{Bssid, Dbm, Degrees, Floor, LatLng, Meters, Radians, Timestamp, TransmitterId};
use cairn_node::models::sets::text::lines;
use cairn_report::{Fix, FixSource, Observation, Report};
use std::collections::BTreeMap;
use std::path::Path;

/// Radius of the sphere of EPSG:3857, m. Source: EPSG geodetic registry, method 1024.
const MERCATOR_M: f64 = 6_378_137.0;
/// R68 claimed of a surveyed place, m: that of the indoor evaluation sets.
const SURVEY_R68_M: f64 = 3.0;

/// One row of either part.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Print {
    /// East and north, raw units.
    pub(crate) at: (f64, f64),
    floor: Floor,
    /// Which of the three buildings.
    pub(crate) building: u8,
    /// Who held which phone.
    holder: String,
    timestamp_ms: i64,
    observations: Vec<Observation>,
}

/// Training and validation.
#[derive(Debug)]
pub(crate) struct Parts {
    /// What teaches.
    pub(crate) training: Vec<Print>,
    /// What asks.
    pub(crate) validation: Vec<Print>,
}

/// Reads both parts.
///
/// # Errors
/// A file cannot be read.
pub(crate) fn read(shared: &Path) -> anyhow::Result<Parts> {
    let folder = shared.join("data/indoor-ujiindoorloc");
    let part = |name: &str| -> anyhow::Result<Vec<Print>> {
        let rows = lines(&folder.join(name))?.skip(1);
        rows.map(|row| print(&row?).context("read a fingerprint")).collect()
    };
    Ok(Parts { training: part("training.csv.gz")?, validation: part("validation.csv.gz")? })
}

fn print(row: &str) -> anyhow::Result<Print> {
    let fields: Vec<&str> = row.split(',').collect();
    let [lng_m, lat_m, floor, building, _, _, user, phone, timestamp_s, access] = fields[..] else {
        anyhow::bail!("{} fields", fields.len());
    };
    let heard: anyhow::Result<Vec<Observation>> = access.split_whitespace().map(reading).collect();
    Ok(Print {
        at: (lng_m.parse()?, lat_m.parse()?),
        floor: Floor::new(floor.parse()?)?,
        building: building.parse()?,
        holder: format!("{user}-{phone}"),
        timestamp_ms: 1_000 * timestamp_s.parse::<i64>()?,
        observations: heard?,
    })
}

fn reading(text: &str) -> anyhow::Result<Observation> {
    let (number, dbm) = text.split_once(':').context("a reading without a power")?;
    let power = Dbm::new(dbm.parse()?).ok();
    Ok(Observation { power, ..Observation::of(network(number.parse()?)) })
}

/// The authors' column number as a network in a box of its own.
fn network(number: u64) -> TransmitterId {
    TransmitterId::Wifi(Bssid::from_u48(0x0c00_0000_0000 | number << 12))
}

impl Print {
    /// The place on the globe.
    pub(crate) fn place(&self) -> LatLng {
        let (east_m, north_m) = self.at;
        let lng = Radians(east_m / MERCATOR_M).to_degrees().0;
        let lat = Radians(2.0 * (north_m / MERCATOR_M).exp().atan() - std::f64::consts::FRAC_PI_2);
        LatLng::wrapped(lat.to_degrees().0, lng)
    }

    fn report(&self) -> Option<Report> {
        let fix = Fix {
            r68: Meters::new(SURVEY_R68_M).ok(),
            floor: Some(self.floor),
            source: FixSource::Survey,
            ..Fix::at(self.place())
        };
        Report::new(Timestamp::from_ms(self.timestamp_ms), fix, self.observations.clone())
    }
}

/// A place in raw units.
pub(crate) fn raw(place: LatLng) -> (f64, f64) {
    let (lat, lng) = (Degrees(place.lat_deg()).to_radians(), Degrees(place.lng_deg()).to_radians());
    let north = (std::f64::consts::FRAC_PI_4 + lat.0 / 2.0).tan().ln();
    (MERCATOR_M * lng.0, MERCATOR_M * north)
}

impl Parts {
    /// Training as submissions, one for each holder and day; validation as questions, one for each row.
    ///
    /// # Errors
    /// The wire cannot read what it wrote.
    pub(crate) fn exam(&self) -> anyhow::Result<Exam> {
        let mut by_voice: BTreeMap<_, Vec<Report>> = BTreeMap::new();
        for print in &self.training {
            let day = Timestamp::from_ms(print.timestamp_ms).day();
            by_voice.entry((day, &print.holder)).or_default().extend(print.report());
        }
        let mut desk = Desk::default();
        let mut lessons = Vec::new();
        for ((day, holder), reports) in by_voice {
            let parts = reports.chunks(crate::limits::BATCH_REPORTS_MAX);
            lessons.extend(parts.map(|part| desk.take(holder, day, part.to_vec())));
        }
        let questions = self
            .validation
            .iter()
            .map(|print| Question::of(&print.observations, print.place(), Some(print.floor)));
        let questions = questions.collect::<anyhow::Result<_>>()?;
        Ok(Exam { name: "uji".to_owned(), lessons, questions })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_stands_in_castellon_and_comes_back_to_its_units() {
        let row = "-7541.2642999999225,4864920.7782000005,2,1,106,2,2,23,1371713733,90:-67 91:-68";
        let print = print(row).unwrap();
        let place = print.place();
        assert!((place.lat_deg() - 39.993).abs() < 1e-3 && (place.lng_deg() + 0.0677).abs() < 1e-3);
        let (east, north) = raw(place);
        assert!((east - print.at.0).abs() < 1e-6 && (north - print.at.1).abs() < 1e-6);
        assert_eq!((print.building, print.observations.len()), (1, 2));
        let boxes: Vec<_> = print.observations.iter().map(|o| o.transmitter.box_number()).collect();
        assert_ne!(boxes[0], boxes[1]);
    }
}
