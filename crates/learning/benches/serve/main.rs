//! What a model adds to an answer. Budgets: 2 µs for row and radii, 1 µs for the forest in it.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "numbers of made-up queries"
)]
#![expect(clippy::suboptimal_flops, reason = "a formula reads as it is meant")]

mod model;

use cairn_learning::feature::radius::{Scratch, row_in};
use cairn_learning::rollout::{Crowd, Share, Stage, Whole};
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

/// Queries that are asked in turn, so that no branch learns them.
const QUERIES: u64 = 4_096;

fn serving(criterion: &mut Criterion) {
    let model = model::model();
    let all: Vec<_> = (0..QUERIES).map(model::heard).collect();
    let mut scratch = Scratch::default();
    let mut next = (0..QUERIES).cycle();
    let mut group = criterion.benchmark_group("answer");
    let mut step = move || next.next().unwrap_or_default();
    group.bench_function("row of 20 transmitters", |b| {
        b.iter(|| {
            let n = step();
            black_box(row_in(&model::asked(n, &all[n as usize]), &mut scratch))
        });
    });
    let rows: Vec<_> =
        (0..QUERIES).map(|n| row_in(&model::asked(n, &all[n as usize]), &mut scratch)).collect();
    group.bench_function("radii of a row", |b| {
        b.iter(|| black_box(model.radii(&rows[step() as usize])));
    });
    group.bench_function("row and radii", |b| {
        b.iter(|| {
            let n = step();
            let row = row_in(&model::asked(n, &all[n as usize]), &mut scratch);
            black_box(model.radii(&row))
        });
    });
    let share = Share::new(Stage::One, 7);
    group.bench_function("arm of 20 transmitters", |b| {
        b.iter(|| {
            let first = step() * 40;
            black_box(share.arm(Whole::of(first..first + 20)))
        });
    });
    group.bench_function("crowd of 20 transmitters", |b| {
        b.iter(|| {
            let first = step() * 40;
            black_box(Crowd::of(first..first + 20, 1))
        });
    });
    group.finish();
}

criterion_group!(benches, serving);
criterion_main!(benches);
