//! From what is heard to what is known of it: two batched look-ups.

use crate::limits::HEARD_MAX;
use crate::{Heard, HeardUnit, cells, units};
use cairn_ground::{Bssid, TransmitterId, TransmitterKey};
use cairn_signal::locate::Known;
use cairn_snapshot::{SnapshotSet, TransmitterRecord};

/// Unknown networks of one query whose siblings are looked up: 15 look-ups each.
/// Source: bounds the cost at 960 look-ups, some 60 µs.
const SIBLINGS_OF_MAX: usize = 64;

/// Memory of a query, used again by the next one; what is in it decides nothing (A1).
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    heard: Vec<Heard>,
    asked: Asked,
    siblings: Asked,
    unknown: Vec<(Heard, Bssid)>,
    cells: cells::Scratch,
    units: units::Scratch,
}

/// Keys, and after a look-up what the map has of each.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) keys: Vec<TransmitterKey>,
    pub(crate) records: Vec<Option<TransmitterRecord>>,
}

impl Asked {
    /// Looks up other keys than before.
    pub(crate) fn look_up(
        &mut self,
        map: &SnapshotSet,
        keys: impl Iterator<Item = TransmitterKey>,
    ) -> &[Option<TransmitterRecord>] {
        self.keys.clear();
        self.keys.extend(keys);
        self.records.resize(self.keys.len(), None);
        map.get_many(&self.keys, &mut self.records);
        &self.records
    }
}

/// Puts everything the map knows of what is heard into `found`.
///
/// A Wi-Fi network that the map does not know is stood in for by the networks of the same box that it
/// does know ([`Bssid::siblings`]). The strongest come first, in whatever order the scan lists them
/// (A1): sums of floating-point numbers tell orders apart, and a limit costs the weakest.
///
/// # Cost
/// One batched look-up of every transmitter heard, one of 15 siblings for each unknown network.
pub(crate) fn known(
    map: &SnapshotSet,
    heard: &[Heard],
    named: &[HeardUnit],
    scratch: &mut Scratch,
    found: &mut Vec<Known>,
) {
    let Scratch { heard: ordered, asked, siblings, unknown, cells, units } = scratch;
    strongest_first(heard, ordered);
    let records = asked.look_up(map, ordered.iter().map(|h| h.transmitter.key()));
    found.clear();
    let serving = cells::known(map, (ordered, records), cells, found);
    units::known(map, serving, named, units, found);
    unknown.clear();
    for (heard, record) in ordered.iter().zip(records) {
        match (record, heard.transmitter) {
            (Some(record), TransmitterId::Wifi(_) | TransmitterId::Ble(_)) => {
                found.push(join(heard, record));
            }
            (None, TransmitterId::Wifi(bssid)) => unknown.push((*heard, bssid)),
            (_, TransmitterId::Cell(_)) | (None, TransmitterId::Ble(_)) => {}
        }
    }
    unknown.truncate(SIBLINGS_OF_MAX);
    stand_ins(map, unknown, siblings, found);
}

/// At most [`HEARD_MAX`] readings in an order that only their content decides.
fn strongest_first(heard: &[Heard], ordered: &mut Vec<Heard>) {
    let power = |h: &Heard| h.rssi_dbm.unwrap_or(f32::NEG_INFINITY);
    ordered.clear();
    ordered.extend_from_slice(heard);
    ordered.sort_unstable_by(|a, b| {
        (power(b).total_cmp(&power(a)))
            .then(a.transmitter.cmp(&b.transmitter))
            .then(a.rssi_dbm.is_some().cmp(&b.rssi_dbm.is_some()))
            .then(a.age_ms.cmp(&b.age_ms))
    });
    ordered.truncate(HEARD_MAX);
}

/// Adds the known siblings of unknown networks.
fn stand_ins(
    map: &SnapshotSet,
    unknown: &[(Heard, Bssid)],
    asked: &mut Asked,
    found: &mut Vec<Known>,
) {
    let siblings = |bssid: Bssid| bssid.siblings().map(|it| TransmitterId::Wifi(it).key());
    let records = asked.look_up(map, unknown.iter().flat_map(|(_, bssid)| siblings(*bssid)));
    let boxes = unknown.iter().flat_map(|(heard, bssid)| siblings(*bssid).map(move |_| heard));
    for (heard, record) in boxes.zip(records) {
        found.extend(record.as_ref().map(|record| join(heard, record)));
    }
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
