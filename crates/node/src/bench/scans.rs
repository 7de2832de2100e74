//! What a load asks: queries drawn from what a snapshot knows.

use crate::limits::{BENCH_RECORDS_MAX, BENCH_SCANS_MAX};
use crate::mix::mixed;
use crate::serving::warm::address_of;
use axum::body::Bytes;
use cairn_ground::{Dbm, TransmitterId};
use cairn_report::Observation;
use cairn_snapshot::{SnapshotSet, TransmitterRecord};
use cairn_wire::geolocate;
use std::collections::BTreeMap;

/// Steps of a degree that make a tile: a scan's transmitters share one, some 220 m wide.
const TILES_PER_DEGREE: f64 = 500.0;
/// Powers drawn, dBm: from across the room to hardly heard.
const POWERS_DBM: std::ops::Range<u64> = 45..90;

/// Queries of `n_networks` known transmitters that stand near one another, `n_scans` of them.
///
/// # Errors
/// When no place of the map knows two transmitters.
///
/// # Cost
/// A walk over the whole map; memory for about [`BENCH_RECORDS_MAX`] addresses, those of whole places.
pub(crate) fn of_map(
    set: &SnapshotSet,
    (n_scans, n_networks): (usize, usize),
    seed: u64,
) -> anyhow::Result<Vec<Bytes>> {
    let one_of = set.n_records().div_ceil(BENCH_RECORDS_MAX as u64).max(1);
    let mut places: BTreeMap<(i32, i32), Vec<TransmitterId>> = BTreeMap::new();
    let snapshots = set.base().into_iter().chain(set.overlays());
    for record in snapshots.flat_map(|snapshot| snapshot.iter()) {
        let tile = tile_of(&record);
        if is_drawn(tile, one_of)
            && let Some(id) = address_of(&record)
        {
            places.entry(tile).or_default().push(id);
        }
    }
    let places: Vec<Vec<TransmitterId>> =
        places.into_values().filter(|ids| ids.len() >= 2).collect();
    anyhow::ensure!(
        !places.is_empty(),
        "no place of this map knows two Wi-Fi or Bluetooth transmitters: give queries with --scans"
    );
    let mut chance = Chance(seed);
    let scans = (0..n_scans.clamp(1, BENCH_SCANS_MAX)).map(|_| {
        let ids = &places[chance.below(places.len())];
        Bytes::from(geolocate::encode_request(&scan(ids, n_networks, &mut chance)))
    });
    Ok(scans.collect())
}

/// True for one of so many tiles.
fn is_drawn((lat, lng): (i32, i32), one_of: u64) -> bool {
    let tile = u64::from(lat.cast_unsigned()) << 32 | u64::from(lng.cast_unsigned());
    Chance(tile).next().is_multiple_of(one_of)
}

/// A scan that hears up to so many of these, from one of them on.
fn scan(ids: &[TransmitterId], n_networks: usize, chance: &mut Chance) -> Vec<Observation> {
    let start = chance.below(ids.len());
    let heard = (0..n_networks.min(ids.len())).map(|turn| {
        #[expect(clippy::cast_precision_loss, reason = "below 100")]
        let below = chance.within(POWERS_DBM) as f32;
        Observation {
            power: Dbm::new(-below).ok(),
            ..Observation::of(ids[(start + turn) % ids.len()])
        }
    });
    heard.collect()
}

#[expect(clippy::cast_possible_truncation, reason = "at most 180 · 500")]
fn tile_of(record: &TransmitterRecord) -> (i32, i32) {
    let tile = |degrees: f64| (degrees * TILES_PER_DEGREE).floor() as i32;
    (tile(record.place.lat_deg()), tile(record.place.lng_deg()))
}

/// Numbers that look random and are the same for one seed. Source: Steele, Lea, Flood, 2014 (splitmix64).
struct Chance(u64);

impl Chance {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).unwrap_or(0)
    }

    const fn within(&mut self, range: std::ops::Range<u64>) -> u64 {
        range.start + self.next() % (range.end - range.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::{Bssid, Covariance, Day, LatLng, Mobility};
    use cairn_snapshot::{Meta, Snapshot, SnapshotWriter, Verify};
    use std::sync::Arc;

    fn map(n: u64) -> SnapshotSet {
        let mut writer = SnapshotWriter::new(Meta {
            evidence_digest: [0; 32],
            settings_digest: [0; 32],
            newest_day: Day::new(0),
            code_revision: String::new(),
            calibration: Vec::new(),
            physics: Vec::new(),
        });
        for number in 0..n {
            let id = TransmitterId::Wifi(Bssid::from_u48(0x0200_5e10_0000 + number));
            writer.push(TransmitterRecord {
                key: id.key(),
                kind: id.kind(),
                place: LatLng::new(51.5, -0.12).unwrap(),
                covariance: Covariance::circular(100.0),
                reach_m: 80.0,
                reference_dbm: None,
                mobility: Mobility::Fixed,
                last_day: Day::new(20_000),
                voices: 3,
                observations: 64,
                floor: None,
            });
        }
        let snapshot = Snapshot::from_bytes(writer.into_bytes().unwrap(), Verify::Eager).unwrap();
        SnapshotSet::new(Some(Arc::new(snapshot)), Vec::new())
    }

    #[test]
    fn drawn_queries_name_known_transmitters_and_are_the_same_for_one_seed() {
        let set = map(30);
        let bodies = of_map(&set, (50, 12), 7).unwrap();
        assert_eq!(bodies, of_map(&set, (50, 12), 7).unwrap());
        assert_ne!(bodies, of_map(&set, (50, 12), 8).unwrap());
        for body in &bodies {
            let request = geolocate::decode(body).unwrap();
            assert_eq!(request.observations.len(), 12);
            assert!(request.observations.iter().all(|it| set.get(it.transmitter.key()).is_some()));
        }
    }

    #[test]
    fn a_map_without_two_neighbours_is_refused() {
        assert!(of_map(&map(1), (1, 2), 0).unwrap_err().to_string().contains("--scans"));
    }
}
