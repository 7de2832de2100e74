//! Cost of one answer: twenty known transmitters of a map of 100,000, without and with distances to ten of them, and their
//! look-up alone.
//!
//! Budget: the look-up is 20 keys of two dependent cache lines each, overlapped in a batch: 2 rounds of
//! 20 reads, about 2 µs from memory and less from the last cache, where 2.3 MB of records fit. The
//! solve is rounds × discs × about 5 ns (a root, a division, three multiply-adds): at most 12 rounds of
//! the median and 16 of the reweighting over 20 discs are 28 × 20 × 5 ns = 2.8 µs; 190 pairs of the
//! grouping, a root or three each, another 2 µs; frames, sorting and some fifteen small vectors, 2 µs.
//! Sketch: 9 µs an answer, a hundred thousand answers a second and core. Within twice that is well.
//!
//! With distances up to five grids of 441 places: a logarithm, an exponential and the weighing are 50 ns a place, each ring
//! a root and some multiply-adds, 3 ns. Ten rings are 2,205 × 80 ns = 180 µs.

#![expect(clippy::print_stdout, reason = "a bench says why it measured nothing")]

use cairn_answer::{Answer, Heard, locate};
use cairn_ground::{
    Bssid, Covariance, Day, LatLng, Meters, Mobility, RttRange, TransmitterId, TransmitterKey,
    TransmitterKind,
};
use cairn_snapshot::{Meta, Snapshot, SnapshotSet, SnapshotWriter, TransmitterRecord, Verify};
use criterion::{Criterion, criterion_group, criterion_main};
use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;

/// Transmitters of the map, on a grid of 400 by 250.
const N_RECORDS: u32 = 100_000;

/// Columns of the grid.
const N_COLUMNS: u32 = 400;

/// Degrees between neighbours: 20 m of latitude.
const PITCH_DEG: f64 = 20.0 / 111_320.0;

/// Scans asked in turn, all over the map, so that no cache nearer than the last holds their records.
const N_SCANS: u32 = 4_096;

fn mixed(n: u32) -> u64 {
    let x = (u64::from(n) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ x >> 31
}

/// The transmitter of a grid point; boxes differ in more than the last nibble.
fn id(n: u32) -> TransmitterId {
    TransmitterId::Wifi(Bssid::from_u48(mixed(n) >> 16 & !0xf))
}

fn record(n: u32) -> Result<TransmitterRecord, Box<dyn Error>> {
    let (column, row) = (f64::from(n % N_COLUMNS), f64::from(n / N_COLUMNS));
    Ok(TransmitterRecord {
        key: id(n).key(),
        kind: TransmitterKind::Wifi,
        place: LatLng::new(row.mul_add(PITCH_DEG, 47.0), column.mul_add(PITCH_DEG, 9.0))?,
        covariance: Covariance::circular(100.0),
        reach_m: 90.0,
        reference_dbm: Some(-40.0),
        mobility: Mobility::Fixed,
        last_day: Day::new(20_000),
        voices: 3,
        observations: 40,
        floor: None,
    })
}

fn town() -> Result<SnapshotSet, Box<dyn Error>> {
    let mut writer = SnapshotWriter::new(Meta {
        evidence_digest: [0; 32],
        settings_digest: [0; 32],
        newest_day: Day::new(20_000),
        code_revision: String::new(),
        calibration: Vec::new(),
        physics: Vec::new(),
    });
    for n in 0..N_RECORDS {
        writer.push(record(n)?);
    }
    let snapshot = Snapshot::from_bytes(writer.into_bytes()?, Verify::Eager)?;
    Ok(SnapshotSet::new(Some(Arc::new(snapshot)), Vec::new()))
}

/// What is heard in a block of 5 by 4 somewhere on the grid: twenty boxes.
fn scan(number: u32) -> Vec<Heard> {
    let corner = mixed(number ^ 0x5ca9);
    let part = |bits: u64, n: u64| u32::try_from(bits % n).unwrap_or(0);
    let (column, row) = (part(corner, 395), part(corner >> 32, 246));
    (0..20_u32)
        .map(|n| {
            let (east, north) = (n % 5, n / 5);
            let away = east.abs_diff(2) + north.abs_diff(2);
            Heard {
                transmitter: id((row + north) * N_COLUMNS + column + east),
                rssi_dbm: Some(-50.0 - f32::from(u8::try_from(8 * away + n % 3).unwrap_or(0))),
                age_ms: 0,
                timing_advance: None,
            }
        })
        .collect()
}

/// The same with the distances to every other box from the middle of the block, as Android measures at most at a time.
fn ranged(scan: &[Heard]) -> Result<Vec<Heard>, Box<dyn Error>> {
    let mut scan = scan.to_vec();
    for (n, heard) in (0_u8..).zip(&mut scan).step_by(2) {
        let (east, north) = (f64::from(n % 5), f64::from(n / 5));
        let distance = Meters::new(20.0 * (east - 2.0).hypot(north - 2.0))?;
        heard.timing_advance = RttRange::new(distance, None).map(RttRange::code);
    }
    Ok(scan)
}

fn bench_town(c: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let town = town()?;
    let scans: Vec<_> = (0..N_SCANS).map(scan).collect();
    let keys: Vec<Vec<TransmitterKey>> = scans
        .iter()
        .map(|scan| scan.iter().map(|heard| heard.transmitter.key()).collect())
        .collect();
    let n_found = scans
        .iter()
        .filter(|scan| matches!(locate(&town, scan), Answer::Found(found) if found.n_used == 20));
    if n_found.count() != scans.len() {
        return Err("a scan of the bench is not answered by its twenty boxes".into());
    }
    let mut group = c.benchmark_group("answer/100000");
    let mut turns = scans.iter().cycle();
    group.bench_function("locate_20", |b| {
        b.iter(|| turns.next().map(|scan| black_box(locate(&town, scan))));
    });
    let ranged = scans.iter().map(|scan| ranged(scan)).collect::<Result<Vec<_>, _>>()?;
    let mut turns = ranged.iter().cycle();
    group.bench_function("locate_20_ranged_10", |b| {
        b.iter(|| turns.next().map(|scan| black_box(locate(&town, scan))));
    });
    let mut turns = keys.iter().cycle();
    let mut out = [None; 20];
    group.bench_function("look_up_20", |b| {
        b.iter(|| {
            if let Some(keys) = turns.next() {
                town.get_many(keys, &mut out);
            }
            black_box(&out);
        });
    });
    group.finish();
    Ok(())
}

fn bench(c: &mut Criterion) {
    if let Err(error) = bench_town(c) {
        println!("{error}");
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
