//! The population stability index of two sketches.

use super::sketch::Sketch;

/// Groups of equal share that numbers fall into.
///
/// # Source
/// Siddiqi, *Credit Risk Scorecards* (2006): ten groups; below 0.1 nothing changed, above 0.25 much did.
const GROUPS: u64 = 10;
/// What each group is believed to hold before anything was counted, so that an empty one is no infinity.
const PRIOR: f64 = 0.5;

/// How far apart two distributions are: the sum of (p − q) · ln(p / q) over ten groups of the first; what is
/// missing is one more, as is what lies below or beyond all of it. `None` when either is empty.
pub fn psi(reference: &Sketch, recent: &Sketch) -> Option<f64> {
    if reference.n() == 0 || recent.n() == 0 {
        return None;
    }
    let groups = groups(reference, recent);
    let total = |of: fn(&(u64, u64)) -> u64| {
        groups.iter().map(of).sum::<u64>() as f64 + PRIOR * groups.len() as f64
    };
    let (n_before, n_now) = (total(|it| it.0), total(|it| it.1));
    let parts = groups.iter().map(|(before, now)| {
        let p = (*before as f64 + PRIOR) / n_before;
        let q = (*now as f64 + PRIOR) / n_now;
        (p - q) * (p / q).ln()
    });
    Some(parts.sum())
}

/// Counts of both by group: the missing, those below, then groups of about a tenth of the reference.
fn groups(reference: &Sketch, recent: &Sketch) -> Vec<(u64, u64)> {
    let mut groups = vec![(reference.n_missing(), recent.n_missing())];
    let n = reference.n() - reference.n_missing();
    let mut of_group = (0, 0);
    let mut theirs = recent.bins().iter().peekable();
    let least = reference.bins().keys().next().copied().unwrap_or(i16::MAX);
    while let Some((_, more)) = theirs.next_if(|(their, _)| **their < least) {
        of_group.1 += more;
    }
    groups.push(std::mem::take(&mut of_group));
    for (bin, count) in reference.bins() {
        while let Some((_, more)) = theirs.next_if(|(their, _)| *their <= bin) {
            of_group.1 += more;
        }
        of_group.0 += count;
        if of_group.0 * GROUPS >= n {
            groups.push(std::mem::take(&mut of_group));
        }
    }
    // What lies beyond all of the reference, with what is left of that.
    of_group.1 += theirs.map(|(_, more)| more).sum::<u64>();
    groups.push(of_group);
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;
    use proptest::prelude::*;

    fn of(seed: u64, n: u64, change: impl Fn(f64) -> f64) -> Sketch {
        let mut dice = Dice::new(seed);
        let mut sketch = Sketch::default();
        (0..n).for_each(|_| sketch.add(change(dice.gauss())));
        sketch
    }

    #[test]
    fn the_same_is_near_nothing_and_a_shift_is_far() {
        let reference = of(1, 5_000, |it| it);
        assert!(psi(&reference, &reference).unwrap() < 1e-9);
        assert!(psi(&reference, &of(2, 2_000, |it| it)).unwrap() < 0.03);
        assert!(psi(&reference, &of(3, 2_000, |it| it + 0.3)).unwrap() < 0.25);
        assert!(psi(&reference, &of(4, 2_000, |it| it + 1.0)).unwrap() > 0.25);
        let half_missing = of(5, 2_000, |it| if it > 0.0 { f64::NAN } else { it });
        assert!(psi(&reference, &half_missing).unwrap() > 0.25);
        let constant = of(6, 2_000, |_| 3.0);
        assert!(psi(&constant, &constant).unwrap() < 1e-9);
        assert!([2.0, 4.0].iter().all(|to| psi(&constant, &of(6, 2_000, |_| *to)).unwrap() > 0.25));
        assert_eq!(psi(&reference, &Sketch::default()), None);
    }

    proptest! {
        #[test]
        fn it_is_never_negative_and_always_a_number(
            one in prop::collection::vec(any::<f64>(), 1..80),
            two in prop::collection::vec(any::<f64>(), 1..80),
        ) {
            let sketch = |values: &[f64]| {
                let mut sketch = Sketch::default();
                for value in values {
                    sketch.add(*value);
                }
                sketch
            };
            let found = psi(&sketch(&one), &sketch(&two)).unwrap();
            prop_assert!(found >= 0.0 && found.is_finite());
            prop_assert!(psi(&sketch(&one), &sketch(&one)).unwrap() < 1e-9);
        }
    }
}
