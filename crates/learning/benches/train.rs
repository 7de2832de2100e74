//! Training and scoring at the size of production. Budgets: 10⁶ rows in 60 s on 2 cores, a row in 1 µs.

#![expect(clippy::cast_possible_truncation, reason = "numbers from 0 to 1")]
#![expect(clippy::suboptimal_flops, reason = "a formula reads as it is meant")]

use cairn_learning::boost::{Loss, Matrix, Settings, train};
use cairn_learning::dice::Dice;
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

/// Rows that look like those of `radius`: 20 features, an error whose scale depends on six of them.
fn rows(n_rows: usize) -> (Matrix, Vec<f32>) {
    let mut dice = Dice::new(1);
    let (mut rows, mut labels) = (Matrix::new(20), Vec::new());
    for _ in 0..n_rows {
        let row: Vec<f32> = (0..20).map(|_| dice.unit() as f32).collect();
        let scale =
            1.0 + 3.0 * row[0] * row[1] + 2.0 * row[2] + (5.0 * row[3]).sin() + row[4] * row[5];
        labels.push((dice.gauss().abs() as f32 * scale.abs() + 0.1).ln());
        rows.push(&row);
    }
    (rows, labels)
}

/// The settings of the checked-in spec `radius`.
fn settings() -> Settings {
    Settings { rounds: 80, leaves_max: 15, rate: 0.1, ..Settings::default() }
}

fn training(criterion: &mut Criterion) {
    let (rows, labels) = rows(1_000_000);
    let mut group = criterion.benchmark_group("radius");
    group.sample_size(10);
    group.bench_function("train 1e6 rows, 2 threads", |b| {
        b.iter(|| train(&rows, &labels, Loss::Squares, &settings(), 1, 2));
    });
    let forest = train(&rows, &labels, Loss::Squares, &settings(), 1, 2).forest;
    let mut row = 0;
    group.bench_function("score a row", |b| {
        b.iter(|| {
            row = (row + 7_919) % 1_000_000;
            black_box(forest.score(rows.row(row)))
        });
    });
    group.finish();
}

criterion_group!(benches, training);
criterion_main!(benches);
