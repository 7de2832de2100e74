//! What training gives: the same bytes with any number of threads, and forests that learned something.

use super::*;

/// Friedman's first function with noise, its noise-free part known.
fn friedman(n_rows: usize, seed: u64) -> (Matrix, Vec<f32>) {
    let mut dice = Dice::new(seed);
    let (mut rows, mut labels) = (Matrix::new(10), Vec::new());
    for _ in 0..n_rows {
        let x: Vec<f64> = (0..10).map(|_| dice.unit()).collect();
        let y = 10.0 * (std::f64::consts::PI * x[0] * x[1]).sin()
            + 20.0 * (x[2] - 0.5).powi(2)
            + 10.0 * x[3]
            + 5.0 * x[4];
        labels.push((y + dice.gauss()) as f32);
        rows.push(&x.iter().map(|x| *x as f32).collect::<Vec<_>>());
    }
    (rows, labels)
}

fn settings() -> Settings {
    Settings { rounds: 40, ..Settings::default() }
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    // invariant: L1
    let (rows, labels) = friedman(20_000, 7);
    let settings = Settings { rounds: 5, row_share: 0.7, feature_share: 0.6, ..settings() };
    for loss in [Loss::Squares, Loss::Quantile(0.9)] {
        let of = |n_threads| train(&rows, &labels, loss, &settings, 3, n_threads).forest.to_bytes();
        let one = of(1);
        assert!([2, 3, 7].into_iter().all(|n_threads| of(n_threads) == one), "{loss:?}");
    }
    let again = |seed| train(&rows, &labels, Loss::Squares, &settings, seed, 2).forest.to_bytes();
    assert_ne!(again(3), again(4), "the seed decides what each tree sees");
}

#[test]
fn what_the_labels_depend_on_is_found_important() {
    let (rows, labels) = friedman(2_000, 1);
    let trained = train(&rows, &labels, Loss::Squares, &settings(), 1, 2);
    let known: f64 = trained.importance[..5].iter().sum();
    assert!(known > 0.9, "{:?}", trained.importance);
    assert!((trained.importance.iter().sum::<f64>() - 1.0).abs() < 1e-9);
}

#[test]
fn a_quantile_has_its_share_of_new_labels_below_it() {
    let (rows, labels) = friedman(4_000, 2);
    let (asked, truths) = friedman(2_000, 3);
    for share in [0.1, 0.5, 0.9] {
        let trained = train(&rows, &labels, Loss::Quantile(share), &settings(), 1, 2);
        let below = asked.rows().zip(&truths).filter(|(row, y)| **y <= trained.forest.score(row));
        let found = below.count() as f64 / truths.len() as f64;
        assert!((found - share).abs() < 0.06, "{share}: {found}");
    }
}

#[test]
fn missing_numbers_are_a_reason_of_their_own() {
    let mut rows = Matrix::new(1);
    let mut labels = Vec::new();
    for n in 0..400_u16 {
        let is_missing = n % 2 == 0;
        rows.push(&[if is_missing { f32::NAN } else { f32::from(n % 7) }]);
        labels.push(f32::from(u8::from(is_missing)));
    }
    let forest = train(&rows, &labels, Loss::Logistic, &settings(), 1, 1).forest;
    assert!(forest.score(&[f32::NAN]) > 2.0 && forest.score(&[3.0]) < -2.0);
}

#[test]
fn nothing_to_learn_gives_the_constant() {
    let mut rows = Matrix::new(1);
    (0..10).for_each(|_| rows.push(&[1.0]));
    let trained = train(&rows, &[4.0; 10], Loss::Squares, &settings(), 1, 2);
    assert_eq!((trained.forest.size().n_trees, trained.forest.score(&[9.0])), (0, 4.0));
    let none = train(&Matrix::new(2), &[], Loss::Logistic, &settings(), 1, 2);
    assert_eq!(none.forest.score(&[0.0, 0.0]), 0.0);
}
