//! Durable appends and replay, against what the disk itself allows.
//!
//! Sketch. An append is durable after one write and one `fdatasync`, so a closed loop of `n` clients
//! cannot exceed `n` records for each sync: the floor is measured here, on the same disk, by writing
//! `n` KB into a preallocated file and syncing it. The CPU's share is one encode (about 100
//! observations, ~1 µs a KB), one CRC-32C (~0.1 µs a KB), one copy, and a wake-up of writer and client.
//! Replay is a sequential read at the page cache's speed (GB/s) and one decode (~2 µs a KB).
//! A ratio below 0.5 at 16 or 256 clients would say that the journal, not the disk, is slow.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench reports to a person")]
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

use cairn_ground::{Bssid, Day, Dbm, LatLng, Timestamp, TransmitterId};
use cairn_journal::{Config, Journal, Position, codec};
use cairn_report::{Batch, ContributorToken, Fix, Observation, Report, SubmissionId};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::fs::File;
use std::hint::black_box;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

const GROUP_SIZES: [usize; 3] = [1, 16, 256];
const N_REPLAY: u64 = 50_000;

/// Five reports of 21 Wi-Fi networks: about 1 KB encoded.
fn batch(n: u64) -> Batch {
    let report = |r: u64| {
        let heard = |t: u64| {
            let id = TransmitterId::Wifi(Bssid::from_u48((n * 31 + r) * 64 + t + 1));
            Observation { power: Dbm::new(-60.0).ok(), ..Observation::of(id) }
        };
        let place = LatLng::from_e7(515_000_000, i32::try_from(n % 1_000_000).unwrap()).unwrap();
        let timestamp = Timestamp::from_ms(1_700_000_000_000 + i64::try_from(r).unwrap() * 1_000);
        Report::new(timestamp, Fix::at(place), (0..21).map(heard).collect()).unwrap()
    };
    let mut id = [0; 16];
    id[..8].copy_from_slice(&n.to_le_bytes());
    let reports = (0..5).map(report).collect();
    let (received, contributor) = (Day::new(19_700), ContributorToken(n));
    Batch { id: SubmissionId(id), received, contributor, app: None, reports }
}

/// Seconds that a write of `bytes` and its sync take in a preallocated file: the disk's own floor.
fn sync_floor_s(dir: &Path, bytes: usize) -> f64 {
    const ROUNDS: u32 = 200;
    let file = File::options().write(true).create(true).truncate(true).open(dir.join("floor"));
    let (file, block) = (file.unwrap(), vec![1; bytes]);
    let flags = rustix::fs::FallocateFlags::empty();
    rustix::fs::fallocate(&file, flags, 0, bytes as u64 * u64::from(ROUNDS)).unwrap();
    file.sync_all().unwrap();
    let start = Instant::now();
    for round in 0..ROUNDS {
        file.write_all_at(&block, u64::from(round) * bytes as u64).unwrap();
        file.sync_data().unwrap();
    }
    start.elapsed().as_secs_f64() / f64::from(ROUNDS)
}

/// Appends `n` records with at most `outstanding` waiting for their acknowledgement.
fn append_all(journal: &Journal, next: &mut u64, n: u64, outstanding: usize) -> Duration {
    let batches: Vec<_> = (0..n).map(|index| batch(*next + index)).collect();
    *next += n;
    let (sender, receiver) = sync_channel(outstanding);
    let start = Instant::now();
    let mut waiting = 0;
    for one in batches {
        if waiting == outstanding {
            receiver.recv().unwrap();
            waiting -= 1;
        }
        let sender = sender.clone();
        journal.append(one, Box::new(move |outcome| sender.send(outcome.unwrap()).unwrap()));
        waiting += 1;
    }
    for _ in 0..waiting {
        receiver.recv().unwrap();
    }
    start.elapsed()
}

fn durable_appends(c: &mut Criterion) {
    let mut group = c.benchmark_group("durable_append_1kb");
    group.throughput(Throughput::Elements(1)).sample_size(10);
    group.measurement_time(Duration::from_secs(4));
    for outstanding in GROUP_SIZES {
        let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let record_bytes = codec::encode(&batch(1)).len() + 12;
        let floor_s = sync_floor_s(dir.path(), record_bytes * outstanding);
        let (journal, _) = Journal::open(&dir.path().join("j"), Config::standard()).unwrap();
        let mut next = 0;
        let (mut n_all, mut took) = (0, Duration::ZERO);
        group.bench_function(format!("{outstanding}_waiting"), |b| {
            b.iter_custom(|n| {
                let elapsed = append_all(&journal, &mut next, n, outstanding);
                (n_all, took) = (n_all + n, took + elapsed);
                elapsed
            });
        });
        #[expect(clippy::cast_precision_loss, reason = "a rate for a person")]
        let (rate, most, per_sync) = (
            n_all as f64 / took.as_secs_f64(),
            outstanding as f64 / floor_s,
            n_all as f64 / journal.stats().fsyncs as f64,
        );
        println!(
            "{outstanding} waiting, {record_bytes} B: {rate:.0} durable records/s, {per_sync:.1} a \
             sync; floor {:.3} ms a sync of {outstanding} = {most:.0}/s; ratio {:.2}",
            floor_s * 1e3,
            rate / most
        );
    }
    group.finish();
}

fn codec_and_replay(c: &mut Criterion) {
    let one = batch(1);
    let bytes = codec::encode(&one);
    let mut group = c.benchmark_group("codec_1kb");
    group.throughput(Throughput::Bytes(bytes.len() as u64)).sample_size(20);
    group.bench_function("encode", |b| b.iter(|| codec::encode(black_box(&one))));
    group.bench_function("decode", |b| b.iter(|| codec::decode(black_box(&bytes)).unwrap()));
    group.finish();

    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (journal, _) = Journal::open(dir.path(), Config::standard()).unwrap();
    append_all(&journal, &mut 0, N_REPLAY, 1_024);
    let mut group = c.benchmark_group("replay_1kb");
    group.throughput(Throughput::Elements(N_REPLAY)).sample_size(10);
    group.bench_function("read_and_decode", |b| {
        b.iter(|| journal.read_from(Position::START).unwrap().map(Result::unwrap).count());
    });
    group.finish();
    drop(journal);
    let mut group = c.benchmark_group("open");
    group.sample_size(10);
    group.bench_function("scan_and_remember_50k", |b| {
        b.iter(|| Journal::open(dir.path(), Config::standard()).unwrap());
    });
    group.finish();
}

criterion_group!(benches, durable_appends, codec_and_replay);
criterion_main!(benches);
