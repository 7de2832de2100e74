//! Estimates that a minority of lies cannot move far.

use cairn_ground::Enu;

/// Rounds of Weiszfeld's iteration at most. Source: measured, within a metre after ten on real votes;
/// what starts from the median is refined anyway.
const MEDIAN_ROUNDS: usize = 12;
/// Step at which the iteration has arrived, m. Source: a tenth of the finest disc.
const MEDIAN_STEP_M: f64 = 0.5;
/// Rounds of [`densest`] at most. Source: choice, that of the comparison in docs/measured/accuracy.md.
const DENSEST_ROUNDS: usize = 40;
/// Softening of the geometric median near a sample, m. Source: keeps the iteration smooth at the
/// samples; a metre is below any fix's error.
const MEDIAN_SOFTENING_M: f64 = 1.0;

/// How many are different: voices behind samples, say.
pub(crate) fn n_distinct<T: Ord>(values: impl Iterator<Item = T>) -> usize {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values.dedup();
    values.len()
}

/// The weighted mean of places; `None` when no weight is positive.
pub fn mean(points: &[(Enu, f64)]) -> Option<Enu> {
    let total: f64 = points.iter().map(|(_, weight)| weight).sum();
    if total <= 0.0 {
        return None;
    }
    let (mut east_m, mut north_m) = (0.0, 0.0);
    for (at, weight) in points {
        east_m = weight.mul_add(at.east_m, east_m);
        north_m = weight.mul_add(at.north_m, north_m);
    }
    Some(Enu { east_m: east_m / total, north_m: north_m / total })
}

/// The weighted geometric median: the place with the least weighted sum of distances.
///
/// Breakdown point 50 % of the weight.
///
/// # Source
/// E. Weiszfeld (1937), with Huber softening of 1 m at the samples.
pub fn geometric_median(points: &[(Enu, f64)]) -> Option<Enu> {
    let divisor = |square_m2: f64| square_m2.sqrt().max(MEDIAN_SOFTENING_M);
    reweighted(points, coordinate_median(points)?, MEDIAN_ROUNDS, divisor)
}

/// The weighted mean again and again, from `center` until it stays: each weight divided by what `divisor` makes of the
/// squared distance from the mean before, m².
fn reweighted(
    points: &[(Enu, f64)],
    mut center: Enu,
    n_rounds: usize,
    divisor: impl Fn(f64) -> f64,
) -> Option<Enu> {
    let mut weighted: Vec<(Enu, f64)> = points.to_vec();
    for _ in 0..n_rounds {
        for ((at, weight), slot) in points.iter().zip(&mut weighted) {
            let (east_m, north_m) = (at.east_m - center.east_m, at.north_m - center.north_m);
            slot.1 = weight / divisor(east_m.mul_add(east_m, north_m * north_m));
        }
        let next = mean(&weighted)?;
        let step_m = next.distance_m(center);
        center = next;
        if step_m < MEDIAN_STEP_M {
            break;
        }
    }
    Some(center)
}

/// Where the weight is densest near its geometric median: the center of a circular Cauchy law `scale_m` wide.
///
/// What is much farther than the scale hardly pulls, however far; a median is pulled by all alike.
///
/// # Source
/// M-estimate of location with weights 1 / (d² + scale²) (P. J. Huber, Robust Statistics, 1981, §4.8), refined from
/// the geometric median by reweighting.
pub fn densest(points: &[(Enu, f64)], scale_m: f64) -> Option<Enu> {
    let divisor = |square_m2: f64| scale_m.mul_add(scale_m, square_m2);
    reweighted(points, geometric_median(points)?, DENSEST_ROUNDS, divisor)
}

/// The weighted median of each coordinate on its own.
pub fn coordinate_median(points: &[(Enu, f64)]) -> Option<Enu> {
    let mut values: Vec<_> = points.iter().map(|(at, weight)| (at.east_m, *weight)).collect();
    let east_m = quantile(&mut values, 0.5)?;
    for (value, (at, weight)) in values.iter_mut().zip(points) {
        *value = (at.north_m, *weight);
    }
    Some(Enu { east_m, north_m: quantile(&mut values, 0.5)? })
}

/// The weighted `share`-quantile of `(value, weight)` pairs; sorts them by value.
///
/// Returns the least value at which the weight up to and including it reaches the share.
pub fn quantile(values: &mut [(f64, f64)], share: f64) -> Option<f64> {
    sort(values);
    let total: f64 = values.iter().map(|(_, weight)| weight).sum();
    if total <= 0.0 {
        return None;
    }
    let mut below = 0.0;
    for (value, weight) in values.iter() {
        below += weight;
        if below >= share * total * (1.0 - 1e-12) {
            return Some(*value);
        }
    }
    values.last().map(|(value, _)| *value)
}

