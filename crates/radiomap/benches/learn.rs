//! Costs of learning and of forming beliefs.
//!
//! Budgets. Learning one observation looks up one of N transmitters in a B-tree (about log₁₁ N node
//! visits, each a cache miss of 100 ns when cold: 4 for 10⁴) and inserts 24 bytes into a sorted list
//! of at most 32: sketch 500 ns cold, so 20 observations are 10 µs: 10⁵ evidence/s/core. Evidence
//! learned twice costs the look-ups only. A belief of 10 voices × 4 votes reads 1 KB and runs the
//! estimator: sketch 20 µs, of which the gathering is under 2 µs.
use cairn_evidence::{Evidence, EvidenceId, Heard, Voice};
use cairn_ground::{Bssid, Day, LatLng, TransmitterId};
use cairn_radiomap::{RadioMap, Settings};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

const EVIDENCE: u32 = 2_000;
const HEARD: u32 = 20;
const STREET: u32 = 500;

/// A walk up and down a street of transmitters, each step hearing the twenty nearest.
fn walk(n: u32) -> Option<Evidence> {
    let at = n * 7 % STREET;
    let transmitter =
        |m: u32| TransmitterId::Wifi(Bssid::from_u48(0x0200_0000_0000 + u64::from(at + m) * 16));
    let place =
        LatLng::new(f64::from(at).mul_add(1e-5, 51.5), f64::from(n).mul_add(1e-9, -0.1)).ok()?;
    let heard = (0..HEARD).map(|m| Heard {
        transmitter: transmitter(m),
        rssi_dbm: i8::try_from(m).ok().map(|m| -50 - m),
        place,
        sigma_m: 8.0,
        gap_ms: 0,
        repeated: false,
        frequency_mhz: Some(2_437),
        unit: None,
        timing_advance: None,
    });
    Some(Evidence {
        id: EvidenceId(u64::from(n)),
        place,
        fix_sigma_m: Some(8.0),
        floor: None,
        height: None,
        day: Day::new(18_000),
        voice: Voice(u64::from(n / 100)),
        surveyed: false,
        heard: heard.collect(),
    })
}

fn learning(c: &mut Criterion) {
    let evidence: Vec<_> = (0..EVIDENCE).filter_map(walk).collect();
    let empty = || RadioMap::new(Settings::standard());
    let mut group = c.benchmark_group("learn");
    group.sample_size(20).throughput(Throughput::Elements(u64::from(EVIDENCE)));
    for threads in [1, 2] {
        group.bench_function(format!("2000_evidence_of_20_on_{threads}_threads"), |b| {
            let learn = |mut map: RadioMap| {
                map.learn(black_box(&evidence), threads);
                map
            };
            b.iter_batched(empty, learn, BatchSize::LargeInput);
        });
    }
    let mut learned = empty();
    learned.learn(&evidence, 1);
    group.bench_function("2000_evidence_of_20_again", |b| {
        b.iter(|| learned.learn(black_box(&evidence), 1));
    });
    group.finish();
}

fn believing(c: &mut Criterion) {
    let evidence: Vec<_> = (0..EVIDENCE).filter_map(walk).collect();
    let mut map = RadioMap::new(Settings::standard());
    map.learn(&evidence, 2);
    let id = TransmitterId::Wifi(Bssid::from_u48(0x0200_0000_0000 + 100 * 16));
    c.bench_function("belief/one", |b| b.iter(|| map.belief(black_box(id))));
    let mut group = c.benchmark_group("belief");
    group.sample_size(10).throughput(Throughput::Elements(map.len() as u64));
    group.bench_function("all_on_2_threads", |b| b.iter(|| map.beliefs(2)));
    group.bench_function("judge_voices_on_2_threads", |b| b.iter(|| map.judge_voices(2)));
    group.bench_function("digest", |b| b.iter(|| map.digest()));
    group.finish();
}

criterion_group!(benches, learning, believing);
criterion_main!(benches);
