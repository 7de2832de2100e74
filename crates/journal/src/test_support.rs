//! Batches and small journals for the tests of this room.

use crate::disk::Disk;
use crate::fault_disk::FaultDisk;
use crate::{Config, Journal, Position, Reader, Repair};
use cairn_ground::{
    AgeMs, Bssid, CellId, CellRadio, Day, Dbm, Floor, LatLng, Meters, Timestamp, TransmitterId,
};
use cairn_report::{
    App, Batch, ContributorToken, Fix, FixSource, Observation, Report, SubmissionId,
};
use proptest::prelude::*;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

/// A small batch that is known by its number.
pub(crate) fn batch(n: u64) -> Batch {
    let address = TransmitterId::Wifi(Bssid::from_u48(0x0200_0000_0000 + n));
    let heard = Observation { power: Some(Dbm::new(-60.0).unwrap()), ..Observation::of(address) };
    let fix = Fix::at(LatLng::from_e7(515_000_000, -1_000_000).unwrap());
    let report = Report::new(Timestamp::from_ms(1_700_000_000_000), fix, vec![heard]).unwrap();
    let mut id = [7; 16];
    id[..8].copy_from_slice(&n.to_le_bytes());
    let received = Day::new(19_700);
    Batch {
        id: SubmissionId(id),
        received,
        contributor: ContributorToken(n),
        app: None,
        reports: vec![report],
    }
}

/// The number of a batch made by [`batch`].
pub(crate) fn number(batch: &Batch) -> u64 {
    batch.contributor.0
}

/// Segments of about a dozen small batches, and quick probes.
pub(crate) fn small() -> Config {
    let probe_every = Duration::from_millis(1);
    Config { segment_bytes_max: 1_000, probe_every, ..Config::standard() }
}

pub(crate) fn open(disk: &FaultDisk) -> (Journal, Repair) {
    let disk: Arc<dyn Disk> = Arc::new(disk.clone());
    Journal::open_on(disk, small()).unwrap()
}

/// The numbers of all batches; damage is passed over and its places returned.
pub(crate) fn numbers(mut reader: Reader) -> (Vec<u64>, Vec<String>) {
    let (mut all, mut damage) = (vec![], vec![]);
    loop {
        match reader.next() {
            Some(Ok((_, batch))) => all.push(number(&batch)),
            Some(Err(error)) => {
                damage.push(error.to_string());
                assert_eq!(reader.next().map(|item| item.is_ok()), None, "an error is said once");
                reader.skip_damage().unwrap();
            }
            None => return (all, damage),
        }
    }
}

pub(crate) fn all_numbers(journal: &Journal) -> Vec<u64> {
    let (all, damage) = numbers(journal.read_from(Position::START).unwrap());
    assert_eq!(damage, Vec::<String>::new());
    all
}

/// Waits without a clock: nothing ever comes through this channel.
pub(crate) fn pause(duration: Duration) {
    let (sender, receiver) = channel::<()>();
    assert!(receiver.recv_timeout(duration).is_err());
    drop(sender);
}

pub(crate) fn any_batch() -> impl Strategy<Value = Batch> {
    let reports = prop::collection::vec(any_report(), 1..6);
    let app = any::<Option<u64>>();
    (any::<[u8; 16]>(), any::<u16>(), any::<u64>(), app, reports).prop_map(
        |(id, day, contributor, app, reports)| Batch {
            id: SubmissionId(id),
            received: Day::new(day),
            contributor: ContributorToken(contributor),
            app: app.map(App::from_tag),
            reports,
        },
    )
}

fn any_report() -> impl Strategy<Value = Report> {
    let observations = prop::collection::vec(any_observation(), 1..30);
    (any::<i64>(), any_fix(), observations).prop_map(|(ms, fix, observations)| {
        Report::new(Timestamp::from_ms(ms), fix, observations).unwrap()
    })
}

fn any_fix() -> impl Strategy<Value = Fix> {
    let place = (-900_000_000..=900_000_000_i32, -1_800_000_000..=1_800_000_000_i32);
    let r68 = prop::option::of(prop_oneof![0.0..4.0e7, (0..500_u16).prop_map(f64::from)]);
    let small = || prop::option::of(-1.0e4..1.0e4_f32);
    let rest = (any_age(), prop::option::of(-20..=120_i32), 0..6_u8, small());
    (place, r68, small(), small(), small(), rest).prop_map(
        |(
            place,
            r68,
            speed_m_s,
            height_hae_m,
            pressure_hpa,
            (age, floor, source, height_r68_m),
        )| Fix {
            place: LatLng::from_e7(place.0, place.1).unwrap(),
            r68: r68.map(|m| Meters::new(m).unwrap()),
            age,
            speed_m_s,
            height_hae_m,
            height_r68_m,
            pressure_hpa,
            floor: floor.map(|level| Floor::new(level).unwrap()),
            source: FixSource::from_number(source).unwrap(),
        },
    )
}

fn any_age() -> impl Strategy<Value = AgeMs> {
    prop_oneof![Just(0), -3_600_000..=3_600_000_i64].prop_map(|ms| AgeMs::new(ms).unwrap())
}

fn any_observation() -> impl Strategy<Value = Observation> {
    let dbm = prop_oneof![-200.0..=50.0_f32, (-200..=50_i16).prop_map(f32::from)];
    let power = prop::option::of(dbm.prop_map(|dbm| Dbm::new(dbm).unwrap()));
    let rest = (any::<Option<u16>>(), any::<Option<u16>>(), any::<Option<u16>>());
    (any_transmitter(), power, any_age(), rest).prop_map(
        |(transmitter, power, age, (frequency_mhz, unit, timing_advance))| Observation {
            transmitter,
            power,
            age,
            frequency_mhz,
            unit,
            timing_advance,
        },
    )
}

fn any_transmitter() -> impl Strategy<Value = TransmitterId> {
    let address = || (0..1_u64 << 48).prop_map(Bssid::from_u48);
    let radio = prop_oneof![
        Just(CellRadio::Gsm),
        Just(CellRadio::Wcdma),
        Just(CellRadio::Lte),
        Just(CellRadio::Nr)
    ];
    let cell = (radio, 200..1_000_u32, 0..1_100_u32, any::<u32>(), any::<u64>());
    prop_oneof![
        address().prop_map(TransmitterId::Wifi),
        address().prop_map(TransmitterId::Ble),
        cell.prop_map(|(radio, mcc, mnc, area, cell)| {
            let (area, cell) = (1 + area % radio.area_max(), 1 + cell % radio.cell_max());
            TransmitterId::Cell(match mnc {
                0..1_000 => CellId::new(radio, mcc, mnc, area, cell).unwrap(),
                _ => CellId::of_unknown_network(radio, mcc, area, cell).unwrap(),
            })
        }),
    ]
}
