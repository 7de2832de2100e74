//! Look-ups against the memory's own speed: nanoseconds a key, bytes a transmitter.
//!
//! Budget: a key is two cache lines that depend on each other (index entry, record), so 20 keys in a
//! batch are two rounds of 20 overlapping random reads. `physical` does just these reads on the same
//! mapped bytes; a batched look-up may cost at most three times that, plus the decoding.

#![expect(clippy::cast_precision_loss, reason = "ratios for people to read")]
#![expect(clippy::suboptimal_flops, reason = "where the records stand does not matter")]
#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use cairn_ground::{
    Bssid, Covariance, Day, LatLng, Mobility, TransmitterId, TransmitterKey, TransmitterKind,
};
use cairn_snapshot::{Meta, Snapshot, SnapshotWriter, TransmitterRecord, Verify};
use criterion::{Criterion, criterion_group, criterion_main};
use std::error::Error;
use std::hint::black_box;
use std::io::Read as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// Records of each snapshot.
const N_RECORDS: [u64; 2] = [1_000_000, 10_000_000];

/// Keys of one query.
const BATCH: usize = 20;

/// Queries prepared: 20 × 2^14 keys touch more lines than the caches hold.
const N_BATCHES: usize = 1 << 14;

fn mixed(n: u64) -> u64 {
    let x = (n.wrapping_add(1)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ x >> 31
}

fn key(n: u64) -> TransmitterKey {
    TransmitterId::Wifi(Bssid::from_u48(mixed(n) >> 16)).key()
}

fn seal(folder: &Path, n_records: u64) -> Result<Snapshot, Box<dyn Error>> {
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
            place: LatLng::new(170.0 * spread - 85.0, 350.0 * spread - 175.0)?,
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
    let id = writer.finish(folder)?;
    Ok(Snapshot::open(&folder.join(id.file_name()))?)
}

/// Time of `n` keys, `BATCH` at a time, over all prepared batches in turn.
fn time_of(n: u64, mut batch: impl FnMut(usize)) -> Duration {
    let n_batches = n.div_ceil(BATCH as u64);
    let stopwatch = Stopwatch::start();
    for turn in 0..n_batches {
        batch(usize::try_from(turn).unwrap_or(0) % N_BATCHES);
    }
    let per_key = stopwatch.elapsed().as_secs_f64() / (n_batches * BATCH as u64) as f64;
    Duration::from_secs_f64(per_key * n as f64)
}

/// The thread's processor time where the system tells it (a busy machine then costs no truth, save
/// for shared caches), elapsed time elsewhere.
struct Stopwatch {
    wall: Instant,
    processor_ns: Option<u64>,
}

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "a bench measures elapsed time")]
    fn start() -> Self {
        Self { wall: Instant::now(), processor_ns: processor_ns() }
    }

    fn elapsed(&self) -> Duration {
        match (self.processor_ns, processor_ns()) {
            (Some(from), Some(to)) => Duration::from_nanos(to - from),
            _ => self.wall.elapsed(),
        }
    }
}

/// Nanoseconds this thread has run. Source: Linux, Documentation/scheduler/sched-stats.rst.
fn processor_ns() -> Option<u64> {
    // Yielding brings the kernel's count up to date.
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().filter(|ns| *ns > 0)
}

fn bench_size(c: &mut Criterion, n_records: u64) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let snapshot = seal(folder.path(), n_records)?;
    let mut bytes = Vec::new();
    std::fs::File::open(folder.path().join(snapshot.id().file_name()))?.read_to_end(&mut bytes)?;
    let each = snapshot.file_bytes() as f64 / snapshot.len() as f64;
    println!("{} records, {each:.3} bytes a transmitter", snapshot.len());
    let hits: Vec<_> =
        (0..N_BATCHES * BATCH).map(|at| key(mixed(at as u64 ^ 0xabcd) % n_records)).collect();
    let halves: Vec<_> =
        (0..N_BATCHES * BATCH).map(|at| key(mixed(at as u64 ^ 0xdcba) % (2 * n_records))).collect();
    let mut group = c.benchmark_group(format!("lookup/{n_records}"));
    for (name, keys) in [("hit", &hits), ("half_miss", &halves)] {
        let mut out = [None; BATCH];
        group.bench_function(format!("batched_20/{name}/ns_per_key"), |b| {
            b.iter_custom(|n| {
                time_of(n, |turn| {
                    snapshot.get_many(&keys[turn * BATCH..][..BATCH], &mut out);
                    black_box(&out);
                })
            });
        });
        group.bench_function(format!("one_by_one/{name}/ns_per_key"), |b| {
            b.iter_custom(|n| {
                time_of(n, |turn| {
                    for key in &keys[turn * BATCH..][..BATCH] {
                        black_box(snapshot.get(*key));
                    }
                })
            });
        });
    }
    bench_physical(&mut group, &bytes);
    // The same look-ups in memory: what is left of the difference is the mapping's small pages.
    let in_memory = Snapshot::from_bytes(bytes, Verify::Lazy)?;
    let mut out = [None; BATCH];
    group.bench_function("batched_20/hit_in_memory/ns_per_key", |b| {
        b.iter_custom(|n| {
            time_of(n, |turn| {
                in_memory.get_many(&hits[turn * BATCH..][..BATCH], &mut out);
                black_box(&out);
            })
        });
    });
    // A query small enough for the caches: what is left is computing.
    group.bench_function("batched_20/hit_in_cache/ns_per_key", |b| {
        b.iter_custom(|n| {
            time_of(n, |turn| {
                in_memory.get_many(&hits[turn % 8 * BATCH..][..BATCH], &mut out);
                black_box(&out);
            })
        });
    });
    group.finish();
    Ok(())
}

/// The least any such structure does: a read, then a read whose address depends on it, 20 at once.
fn bench_physical(
    group: &mut criterion::BenchmarkGroup<'_, criterion::measurement::WallTime>,
    bytes: &[u8],
) {
    let word = |at: usize| bytes[at..].first_chunk().map_or(0, |word| u64::from_le_bytes(*word));
    let last = bytes.len() as u64 - 8;
    let place = |n: u64| usize::try_from((u128::from(n) * u128::from(last)) >> 64).unwrap_or(0);
    let random: Vec<_> = (0..N_BATCHES * BATCH).map(|at| place(mixed(at as u64))).collect();
    // The index is the first hundredth of the file.
    for (name, is_dependent) in [("one_read", false), ("two_reads", true)] {
        group.bench_function(format!("physical/{name}/ns_per_key"), |b| {
            b.iter_custom(|n| {
                time_of(n, |turn| {
                    let mut words = [0; BATCH];
                    for (word_read, at) in words.iter_mut().zip(&random[turn * BATCH..]) {
                        *word_read = word(if is_dependent { *at / 64 } else { *at });
                    }
                    if is_dependent {
                        for (word_read, at) in words.iter_mut().zip(&random[turn * BATCH..]) {
                            let n = mixed(*word_read ^ *at as u64);
                            *word_read = word(place(n));
                        }
                    }
                    black_box(words);
                })
            });
        });
    }
}

fn bench(c: &mut Criterion) {
    for n_records in N_RECORDS {
        if let Err(error) = bench_size(c, n_records) {
            println!("{n_records} records: {error}");
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3));
    targets = bench
}
criterion_main!(benches);
