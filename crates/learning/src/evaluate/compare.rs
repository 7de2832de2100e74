//! Two runs on the same rows: how much the second's loss differs, by a paired bootstrap over contributors.

use crate::dice::Dice;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Samples of contributors that are drawn.
const DRAWS: usize = 1_000;

/// The loss of one row, or of one question.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct UnitLoss {
    /// The unit's name: equal in every run on the same data.
    pub unit: u64,
    /// Whose.
    pub contributor: u64,
    /// Its first row.
    pub row: usize,
    /// The loss.
    pub loss: f64,
}

/// How two runs differ.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// Units both asked.
    pub n_units: usize,
    /// Contributors of them.
    pub n_contributors: usize,
    /// Mean loss of the first.
    pub first: f64,
    /// Mean loss of the second.
    pub second: f64,
    /// Change from the first to the second, as a share of the first: below 0 the second is better.
    pub change: f64,
    /// The change's 95 % interval over contributors.
    pub interval: [f64; 2],
}

/// Compares two runs on the units they share; `None` when they share none.
pub fn compare(first: &[UnitLoss], second: &[UnitLoss], seed: u64) -> Option<Compared> {
    let of_second: BTreeMap<u64, f64> = second.iter().map(|it| (it.unit, it.loss)).collect();
    let mut sums: BTreeMap<u64, (f64, f64, f64)> = BTreeMap::new();
    for it in first {
        if let Some(loss) = of_second.get(&it.unit) {
            let sum = sums.entry(it.contributor).or_default();
            *sum = (sum.0 + it.loss, sum.1 + loss, sum.2 + 1.0);
        }
    }
    let sums: Vec<(f64, f64, f64)> = sums.into_values().collect();
    if sums.is_empty() {
        return None;
    }
    let (a, b, n) = total(sums.iter());
    let mut dice = Dice::new(seed);
    let mut changes: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let drawn: Vec<usize> = sums.iter().map(|_| dice.below(sums.len())).collect();
            let (a, b, _) = total(drawn.iter().map(|at| &sums[*at]));
            change(a, b)
        })
        .collect();
    changes.sort_unstable_by(f64::total_cmp);
    Some(Compared {
        n_units: n as usize,
        n_contributors: sums.len(),
        first: a / n,
        second: b / n,
        change: change(a, b),
        interval: [changes[DRAWS / 40], changes[DRAWS - 1 - DRAWS / 40]],
    })
}

fn total<'a>(sums: impl Iterator<Item = &'a (f64, f64, f64)>) -> (f64, f64, f64) {
    sums.fold((0.0, 0.0, 0.0), |all, it| (all.0 + it.0, all.1 + it.1, all.2 + it.2))
}

fn change(first: f64, second: f64) -> f64 {
    if first > 0.0 { second / first - 1.0 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn losses(shift: f64, noise: f64) -> Vec<UnitLoss> {
        let mut dice = Dice::new(9);
        (0..2_000)
            .map(|row| {
                let contributor = row as u64 % 40;
                let own = 5.0 + (contributor as f64).sin() + dice.unit();
                let loss = own * (1.0 + shift) + noise * dice.gauss();
                UnitLoss { unit: row as u64, contributor, row, loss }
            })
            .collect()
    }

    #[test]
    fn a_small_gain_shows_when_pairs_share_their_difficulty() {
        let compared = compare(&losses(0.0, 0.0), &losses(-0.02, 0.0), 1).unwrap();
        assert!((compared.change + 0.02).abs() < 1e-9 && compared.interval[1] < 0.0);
        assert_eq!((compared.n_units, compared.n_contributors), (2_000, 40));
    }

    #[test]
    fn noise_alone_is_no_difference() {
        let mut other = losses(0.0, 0.0);
        let mut dice = Dice::new(3);
        for it in &mut other {
            it.loss += dice.gauss();
        }
        let compared = compare(&losses(0.0, 0.0), &other, 1).unwrap();
        assert!(compared.interval[0] < 0.0 && compared.interval[1] > 0.0, "{compared:?}");
    }

    #[test]
    fn runs_on_other_rows_do_not_compare() {
        let mut other = losses(0.0, 0.0);
        for it in &mut other {
            it.unit += 1_000_000;
        }
        assert!(compare(&losses(0.0, 0.0), &other, 1).is_none());
    }
}
