//! From what is heard to what is known of it: two batched look-ups.

use crate::limits::HEARD_MAX;
use crate::{Heard, HeardUnit, cells, units};
use cairn_ground::{Bssid, TransmitterId, TransmitterKey};
use cairn_signal::locate::Known;
use cairn_snapshot::{SnapshotSet, TransmitterRecord};
use std::cmp::Ordering;

/// Unknown networks of one query whose siblings are looked up: 15 look-ups each.
/// Source: bounds the cost at 960 look-ups, some 60 µs.
const SIBLINGS_OF_MAX: usize = 64;

/// Memory of a query, used again by the next one; what is in it decides nothing (A1).
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    heard: Vec<Heard>,
    order: Vec<u64>,
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
    let Scratch { heard: ordered, order, asked, siblings, unknown, cells, units } = scratch;
    strongest_first(heard, order, ordered);
    let records = asked.look_up(map, ordered.iter().map(|h| h.transmitter.key()));
    found.clear();
    let serving = cells::known(map, (ordered, records), cells, found);
    units::known(map, (serving, ordered), named, units, found);
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

/// At most [`HEARD_MAX`] readings in an order that only their content decides: by power, then by transmitter.
///
/// Queries come in the order of their transmitters, each once: then whole numbers are sorted, power before
/// place in the list, and no reading is moved twice.
fn strongest_first(heard: &[Heard], order: &mut Vec<u64>, ordered: &mut Vec<Heard>) {
    ordered.clear();
    if !heard.is_sorted_by(|a, b| a.transmitter < b.transmitter) {
        ordered.extend_from_slice(heard);
        ordered.sort_unstable_by(by_content);
        return ordered.truncate(HEARD_MAX);
    }
    order.clear();
    let place = |index: u64, one| u64::from(weakness(one)) << u32::BITS | index;
    order.extend((0..).zip(heard).map(|(index, one)| place(index, one)));
    order.sort_unstable();
    let reading = |place: &u64| heard.get(usize::try_from(place & u64::from(u32::MAX)).ok()?);
    ordered.extend(order.iter().take(HEARD_MAX).filter_map(reading));
}

fn power_dbm(heard: &Heard) -> f32 {
    heard.rssi_dbm.unwrap_or(f32::NEG_INFINITY)
}

fn by_content(a: &Heard, b: &Heard) -> Ordering {
    (power_dbm(b).total_cmp(&power_dbm(a)))
        .then(a.transmitter.cmp(&b.transmitter))
        .then(a.rssi_dbm.is_some().cmp(&b.rssi_dbm.is_some()))
        .then(a.age_ms.cmp(&b.age_ms))
        .then(a.timing_advance.is_none().cmp(&b.timing_advance.is_none()))
        .then(a.timing_advance.cmp(&b.timing_advance))
}

/// A number that rises as power falls, in the order of `f32::total_cmp`.
fn weakness(heard: &Heard) -> u32 {
    let bits = power_dbm(heard).to_bits();
    // Of negative numbers the larger bits are the smaller number.
    if bits >> 31 == 1 { bits } else { !bits & (u32::MAX >> 1) }
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
        // A range is to the network itself, and once.
        let known = record.as_ref().map(|record| Known { range: None, ..join(heard, record) });
        found.extend(known);
    }
}

/// What is heard, with what is believed of it.
pub(crate) fn join(heard: &Heard, record: &TransmitterRecord) -> Known {
    let known = known_as(heard.transmitter.box_number(), heard.rssi_dbm, heard.age_ms, record);
    Known { range: heard.range(), ..known }
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
        range: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn heard(which: u64, dbm: Option<f32>) -> Heard {
        let transmitter = TransmitterId::Wifi(Bssid::from_u48(which));
        Heard { transmitter, rssi_dbm: dbm, age_ms: 0, timing_advance: None }
    }

    #[test]
    fn readings_that_differ_in_their_distance_alone_come_in_one_order() {
        let at = |timing_advance| Heard { timing_advance, ..heard(7, Some(-60.0)) };
        let ways = [[None, Some(9), Some(3)], [Some(3), None, Some(9)], [Some(9), Some(3), None]];
        for way in ways {
            let mut ordered = Vec::new();
            strongest_first(&way.map(at), &mut Vec::new(), &mut ordered);
            let distances: Vec<_> = ordered.iter().map(|one| one.timing_advance).collect();
            assert_eq!(distances, [Some(3), Some(9), None], "{way:?}");
        }
    }

    proptest! {
        #[test]
        fn readings_come_in_the_order_of_their_content_however_they_are_listed(
            all in prop::collection::btree_map(any::<u32>(), prop::option::of(prop_oneof![
                -100.0..0.0_f32,
                (-9..0_i8).prop_map(f32::from),
                any::<f32>(),
            ]), 0..60),
        ) {
            let listed: Vec<_> = all.iter().map(|(n, dbm)| heard(u64::from(*n), *dbm)).collect();
            let mut want = listed.clone();
            want.sort_by(by_content);
            let backwards: Vec<_> = listed.iter().rev().copied().collect();
            let (mut order, mut ordered) = (vec![7], vec![heard(7, None)]);
            for list in [&listed, &backwards] {
                strongest_first(list, &mut order, &mut ordered);
                let ids = |all: &[Heard]| all.iter().map(|one| one.transmitter).collect::<Vec<_>>();
                prop_assert_eq!(ids(&ordered), ids(&want));
            }
        }
    }
}
