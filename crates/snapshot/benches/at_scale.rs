//! Batched look-ups against the memory's own speed at the size of a planet: their ratio, in one run.
//!
//! Budget: 20 keys cost 20 index entries and 20 records, both asked for ahead. An index of 10^8 records is
//! 64 MB and stays near, so a key should cost one far read and some computing: within 1.5 times as long as
//! 20 random reads of the same mapped bytes, which overlap too. No address is asked for twice.
//!
//! Reads and look-ups take turns, 10 ms each, and each turn of look-ups is compared with the reads right
//! before it: so a neighbor's load meets both. The median of the ratios counts; a quarter lies below the
//! first and above the last of the three.
//!
//! `cargo bench -p cairn-snapshot --bench at_scale -- 100000000 /tmp/large`: a snapshot of so many
//! transmitters is made in that folder unless one is there. Thread processor time, not elapsed time.

#![expect(clippy::cast_precision_loss, reason = "ratios for people to read")]
#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use cairn_ground::{
    Bssid, Covariance, Day, LatLng, Mobility, TransmitterId, TransmitterKey, TransmitterKind,
};
use cairn_snapshot::{Meta, Snapshot, SnapshotWriter, TransmitterRecord, Verify};
use std::error::Error;
use std::hint::black_box;
use std::path::{Path, PathBuf};

/// Records unless told otherwise.
const N_RECORDS: u64 = 3_000_000;
/// Keys of one query.
const BATCH: usize = 20;
/// Queries of one round.
const N_BATCHES: usize = 1 << 12;
/// Rounds: the median counts.
const ROUNDS: usize = 99;

fn mixed(n: u64) -> u64 {
    let x = (n.wrapping_add(1)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ x >> 31
}

fn key(n: u64) -> TransmitterKey {
    TransmitterId::Wifi(Bssid::from_u48(0x0200_0000_0000 | n)).key()
}

fn seal(folder: &Path, n_records: u64) -> Result<PathBuf, Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    for file in std::fs::read_dir(folder)? {
        let path = file?.path();
        if Snapshot::open_with(&path, Verify::Lazy).is_ok_and(|it| it.len() == n_records) {
            return Ok(path);
        }
    }
    let mut writer = SnapshotWriter::new(Meta {
        evidence_digest: [0; 32],
        settings_digest: [0; 32],
        newest_day: Day::new(20_000),
        code_revision: String::new(),
        calibration: Vec::new(),
        physics: Vec::new(),
    });
    for n in 0..n_records {
        let spread = f64::from(u32::try_from(mixed(n) >> 40)?) / f64::from(1 << 24);
        writer.push(TransmitterRecord {
            key: key(n),
            kind: TransmitterKind::Wifi,
            place: LatLng::wrapped(
                170.0_f64.mul_add(spread, -85.0),
                350.0_f64.mul_add(spread, -175.0),
            ),
            covariance: Covariance { ee_m2: 200.0, en_m2: 30.0 * spread, nn_m2: 100.0 },
            reach_m: 80.0,
            reference_dbm: Some(-40.0),
            mobility: Mobility::Fixed,
            last_day: Day::new(20_000),
            voices: 3,
            observations: 40,
            floor: None,
        });
    }
    Ok(folder.join(writer.finish(folder)?.file_name()))
}

/// Nanoseconds this thread has run. Source: Linux, Documentation/scheduler/sched-stats.rst.
fn processor_ns() -> u64 {
    // Yielding brings the kernel's count up to date.
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split_whitespace().next().and_then(|ns| ns.parse().ok()).unwrap_or(0)
}

/// Nanoseconds a key of so many batches.
fn ns_per_key(mut batch: impl FnMut(usize)) -> f64 {
    let from = processor_ns();
    for at in 0..N_BATCHES {
        batch(at * BATCH);
    }
    (processor_ns() - from) as f64 / (N_BATCHES * BATCH) as f64
}

/// Quarter, half and three quarters of the values are below these.
fn quartiles(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| values[values.len() * quarter / 4])
}

/// One round: random reads, then look-ups of keys that are there, of keys of which half are, and of few keys
/// again and again.
fn round(snapshot: &Snapshot, bytes: &[u8], number: u64) -> [f64; 4] {
    let n = (N_BATCHES * BATCH) as u64;
    let random = |salt: u64| (0..n).map(move |at| mixed(mixed(number * n + at) ^ salt));
    let last = bytes.len() as u64 - 8;
    let places: Vec<usize> = random(1).map(|it| usize::try_from(it % last).unwrap_or(0)).collect();
    let hits: Vec<_> = random(2).map(|it| key(it % snapshot.len())).collect();
    let halves: Vec<_> = random(3).map(|it| key(it % (2 * snapshot.len()))).collect();
    // A query's reads overlap; the next query begins when they are there.
    let (mut before, zero) = (0, black_box(0));
    let reads = ns_per_key(|at| {
        let places = &places[at + (before & zero)..][..BATCH];
        before = places.iter().map(|place| usize::from(bytes[*place])).sum();
    });
    black_box(before);
    let mut out = [None; BATCH];
    let mut looked_up = |keys: &[TransmitterKey], n_apart: usize| {
        let mut n_found = 0;
        ns_per_key(|at| {
            snapshot.get_many(&keys[at % n_apart + (n_found & zero)..][..BATCH], &mut out);
            n_found = black_box(&out).iter().flatten().count();
        })
    };
    let all = hits.len();
    [reads, looked_up(&hits, all), looked_up(&halves, all), looked_up(&hits, 8 * BATCH)]
}

fn measure(n_records: u64, folder: &Path) -> Result<(), Box<dyn Error>> {
    let path = seal(folder, n_records)?;
    let snapshot = Snapshot::open_with(&path, Verify::Lazy)?;
    let each = snapshot.file_bytes() as f64 / snapshot.len() as f64;
    println!("{} transmitters, {each:.2} bytes each", snapshot.len());
    // The first touch of a page and of a block costs once.
    let touched = snapshot.iter().count();
    black_box(touched);
    let rounds: Vec<[f64; 4]> =
        (0..ROUNDS as u64).map(|at| round(&snapshot, snapshot.all_bytes(), at)).collect();
    let names = ["random reads", "look-ups, all known", "look-ups, half", "look-ups, in caches"];
    for (which, name) in names.iter().enumerate() {
        let ns = quartiles(rounds.iter().map(|it| it[which]).collect())[1];
        let [low, ratio, high] = quartiles(rounds.iter().map(|it| it[which] / it[0]).collect());
        println!("{name:20} {ns:6.1} ns a key, {ratio:.2} times ({low:.2} to {high:.2})");
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut told = std::env::args().skip(1).filter(|word| !word.starts_with("--"));
    let n_records = told.next().map_or(Ok(N_RECORDS), |n| n.parse())?;
    if let Some(folder) = told.next() {
        return measure(n_records, Path::new(&folder));
    }
    measure(n_records, tempfile::tempdir()?.path())
}