/// Pairs up to which [`sort`] compares each with each.
/// Source: counted; from some thirty on a sort that compares fewer is no slower.
const RANKED_MAX: usize = 32;

/// Sorts pairs by value, then by weight.
///
/// Few are put in their places by how many stand before each: without a jump that depends on a value, which a
/// processor would guess wrong every other time.
fn sort(values: &mut [(f64, f64)]) {
    let n = values.len();
    if n > RANKED_MAX {
        return values.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    }
    let (mut keys, mut ranks) = ([0_u128; RANKED_MAX], [0_usize; RANKED_MAX]);
    let mut pairs = [(0.0, 0.0); RANKED_MAX];
    for (i, pair) in values.iter().enumerate() {
        let key = u128::from(rising(pair.0)) << u64::BITS | u128::from(rising(pair.1));
        let mut n_after = 0;
        for (other, rank) in keys[..i].iter().zip(&mut ranks) {
            let is_after = usize::from(*other > key);
            *rank += is_after;
            n_after += is_after;
        }
        (keys[i], ranks[i], pairs[i]) = (key, i - n_after, *pair);
    }
    for (rank, pair) in ranks.iter().zip(&pairs[..n]) {
        values[*rank] = *pair;
    }
}

/// A number that rises with another, in the order of `f64::total_cmp`.
const fn rising(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// The mean of `(value, weight)` pairs between two quantiles; sorts them by value. `None` without weight.
///
/// A quantile that does not jump: one more value shifts it by what the value weighs.
pub fn band_mean(values: &mut [(f64, f64)], from: f64, to: f64) -> Option<f64> {
    sort(values);
    let total: f64 = values.iter().map(|(_, weight)| weight).sum();
    let (from, to) = (from * total, to * total);
    let (mut below, mut sum, mut taken) = (0.0, 0.0, 0.0);
    for (value, weight) in values.iter() {
        let share = (to.min(below + weight) - from.max(below)).max(0.0);
        sum = share.mul_add(*value, sum);
        taken += share;
        below += weight;
    }
    (taken > 0.0).then(|| sum / taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn pairs_are_sorted_alike_however_many_they_are() {
        let values = [0.0, -0.0, 1.5, -2.0, f64::INFINITY, f64::NAN, -f64::NAN, 1e-300];
        for n in 0..=2 * RANKED_MAX {
            let pick = |i: usize| values[i * i * 7 % 11 % values.len()];
            let mut got: Vec<_> = (0..n).map(|i| (pick(i + n), pick(3 * i))).collect();
            let mut want = got.clone();
            want.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
            sort(&mut got);
            let bits = |all: &[(f64, f64)]| -> Vec<_> {
                all.iter().map(|(value, weight)| (value.to_bits(), weight.to_bits())).collect()
            };
            assert_eq!(bits(&got), bits(&want), "{n} pairs");
        }
    }

    fn at(east_m: f64, north_m: f64) -> Enu {
        Enu { east_m, north_m }
    }

    #[test]
    fn the_densest_place_is_a_crowd_and_not_what_lies_between_two() {
        let crowd = (0..12).map(|n| (at(f64::from(n), 0.0), 1.0));
        let strays = (0..9).map(|n| (at(f64::from(n).mul_add(120.0, 200.0), 50.0), 1.0));
        let points: Vec<_> = crowd.chain(strays).collect();
        let found = densest(&points, 100.0).unwrap();
        assert!((-5.0..30.0).contains(&found.east_m), "{found:?}");
        assert!(geometric_median(&points).unwrap().east_m < mean(&points).unwrap().east_m - 100.0);
        let farther: Vec<_> = points.iter().map(|(p, w)| (at(p.east_m * 2.0, 0.0), *w)).collect();
        assert!(densest(&farther, 100.0).unwrap().east_m < 40.0);
        assert_eq!(densest(&[], 100.0), None);
    }

    #[test]
    fn a_minority_far_away_hardly_moves_the_median() {
        let mut points: Vec<_> = (0..10).map(|n| (at(f64::from(n), 0.0), 1.0)).collect();
        points.extend((0..4).map(|_| (at(5_000.0, 0.0), 1.0)));
        let median = geometric_median(&points).unwrap();
        assert!(median.east_m < 12.0, "{median:?}");
        assert!(mean(&points).unwrap().east_m > 1_000.0);
    }

    #[test]
    fn quantiles_follow_the_weight() {
        let mut values = [(3.0, 1.0), (1.0, 1.0), (2.0, 8.0)];
        assert_eq!(quantile(&mut values, 0.5), Some(2.0));
        assert_eq!(quantile(&mut values, 0.95), Some(3.0));
        assert_eq!(quantile(&mut [], 0.5), None);
    }
}
