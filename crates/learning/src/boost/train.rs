//! Training: tree after tree on what the ones before left over.

use super::bins::Binned;
use super::forest::Forest;
use super::grow::{Soil, Tree};
use super::loss::{Loss, select};
use super::matrix::Matrix;
use super::settings::Settings;
use crate::dice::{self, Dice};

/// A forest, and what each feature was worth to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// The forest.
    pub forest: Forest,
    /// Share of all gains that each feature's splits brought; all 0 when nothing was split.
    pub importance: Vec<f64>,
}

/// Trains on rows with their labels.
///
/// The same rows in the same order, settings and seed give the same forest, bit for bit, with any number of
/// threads (L1): a histogram is summed by one thread, in the order of the rows.
///
/// # Panics
/// When there is not one label for each row: a programming error.
pub fn train(
    rows: &Matrix,
    labels: &[f32],
    loss: Loss,
    settings: &Settings,
    seed: u64,
    n_threads: usize,
) -> Trained {
    assert_eq!(rows.n_rows(), labels.len(), "a label for each row");
    let binned = Binned::of(rows);
    let n_features = rows.n_features();
    let mut forest = Forest::constant(n_features, loss.base(labels));
    let mut predicted = vec![forest.base; labels.len()];
    let mut gains = vec![0.0; n_features];
    for round in 0..settings.rounds {
        let slopes: Vec<(f32, f32)> =
            labels.iter().zip(&predicted).map(|(label, p)| loss.slope(*label, *p)).collect();
        let seen = seen(labels.len(), settings.row_share, seed, round);
        let features = features(n_features, settings.feature_share, seed, round);
        let soil = Soil { binned: &binned, slopes: &slopes, settings, n_threads, features };
        let is_all = seen.len() == labels.len();
        let tree = soil.grow(seen);
        if tree.leaves.len() < 2 {
            break;
        }
        let steps = Steps { loss, settings, labels, slopes: &slopes };
        let values = steps.values(&tree, &predicted);
        forest.push(&tree.nodes, &values, tree.depth);
        for (sum, gain) in gains.iter_mut().zip(&tree.gains) {
            *sum += gain;
        }
        advance(&mut predicted, &forest, rows, &tree, (&values, is_all));
    }
    let total: f64 = gains.iter().sum();
    let importance = gains.iter().map(|gain| if total > 0.0 { gain / total } else { 0.0 });
    Trained { importance: importance.collect(), forest }
}

/// What decides the step of a leaf.
struct Steps<'a> {
    loss: Loss,
    settings: &'a Settings,
    labels: &'a [f32],
    slopes: &'a [(f32, f32)],
}

impl Steps<'_> {
    /// What each node of a tree adds; nothing but for leaves.
    fn values(&self, tree: &Tree, predicted: &[f32]) -> Vec<f32> {
        let mut values = vec![0.0; tree.nodes.len()];
        for (node, rows) in &tree.leaves {
            values[*node] = (self.settings.rate * self.step(rows, predicted)) as f32;
        }
        values
    }

    /// The step that fits a leaf's rows best.
    fn step(&self, rows: &[u32], predicted: &[f32]) -> f64 {
        if let Loss::Quantile(share) = self.loss {
            let rest = |row: &u32| self.labels[*row as usize] - predicted[*row as usize];
            let mut rests: Vec<f32> = rows.iter().map(rest).collect();
            return f64::from(select(&mut rests, share));
        }
        let (mut gradient, mut curvature) = (0.0, 0.0);
        for row in rows {
            let (g, h) = self.slopes[*row as usize];
            gradient += f64::from(g);
            curvature += f64::from(h);
        }
        -gradient / (curvature + self.settings.shrink)
    }
}

/// Adds the new tree to every prediction.
fn advance(
    predicted: &mut [f32],
    forest: &Forest,
    rows: &Matrix,
    tree: &Tree,
    (values, is_all): (&[f32], bool),
) {
    if is_all {
        for (node, rows) in &tree.leaves {
            for row in rows {
                predicted[*row as usize] += values[*node];
            }
        }
    } else {
        for (row, predicted) in rows.rows().zip(predicted) {
            *predicted += forest.last_tree(row);
        }
    }
}

/// The rows that a round's tree sees.
fn seen(n_rows: usize, share: f64, seed: u64, round: u32) -> Vec<u32> {
    let all = 0..n_rows as u32;
    if share >= 1.0 {
        return all.collect();
    }
    let stream = dice::mix(seed, u64::from(round));
    all.filter(|row| dice::unit(dice::mix(stream, u64::from(*row))) < share).collect()
}

/// The features that a round's tree looks at, at least one, in their order.
fn features(n_features: usize, share: f64, seed: u64, round: u32) -> Vec<usize> {
    let mut all: Vec<usize> = (0..n_features).collect();
    let n = ((share * n_features as f64).ceil() as usize).clamp(1, n_features.max(1));
    if n < n_features {
        Dice::new(dice::mix(!seed, u64::from(round))).shuffle(&mut all);
        all.truncate(n);
        all.sort_unstable();
    }
    all
}

#[cfg(test)]
#[path = "train_tests.rs"]
mod tests;
