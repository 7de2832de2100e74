//! Cost of asking whose a place is.
//!
//! Budget: inland one table entry (a cache miss, 100 ns); beside an outline the median square holds 40
//! bytes and the largest 700, two to three a number: 20 to 300 segments at 3 ns, so 1 µs; at sea within a
//! buffer the segments of up to a dozen squares, so 20 µs.
use cairn_ground::{LatLng, could_be_heard_in, country_at, is_near_land};
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

/// Inland, at a border, on a ragged coast, off that coast, in mid-ocean.
const PLACES: [(&str, f64, f64); 5] = [
    ("inland", 51.5, -0.1),
    ("border", 47.66, 9.18),
    ("fjord", 62.47, 6.15),
    ("offshore", 62.6, 5.2),
    ("ocean", 40.0, -40.0),
];

fn ask(c: &mut Criterion) {
    for (name, lat_deg, lng_deg) in PLACES {
        let Ok(place) = LatLng::new(lat_deg, lng_deg) else { continue };
        let mut group = c.benchmark_group(name);
        group.bench_function("country_at", |b| b.iter(|| country_at(black_box(place))));
        group.bench_function("is_near_land", |b| b.iter(|| is_near_land(black_box(place))));
        let foreign = |mcc| could_be_heard_in(black_box(mcc), black_box(place));
        group.bench_function("could_be_heard_in", |b| b.iter(|| foreign(242)));
        group.finish();
    }
}

criterion_group!(benches, ask);
criterion_main!(benches);
