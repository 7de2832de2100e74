//! Fixes that jump off a phone's way and back: reflections, spoofed and mock places.

use crate::limits::{JUMP_MAIN_MIN, JUMP_MAIN_SHARE, LINK_MAX_S};
use crate::trace::{Stop, link};

/// The stops of short stays where the phone of all the others cannot have been.
///
/// Only where one way holds four fifths of all stops: a batch of several phones (an import, a relay)
/// has no way that could contradict another's. A stay is refused as a whole or not at all, and only when
/// the way's neighbours in time, within a minute, exclude it.
pub(super) fn refused(stops: &[Stop], step_ms: i64) -> Vec<usize> {
    let chains = link::chains(stops, step_ms);
    let Some(main) = chains.iter().max_by_key(|chain| chain.len()) else { return Vec::new() };
    #[expect(clippy::cast_precision_loss, reason = "a batch's stops")]
    let share = main.len() as f64 / stops.len() as f64;
    if main.len() < JUMP_MAIN_MIN || share < JUMP_MAIN_SHARE || stops[main[0]].is_set {
        return Vec::new();
    }
    let is_jump = |chain: &&Vec<usize>| {
        *chain != main && !stops[chain[0]].is_set && is_excluded(stops, main, chain, step_ms)
    };
    let mut refused: Vec<usize> = chains.iter().filter(is_jump).flatten().copied().collect();
    refused.sort_unstable();
    refused
}

/// True when the way neither passes within the stay nor allows it from a neighbour in time.
fn is_excluded(stops: &[Stop], main: &[usize], stay: &[usize], step_ms: i64) -> bool {
    let (first, last) = (stay[0], stay[stay.len() - 1]);
    let next = main.partition_point(|stop| *stop < first);
    let after = main.partition_point(|stop| *stop < last);
    let excludes = |way: Option<&usize>, stay: usize| {
        way.map(|way| (&stops[*way], &stops[stay])).is_some_and(|(way, stay)| {
            way.seconds_to(stay).abs() <= LINK_MAX_S && !link::could_go(way, stay, step_ms)
        })
    };
    let before = next.checked_sub(1).and_then(|before| main.get(before));
    next == after && (excludes(before, first) || excludes(main.get(after), last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::worlds::stop;

    /// A walk east with the stops of `jumps` elsewhere.
    fn walk(n: u32, jumps: &[(u32, f64)]) -> Vec<Stop> {
        let at = |n: u32| jumps.iter().find(|jump| jump.0 == n).map(|jump| jump.1);
        (0..n).map(|n| stop(n, at(n).unwrap_or(f64::from(n) * 1.4))).collect()
    }

    #[test]
    fn a_jump_and_back_costs_itself_and_no_neighbour() {
        assert_eq!(refused(&walk(30, &[(7, 5_000.0), (8, 5_003.0)]), 1_000), [7, 8]);
        assert_eq!(refused(&walk(30, &[(0, -3_950.0)]), 1_000), [0]);
        assert_eq!(refused(&walk(30, &[(29, 900.0)]), 1_000), [29]);
        assert_eq!(refused(&walk(30, &[(3, 4e3), (9, -4e3)]), 1_000), [3, 9]);
    }

    #[test]
    fn what_an_ordinary_street_is_wrong_by_is_no_jump() {
        assert!(refused(&walk(30, &[(7, 130.0), (20, 170.0)]), 1_000).is_empty());
        let ride: Vec<Stop> = (0..30).map(|n| stop(n * 10, f64::from(n) * 400.0)).collect();
        assert!(refused(&ride, 1_000).is_empty(), "40 m/s");
    }

    #[test]
    fn two_phones_in_one_batch_do_not_accuse_each_other() {
        let other = |n: u32| stop(n, 9_000.0);
        let mut even = walk(20, &[]);
        even.extend((0..20).map(other));
        even.sort_by_key(|stop| stop.at_ms);
        assert!(refused(&even, 1_000).is_empty());
        let mut few = walk(30, &[]);
        few.extend([other(5), other(15)]);
        few.sort_by_key(|stop| stop.at_ms);
        assert!(refused(&few, 1_000).is_empty(), "the way goes on between the two");
    }

    #[test]
    fn long_before_and_long_after_the_way_nothing_is_excluded() {
        let mut later = walk(30, &[]);
        later.push(stop(100, 9_000.0));
        assert!(refused(&later, 1_000).is_empty(), "a minute and more later");
    }
}
