//! Reports decoded per second.
//!
//! Sketch: a report of 20 Wi-Fi readings is about 2 KB of JSON; one pass at 300 MB/s is 150,000
//! reports/s on a core, and the budget is 100,000. Nothing is allocated per entry.

use cairn_ground::{AgeMs, Bssid, Dbm, LatLng, Meters, Timestamp, TransmitterId};
use cairn_report::{Fix, Observation, Report};
use cairn_wire::capped::{Coding, inflate};
use cairn_wire::geosubmit::Version;
use cairn_wire::{geolocate, geosubmit, proto};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use prost::Message as _;
use std::hint::black_box;
use std::io::Write as _;

#[path = "../tests/prost/query.rs"]
mod query;

const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);
const N_REPORTS: u32 = 100;
const N_READINGS: u32 = 20;

fn report(n: u32) -> Option<Report> {
    let place = LatLng::from_e7(515_142_000 + i32::try_from(n).ok()?, -931_000).ok()?;
    let fix = Fix {
        r68: Meters::new(8.25).ok(),
        height_hae_m: Some(40.5),
        speed_m_s: Some(1.25),
        ..Fix::at(place)
    };
    let reading = |k: u32| Observation {
        power: i16::try_from(k).ok().and_then(|k| Dbm::new(-50.0 - f32::from(k)).ok()),
        age: AgeMs::new(i64::from(k) * 100).unwrap_or(AgeMs::ZERO),
        frequency_mhz: Some(2_437),
        ..Observation::of(TransmitterId::Wifi(Bssid::from_u48(
            0xa820_6600_0000 + u64::from(n * N_READINGS + k),
        )))
    };
    let at = Timestamp::from_ms(1_600_000_000_000 + i64::from(n) * 1_000);
    Report::new(at, fix, (0..N_READINGS).map(reading).collect())
}

/// The bodies that phones send: names of networks and fields we skip included.
fn body(reports: &[Report]) -> Vec<u8> {
    let text = String::from_utf8_lossy(&geosubmit::encode(reports)).into_owned();
    let named =
        "\"ssid\":\"Some network 42\",\"channel\":6,\"radioType\":\"802.11ax\",\"frequency\"";
    text.replace("\"frequency\"", named).into_bytes()
}

fn decode(c: &mut Criterion) {
    let reports: Vec<_> = (0..N_REPORTS).filter_map(report).collect();
    let body = body(&reports);
    let mut group = c.benchmark_group("wire");
    group.throughput(Throughput::Elements(u64::from(N_REPORTS)));
    group.bench_function("geosubmit_decode_100x20", |b| {
        b.iter(|| geosubmit::decode(black_box(&body), Version::V2, NOW));
    });
    let value = || serde_json::from_slice::<serde_json::Value>(black_box(&body));
    group.bench_function("rival_serde_json_value_100x20", |b| b.iter(value));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    if gzip.write_all(&body).is_ok()
        && let Ok(packed) = gzip.finish()
    {
        group.bench_function("gzip_inflate_100x20", |b| {
            b.iter(|| inflate(black_box(&packed), Coding::Gzip, 1 << 24));
        });
    }
    group.throughput(Throughput::Bytes(body.len() as u64));
    group.bench_function("geosubmit_decode_bytes", |b| {
        b.iter(|| geosubmit::decode(black_box(&body), Version::V2, NOW));
    });
    if let Some(first) = reports.first() {
        let query = geolocate::encode_request(first.observations());
        group.throughput(Throughput::Elements(1));
        group.bench_function("geolocate_decode_20", |b| {
            b.iter(|| geolocate::decode(black_box(&query)));
        });
    }
    if let Some(first) = reports.first() {
        let query = proto::encode_query(first.observations(), "");
        group.bench_function("proto_query_decode_20", |b| {
            b.iter(|| proto::decode_query(black_box(&query)));
        });
        group.bench_function("rival_prost_query_decode_20", |b| {
            b.iter(|| query::LocateRequest::decode(black_box(&query[..])));
        });
    }
    group.finish();
}

criterion_group!(
    name = benches;
    config = Criterion::default().without_plots().sample_size(30);
    targets = decode
);
criterion_main!(benches);
