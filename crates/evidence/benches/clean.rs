//! Cost of `clean` per batch.
//!
//! Budget: a batch of 100 reports with 20 observations each reads 2,000 × 32 bytes and hashes
//! 2,000 × 24 bytes with BLAKE3 (portable: about 1 GB/s, so 48 µs), allocates 100 vectors of 20 × 56
//! bytes; the rules are some ten comparisons an observation (about 10 ns, so 20 µs); the way through 100
//! fixes is filtered four times there and back (800 steps of some 100 ns, so 80 µs), each reading is put
//! on it (some 50 ns, so 100 µs), and 2,000 readings are sorted to find what is listed again (100 µs).
//! Sketch: 400 µs a batch, 250,000 reports/s/core, less than half of what the architecture's 10⁵
//! reports/s allows for all of decode, clean and append.
use cairn_evidence::clean;
use cairn_ground::{AgeMs, Bssid, Day, Dbm, LatLng, Meters, Timestamp, TransmitterId};
use cairn_report::{Batch, ContributorToken, Fix, Observation, Report, SubmissionId};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

const REPORTS: u32 = 100;
const OBSERVATIONS: u32 = 20;

fn report(n: u32) -> Option<Report> {
    let place = LatLng::new(f64::from(n).mul_add(1e-5, 51.5), -0.1).ok()?;
    let fix = Fix { r68: Meters::new(8.0).ok(), speed_m_s: Some(1.2), ..Fix::at(place) };
    let observations = (0..OBSERVATIONS).map(|m| {
        let address = Bssid::from_u48(0xa820_0000_0000 + u64::from(n + m * 7));
        let power = Dbm::new(-50.0 - f32::from(u8::try_from(m).unwrap_or(0))).ok();
        let age = AgeMs::new(i64::from(m) * 250).unwrap_or(AgeMs::ZERO);
        Observation { power, age, ..Observation::of(TransmitterId::Wifi(address)) }
    });
    let at = Timestamp::from_ms(Day::new(18_000).start().ms() + i64::from(n) * 1_000);
    Report::new(at, fix, observations.collect())
}

fn clean_a_batch(c: &mut Criterion) {
    let batch = Batch {
        id: SubmissionId([1; 16]),
        received: Day::new(18_000),
        contributor: ContributorToken(5),
        app: None,
        reports: (0..REPORTS).filter_map(report).collect(),
    };
    let mut group = c.benchmark_group("clean");
    group.throughput(Throughput::Elements(u64::from(REPORTS)));
    group.bench_function("batch_of_100_reports_of_20", |b| b.iter(|| clean(black_box(&batch))));
    group.finish();
}

criterion_group!(benches, clean_a_batch);
criterion_main!(benches);
