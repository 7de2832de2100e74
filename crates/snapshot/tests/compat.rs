//! Every version we claim to read is read: the committed bytes of `tests/compat`.

#[path = "compat/v1/records.rs"]
mod v1;

use cairn_ground::{Block, Floor, LatLng, Tile};
use cairn_snapshot::{PlaceHeight, Snapshot, SnapshotWriter, Venue, Verify};
use std::path::Path;

const SMALL: &[u8] = include_bytes!("compat/v1/small.snapshot");
const V2: &[u8] = include_bytes!("compat/v2/small.snapshot");
const V3: &[u8] = include_bytes!("compat/v3/small.snapshot");
const V4: &[u8] = include_bytes!("compat/v4/small.snapshot");

#[test]
fn version_1_opens_and_says_what_it_said() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compat/v1/small.snapshot");
    let snapshot = Snapshot::open(&path).unwrap();
    assert_eq!(snapshot.id().file_name(), "fe21ec7b8d327092.snapshot");
    assert_eq!(snapshot.meta(), &v1::meta());
    let records = v1::records().unwrap();
    assert_eq!(snapshot.len(), records.len() as u64);
    for record in records {
        let read = snapshot.get(record.key).unwrap();
        assert!((read.place.lat_deg() - record.place.lat_deg()).abs() < 3.4e-7, "{read:?}");
        assert!((read.place.lng_deg() - record.place.lng_deg()).abs() < 6.8e-7, "{read:?}");
        assert!((read.reach_m / record.reach_m.max(1.0) - 1.0).abs() < 0.023, "{read:?}");
        assert!((read.covariance.sigma_m() / record.covariance.sigma_m() - 1.0).abs() < 0.023);
        assert_eq!(read.reference_dbm, record.reference_dbm);
        assert_eq!((read.kind, read.mobility), (record.kind, record.mobility));
        assert_eq!((read.last_day, read.floor), (record.last_day, record.floor));
        assert_eq!(read.voices, record.voices.min(192));
        assert_eq!(read.observations, record.observations.min(16_384));
    }
}

#[test]
fn version_2_opens_and_says_what_it_said() {
    let snapshot = Snapshot::from_bytes(V2.to_vec(), Verify::Eager).unwrap();
    assert_eq!(snapshot.meta(), &v1::meta());
    assert_eq!(snapshot.len(), v1::records().unwrap().len() as u64);
    let venue = venue();
    assert_eq!(snapshot.venue_at(venue.blocks[0]), Some(venue.bytes.as_slice()));
    assert_eq!(snapshot.venues().count(), 1);
}

#[test]
fn version_2_says_the_records_of_version_1() {
    let read = |bytes: &[u8]| {
        let snapshot = Snapshot::from_bytes(bytes.to_vec(), Verify::Eager).unwrap();
        let mut records: Vec<_> = snapshot.iter().collect();
        records.sort_by_key(|record| record.key);
        records
    };
    assert_eq!(read(V2), read(SMALL));
}

#[test]
fn version_3_says_the_records_of_version_4_and_no_heights() {
    let [third, fourth] = [V3, V4].map(|bytes| {
        let snapshot = Snapshot::from_bytes(bytes.to_vec(), Verify::Eager).unwrap();
        let venue = venue();
        assert_eq!(snapshot.venue_at(venue.blocks[0]), Some(venue.bytes.as_slice()));
        (snapshot.iter().collect::<Vec<_>>(), snapshot.heights().count())
    });
    assert_eq!(third.0, fourth.0);
    assert_eq!((third.1, fourth.1), (0, 2));
}

#[test]
fn version_4_is_still_sealed_to_the_same_bytes() {
    // invariant: S1
    let mut writer = SnapshotWriter::new(v1::meta());
    v1::records().unwrap().into_iter().for_each(|record| writer.push(record));
    writer.push_venue(venue());
    for height in heights() {
        writer.push_height(height);
    }
    let sealed = writer.into_bytes().unwrap();
    assert!(sealed == V4, "the format changed without a new version");
    let snapshot = Snapshot::from_bytes(V4.to_vec(), Verify::Eager).unwrap();
    let mut again = SnapshotWriter::new(snapshot.meta().clone());
    snapshot.iter().for_each(|record| again.push(record));
    again.push_venue(venue());
    snapshot.heights().for_each(|height| again.push_height(height));
    assert!(again.into_bytes().unwrap() == V4, "decoded records seal to other bytes");
}

fn heights() -> [PlaceHeight; 2] {
    let tile = Tile::of(LatLng::wrapped(51.5, -0.12));
    let one = |floor: Option<i32>, hae_m| PlaceHeight {
        tile,
        floor: floor.and_then(|level| Floor::new(level).ok()),
        hae_m,
        sigma_m: 9.0,
    };
    [one(Some(3), 66), one(None, 51)]
}

fn venue() -> Venue {
    let block = Block::of(LatLng::wrapped(51.5, -0.12));
    Venue { blocks: vec![block], bytes: b"a model".to_vec() }
}
