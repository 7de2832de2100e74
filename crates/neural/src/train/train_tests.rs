//! What is learned is there, the same bytes every time, and chance comes from outside alone.

use super::*;
use crate::lesson::Loss;

/// Numbers from 0 up to 1, the same every time.
fn chance(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Rows of two numbers, the second missing in a third of them, and 100 + 30 times what both say.
fn table(n: usize) -> (Vec<f32>, Vec<f32>) {
    let mut dice = chance(7);
    let (mut rows, mut labels) = (Vec::new(), Vec::new());
    for row in 0..n {
        let (a, b) = (4.0 * dice() - 2.0, 4.0 * dice() - 2.0);
        let is_missing = row % 3 == 0;
        let truth = a.abs() + if is_missing { 3.0 } else { b };
        rows.extend([a as f32, if is_missing { f32::NAN } else { b as f32 }]);
        labels.push((100.0 + 30.0 * truth) as f32);
    }
    (rows, labels)
}

fn settings(steps: u32) -> Settings {
    Settings { hidden: vec![16], steps, batch: 64, rate: 0.02, decay: 0.001 }
}

fn taught(losses: &[Loss], labels: &[f32], rows: &[f32], steps: u32, seed: u64) -> Network {
    let lesson = Lesson { n_features: 2, rows, labels, losses };
    train(&lesson, &settings(steps), &mut chance(seed)).unwrap()
}

fn score(network: &Network, row: &[f32]) -> Vec<f32> {
    let mut scores = vec![0.0; network.n_scores()];
    network.score(|feature| row[feature], &mut scores);
    scores
}

#[test]
fn a_bent_plane_with_missing_numbers_is_learned_in_the_labels_units() {
    let (rows, labels) = table(900);
    let network = taught(&[Loss::Squares], &labels, &rows, 300, 1);
    let apart = |(row, label): (&[f32], &f32)| f64::from((score(&network, row)[0] - label).powi(2));
    let squares: f64 = rows.chunks_exact(2).zip(&labels).map(apart).sum();
    let spread = (squares / 900.0).sqrt();
    assert!(spread < 12.0, "labels spread 40 and more around their mean, these {spread}");
}

#[test]
fn equal_rows_settings_and_chance_give_equal_bytes_and_other_chance_others() {
    // invariant: L1
    let (rows, labels) = table(200);
    let of = |seed| taught(&[Loss::Squares], &labels, &rows, 20, seed).to_bytes();
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
    // Beside another training on another thread, too.
    std::thread::scope(|scope| {
        let beside = scope.spawn(|| (0..3).map(|_| of(3)).collect::<Vec<_>>());
        assert_eq!(of(1), of(1));
        beside.join().unwrap();
    });
}

#[test]
fn quantiles_hold_their_share_and_odds_come_true() {
    let (rows, labels) = table(900);
    let both: Vec<f32> = labels.iter().flat_map(|label| [*label, *label]).collect();
    let network = taught(&[Loss::Quantile(0.2), Loss::Quantile(0.9)], &both, &rows, 300, 1);
    for (head, share) in [0.2, 0.9].into_iter().enumerate() {
        let is_below = |(row, label): &(&[f32], &f32)| **label <= score(&network, row)[head];
        let below = rows.chunks_exact(2).zip(&labels).filter(is_below).count() as f64 / 900.0;
        assert!((below - share).abs() < 0.1, "{share}: {below}");
    }
    let is_high: Vec<f32> = labels.iter().map(|it| f32::from(u8::from(*it > 160.0))).collect();
    let network = taught(&[Loss::Logistic], &is_high, &rows, 300, 1);
    let is_right =
        |(row, label): &(&[f32], &f32)| (score(&network, row)[0] > 0.0) == (**label > 0.5);
    let right = rows.chunks_exact(2).zip(&is_high).filter(is_right).count();
    assert!(right > 850, "{right} of 900");
}

#[test]
fn no_rows_and_steps_that_run_away_are_errors() {
    let nothing = Lesson { n_features: 2, rows: &[], labels: &[], losses: &[Loss::Squares] };
    let refused = train(&nothing, &settings(1), &mut chance(1));
    assert_eq!(refused.unwrap_err(), TrainError::NoRows);
    let (rows, labels) = table(90);
    let lesson = Lesson { n_features: 2, rows: &rows, labels: &labels, losses: &[Loss::Squares] };
    let wild = Settings { rate: 1e30, ..settings(9) };
    let said = train(&lesson, &wild, &mut chance(1)).unwrap_err().to_string();
    assert!(said.contains("a smaller training.network.rate"), "{said}");
}
