//! First fixes that are old: a receiver repeats where it was last, until it knows better.

use crate::limits::{JUMP_MAIN_SHARE, LINK_MAX_S};
use crate::trace::{Stop, link};

/// The stops at the beginning that repeat one place, to the last digit, before all others, which nobody
/// could have gone to in the time: no more of them than of those others, which are one way but for a few jumps.
pub(super) fn refused(stops: &[Stop], step_ms: i64) -> Vec<usize> {
    let Some(first) = stops.first() else { return Vec::new() };
    let is_first = |stop: &&Stop| stop.place == first.place && !stop.is_set;
    let n = stops.iter().take_while(is_first).count();
    let (run, rest) = stops.split_at(n);
    if run.len() < 2 || rest.len() < n {
        return Vec::new();
    }
    let is_stale = run.last().zip(way(rest, step_ms)).is_some_and(|(last, next)| {
        last.seconds_to(next) <= LINK_MAX_S && !link::could_go(last, next, step_ms)
    });
    if is_stale { (0..n).collect() } else { Vec::new() }
}

/// Where the way of measured stops that are nearly all one phone's, and do not repeat one place, begins.
fn way(stops: &[Stop], step_ms: i64) -> Option<&Stop> {
    let moves = stops.iter().any(|stop| stop.place != stops[0].place);
    let longest = link::chains(stops, step_ms).into_iter().max_by_key(Vec::len)?;
    #[expect(clippy::cast_precision_loss, reason = "a batch's stops")]
    let share = longest.len() as f64 / stops.len() as f64;
    let is_one_way = moves && stops.iter().all(|stop| !stop.is_set) && share >= JUMP_MAIN_SHARE;
    is_one_way.then(|| &stops[longest[0]])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::worlds::stop;

    fn session(n_old: u32, n_new: u32, east_m: f64) -> Vec<Stop> {
        let new = |n: u32| stop(n_old + n, f64::from(n).mul_add(2.0, east_m));
        (0..n_old).map(|n| stop(n, 0.0)).chain((0..n_new).map(new)).collect()
    }

    #[test]
    fn a_repeated_place_kilometres_before_the_way_is_refused() {
        assert_eq!(refused(&session(6, 6, 3_950.0), 1_000), (0..6).collect::<Vec<_>>());
        assert!(refused(&session(6, 5, 3_950.0), 1_000).is_empty(), "which side lies is not known");
    }

    #[test]
    fn one_jump_later_on_does_not_hide_them() {
        let mut jumped = session(6, 20, 3_950.0);
        jumped[15] = stop(15, -9_000.0);
        assert_eq!(refused(&jumped, 1_000), (0..6).collect::<Vec<_>>());
        let two_phones =
            (0..10).flat_map(|n| [stop(6 + n, 3_950.0 + f64::from(n)), stop(6 + n, 9e3)]);
        let two: Vec<Stop> = session(6, 0, 0.0).into_iter().chain(two_phones).collect();
        assert!(refused(&two, 1_000).is_empty(), "two phones are no one's way");
    }

    #[test]
    fn a_glitch_between_a_stay_and_the_way_on_from_there_costs_the_stay_nothing() {
        for n_old in [2, 5, 12] {
            let mut walked = session(n_old, 20, 3.0);
            walked[n_old as usize] = stop(n_old, 9_000.0);
            assert!(refused(&walked, 1_000).is_empty(), "{n_old}");
        }
        let mut stale = session(6, 20, 3_950.0);
        stale[6] = stop(6, 9_000.0);
        assert_eq!(refused(&stale, 1_000), (0..6).collect::<Vec<_>>(), "nor does it hide old ones");
    }

    #[test]
    fn a_place_from_which_the_way_goes_on_is_believed() {
        assert!(refused(&session(6, 20, 100.0), 1_000).is_empty());
        assert!(refused(&session(1, 20, 3_950.0), 1_000).is_empty(), "once is no repetition");
        let later = |stop: Stop| Stop { at_ms: stop.at_ms + 600_000, ..stop };
        let mut apart = session(6, 20, 3_950.0);
        let tail = apart.split_off(6).into_iter().map(later);
        apart.extend(tail);
        assert!(refused(&apart, 1_000).is_empty(), "ten minutes later, a bus may have gone there");
    }
}
