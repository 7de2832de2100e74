//! Six Bluetooth transmitters of the museum whose places were surveyed, and the readings of them.

use crate::batches::Desk;
use anyhow::Context as _;
use cairn_ground::{Bssid, Day, Dbm, Floor, LatLng, Meters, Timestamp, TransmitterId};
use cairn_node::models::sets::text::lines;
use cairn_node::models::sets::traces::{Kind, Walk, number, place_at, walks, way};
use cairn_report::{Batch, Fix, FixSource, Observation, Report};
use std::path::Path;

/// When every walk of the museum is said to begin; its files tell no instant.
const START: Day = Day::new(19_560);
/// R68 of an interpolated place, m: that of the indoor evaluation sets.
const SURVEY_R68_M: f64 = 3.0;
/// The two whose places are exchanged in the file. Source: the strongest readings of each lie 2 to 3 m from
/// the other's place and 30 m from its own.
const EXCHANGED: (u64, u64) = (2, 3);

/// A transmitter with its true place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Surveyed {
    /// The authors' number.
    pub(crate) number: u64,
    /// Its identity.
    pub(crate) id: TransmitterId,
    /// Where it stands.
    pub(crate) place: LatLng,
    /// On which level.
    pub(crate) floor: Floor,
}

/// The transmitters, with the slip of the file put right.
///
/// # Errors
/// The file cannot be read.
pub(crate) fn truths(shared: &Path) -> anyhow::Result<Vec<Surveyed>> {
    let file = shared.join("data/indoor-ipin2023/ble_locations.csv");
    lines(&file)?.skip(1).map(|line| truth(&line?)).collect()
}

fn truth(line: &str) -> anyhow::Result<Surveyed> {
    let fields: Vec<String> =
        line.split(',').map(|field| field.trim_matches('"').to_owned()).collect();
    let name = fields[0].strip_prefix("BLE").context("a name without its number")?;
    let number_of = match name.parse::<u64>()? {
        n if n == EXCHANGED.0 => EXCHANGED.1,
        n if n == EXCHANGED.1 => EXCHANGED.0,
        n => n,
    };
    Ok(Surveyed {
        number: number_of,
        id: TransmitterId::Ble(Bssid::from_u48(0xbeac_2023_0000 + number_of)),
        place: LatLng::new(number(&fields, 1)?, number(&fields, 2)?)?,
        floor: Floor::new(number(&fields, 3)?)?,
    })
}

/// Every Bluetooth reading of every walk as a report of its own at the walk's place then; a walk is a voice.
///
/// # Errors
/// A file cannot be read.
pub(crate) fn lessons(shared: &Path) -> anyhow::Result<Vec<Batch>> {
    let mut desk = Desk::default();
    let mut lessons = Vec::new();
    for walk in walks(&shared.join("data/indoor-ipin2023/dev"), &["G", "B"])? {
        let reports = reports(&walk)?;
        let parts = reports.chunks(crate::limits::BATCH_REPORTS_MAX);
        let sender = walk.head.get(1).cloned().unwrap_or_default();
        lessons.extend(parts.map(|part| desk.take(&sender, START, part.to_vec())));
    }
    Ok(lessons)
}

/// `B  dt uuid major minor tx rssi mac`
fn reports(walk: &Walk) -> anyhow::Result<Vec<Report>> {
    let way = way(walk, Kind::Ipin)?;
    let mut reports = Vec::new();
    for event in walk.events.iter().filter(|event| event[0] == "B") {
        let at_ms: i64 = number(event, 1)?;
        let Some(point) = place_at(&way, at_ms) else { continue };
        let Some(address) = event.get(7).and_then(|text| Bssid::parse(text)) else { continue };
        let fix = Fix {
            r68: Meters::new(SURVEY_R68_M).ok(),
            floor: point.floor(),
            source: FixSource::Survey,
            ..Fix::at(point.place())
        };
        let power = Dbm::new(number(event, 6)?).ok();
        let heard = Observation { power, ..Observation::of(TransmitterId::Ble(address)) };
        reports.extend(Report::new(
            Timestamp::from_ms(START.start().ms() + at_ms),
            fix,
            vec![heard],
        ));
    }
    Ok(reports)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_line_of_the_file_is_the_third_transmitter() {
        let third = truth("\"BLE2\",49.4610766717073,11.1112145767923,00").unwrap();
        assert_eq!((third.number, third.floor), (3, Floor::new(0).unwrap()));
        assert_eq!(third.id.to_string(), "ble-be:ac:20:23:00:03");
        assert_eq!(truth("\"BLE6\",49.46,11.11,-2").unwrap().number, 6);
    }
}
