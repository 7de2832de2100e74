//! Chances are carried as the formula says, whatever is worked out ahead.

use super::*;
use proptest::prelude::*;

/// The formula as it reads: each weight by itself, their sum again for each pair.
fn by_pairs(change: &Change, chances: &[f64], floors: &[Floor], back: bool) -> Vec<f64> {
    let up = |from: usize, to: usize| f64::from(floors[to].get()) - f64::from(floors[from].get());
    let whole = |from: usize| (0..floors.len()).map(|to| weight(change, up(from, to))).sum::<f64>();
    let go = |from: usize, to: usize| match whole(from) {
        sum if sum <= f64::MIN_POSITIVE => f64::from(u8::from(from == to)),
        _ if from == to => 1.0 - change.chance,
        sum => change.chance * weight(change, up(from, to)) / sum,
    };
    let at = |here: usize| {
        chances.iter().enumerate().fold(0.0, |sum, (there, chance)| {
            let go = if back { go(here, there) } else { go(there, here) };
            go.mul_add(*chance, sum)
        })
    };
    (0..floors.len()).map(at).collect()
}

proptest! {
    #[test]
    fn chances_are_carried_as_the_formula_says_to_the_last_bit(
        levels in prop::collection::btree_map(-20..120_i32, 0.0..1.0_f64, 1..12),
        chance in 0.0..=1.0_f64,
        climbed_m in prop::option::of(-300.0..300.0_f64),
        back: bool,
    ) {
        let floors: Vec<Floor> = levels.keys().map(|level| Floor::new(*level).unwrap()).collect();
        let chances: Vec<f64> = levels.values().copied().collect();
        let change = Change { chance, climbed_m };
        let bits = |all: Vec<f64>| all.into_iter().map(f64::to_bits).collect::<Vec<_>>();
        prop_assert_eq!(
            bits(carried(&change, &chances, &floors, back)),
            bits(by_pairs(&change, &chances, &floors, back))
        );
    }
}

#[test]
fn a_tower_needs_a_weight_for_each_number_of_floors_and_no_more() {
    let floors: Vec<Floor> = (0..121).map(|level| Floor::new(level - 20).unwrap()).collect();
    let weights = Weights::of(&Change { chance: 0.1, climbed_m: Some(7.0) }, &floors);
    assert_eq!(weights.by_floors.len(), 2 * 120 + 1);
    assert_eq!(weights.between(floors[3], floors[3]).to_bits(), 0.0_f64.to_bits());
    assert!(weights.between(floors[3], floors[5]) > weights.between(floors[3], floors[6]));
}
