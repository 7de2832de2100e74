//! From what is heard to what is known of it: two batched look-ups.

use crate::limits::HEARD_MAX;
use crate::{Heard, HeardUnit, cells, units};
use cairn_ground::{Bssid, TransmitterId, TransmitterKey};
use cairn_signal::locate::Known;
use cairn_snapshot::{SnapshotSet, TransmitterRecord};

/// Unknown networks of one query whose siblings are looked up: 15 look-ups each.
/// Source: bounds the cost at 960 look-ups, some 60 µs.
const SIBLINGS_OF_MAX: usize = 64;

/// Everything the map knows of what is heard.
///
/// A Wi-Fi network that the map does not know is stood in for by the networks of the same box that it
/// does know ([`Bssid::siblings`]). The strongest come first, in whatever order the scan lists them
/// (A1): sums of floating-point numbers tell orders apart, and a limit costs the weakest.
///
/// # Cost
/// One batched look-up of every transmitter heard, one of 15 siblings for each unknown network.
pub(crate) fn known(map: &SnapshotSet, heard: &[Heard], named: &[HeardUnit]) -> Vec<Known> {
    let heard = strongest_first(heard);
    let keys: Vec<TransmitterKey> = heard.iter().map(|h| h.transmitter.key()).collect();
    let records = look_up(map, &keys);
    let cells = cells::known(map, &heard, &records);
    let serving = cells.first().map(|(cell, known)| (*cell, known));
    let neighbors = units::known(map, serving, named);
    let mut found: Vec<Known> = cells.into_iter().map(|(_, known)| known).collect();
    found.extend(neighbors);
    let mut unknown = Vec::new();
    for (heard, record) in heard.iter().zip(&records) {
        match (record, heard.transmitter) {
            (Some(record), TransmitterId::Wifi(_) | TransmitterId::Ble(_)) => {
                found.push(join(heard, record));
            }
            (None, TransmitterId::Wifi(bssid)) => unknown.push((heard, bssid)),
            (_, TransmitterId::Cell(_)) | (None, TransmitterId::Ble(_)) => {}
        }
    }
    unknown.truncate(SIBLINGS_OF_MAX);
    stand_ins(map, &unknown, &mut found);
    found
}

/// At most [`HEARD_MAX`] readings in an order that only their content decides.
fn strongest_first(heard: &[Heard]) -> Vec<Heard> {
    let power = |h: &Heard| h.rssi_dbm.unwrap_or(f32::NEG_INFINITY);
    let mut ordered = heard.to_vec();
    ordered.sort_unstable_by(|a, b| {
        (power(b).total_cmp(&power(a)))
            .then(a.transmitter.cmp(&b.transmitter))
            .then(a.rssi_dbm.is_some().cmp(&b.rssi_dbm.is_some()))
            .then(a.age_ms.cmp(&b.age_ms))
    });
    ordered.truncate(HEARD_MAX);
    ordered
}

/// Adds the known siblings of unknown networks.
fn stand_ins(map: &SnapshotSet, unknown: &[(&Heard, Bssid)], found: &mut Vec<Known>) {
    let asked: Vec<(&Heard, TransmitterKey)> = unknown
        .iter()
        .flat_map(|(heard, bssid)| {
            bssid.siblings().map(move |sibling| (*heard, TransmitterId::Wifi(sibling).key()))
        })
        .collect();
    let keys: Vec<TransmitterKey> = asked.iter().map(|(_, key)| *key).collect();
    for ((heard, _), record) in asked.iter().zip(look_up(map, &keys)) {
        if let Some(record) = record {
            found.push(join(heard, &record));
        }
    }
}

pub(crate) fn look_up(
    map: &SnapshotSet,
    keys: &[TransmitterKey],
) -> Vec<Option<TransmitterRecord>> {
    let mut records = vec![None; keys.len()];
    map.get_many(keys, &mut records);
    records
}

/// What is heard, with what is believed of it.
pub(crate) fn join(heard: &Heard, record: &TransmitterRecord) -> Known {
    known_as(heard.transmitter.box_number(), heard.rssi_dbm, heard.age_ms, record)
}

/// What is believed of a transmitter that sits in a box and is heard so.
pub(crate) fn known_as(
    device: u64,
    rssi_dbm: Option<f32>,
    age_ms: i32,
    record: &TransmitterRecord,
) -> Known {
    Known {
        kind: record.kind,
        device,
        place: record.place,
        covariance: record.covariance,
        reach_m: record.reach_m,
        reference_dbm: record.reference_dbm.map(f64::from),
        mobility: record.mobility,
        last_day: record.last_day,
        floor: record.floor,
        rssi_dbm: rssi_dbm.map(f64::from),
        age_ms,
    }
}
