//! Ours against `LightGBM`: on the same rows, with the same settings, the holdout loss may be this much larger.
//!
//! `LightGBM`'s figures are in `oracle/figures.json`, made by `oracle/figures.py`.

#![expect(clippy::cast_possible_truncation, reason = "numbers of a few digits")]
#![expect(clippy::suboptimal_flops, reason = "formulas read as in figures.py")]

use cairn_learning::boost::{Loss, Matrix, Settings, train};
use cairn_learning::dice::Dice;
use serde::Deserialize;
use std::f64::consts::PI;

/// Share by which our holdout loss may exceed `LightGBM`'s.
const MARGIN: f64 = 0.02;

#[derive(Deserialize)]
struct Figures {
    rounds: u32,
    figures: Vec<Figure>,
}

#[derive(Deserialize)]
struct Figure {
    data: String,
    loss: String,
    share: f64,
    holdout_loss: f64,
}

fn friedman(dice: &mut Dice) -> (Vec<f64>, f64) {
    let x: Vec<f64> = (0..10).map(|_| dice.unit()).collect();
    let y =
        10.0 * (PI * x[0] * x[1]).sin() + 20.0 * (x[2] - 0.5).powi(2) + 10.0 * x[3] + 5.0 * x[4];
    (x, y + dice.gauss())
}

fn scales(dice: &mut Dice) -> (Vec<f64>, f64) {
    let x: Vec<f64> = (0..8).map(|_| dice.unit()).collect();
    let scale = 1.0 + 3.0 * x[0] * x[1] + 2.0 * x[2] + (5.0 * x[3]).sin();
    (x, (dice.gauss().abs() * scale.abs() + 0.1).ln())
}

fn rings(dice: &mut Dice) -> (Vec<f64>, f64) {
    let mut x: Vec<f64> = (0..6).map(|_| 2.0 * dice.unit() - 1.0).collect();
    let is_in = (6.0 * x[0].hypot(x[1])).sin() > 0.0;
    let is_told = is_in != (dice.unit() < 0.1);
    if dice.unit() < 0.2 {
        x[2] = f64::NAN;
    }
    (x, f64::from(u8::from(is_told)))
}

fn rows(data: &str, n_rows: usize, seed: u64) -> (Matrix, Vec<f32>) {
    let one = match data {
        "friedman" => friedman,
        "scales" => scales,
        _ => rings,
    };
    let mut dice = Dice::new(seed);
    let rows: Vec<(Vec<f64>, f64)> = (0..n_rows).map(|_| one(&mut dice)).collect();
    let mut matrix = Matrix::new(rows[0].0.len());
    for (row, _) in &rows {
        matrix.push(&row.iter().map(|x| *x as f32).collect::<Vec<_>>());
    }
    (matrix, rows.iter().map(|(_, y)| *y as f32).collect())
}

#[test]
fn the_holdout_loss_is_within_the_margin_of_lightgbm_on_every_set() {
    let figures: Figures = serde_json::from_str(include_str!("../oracle/figures.json")).unwrap();
    assert!(figures.figures.len() >= 5);
    for figure in figures.figures {
        let loss = match figure.loss.as_str() {
            "squares" => Loss::Squares,
            "quantile" => Loss::Quantile(figure.share),
            _ => Loss::Logistic,
        };
        let settings = Settings { rounds: figures.rounds, ..Settings::default() };
        let (taught, labels) = rows(&figure.data, 6_000, 11);
        let (asked, truths) = rows(&figure.data, 4_000, 12);
        let forest = train(&taught, &labels, loss, &settings, 1, 2).forest;
        let predicted: Vec<f32> = asked.rows().map(|row| forest.score(row)).collect();
        let (ours, theirs) = (loss.mean(&truths, &predicted), figure.holdout_loss);
        let ratio = ours / theirs;
        println!(
            "{} {} {}: {ours:.4}, LightGBM {theirs:.4}, {ratio:.3}",
            figure.data, figure.loss, figure.share
        );
        assert!(ratio < 1.0 + MARGIN, "{} {}: {ours} against {theirs}", figure.data, figure.loss);
    }
}
