//! Fixes that stay while the phone says it moves: a receiver that repeats its last place.

use crate::limits::{FROZEN_MIN_M, REACH_SIGMAS};
use crate::trace::Stop;

/// The stops of a run at one place, to the last digit, over which the stated speeds say that the phone
/// went on; the first of them is believed, unless it is the first of all: then it is old as well.
pub(super) fn refused(stops: &[Stop], _step_ms: i64) -> Vec<usize> {
    let mut refused = Vec::new();
    let mut first = 0;
    for run in stops.chunk_by(|a, b| a.place == b.place && a.is_set == b.is_set) {
        if !run[0].is_set && is_frozen(run) {
            let believed = usize::from(first > 0);
            refused.extend(first + believed..first + run.len());
        }
        first += run.len();
    }
    refused
}

fn is_frozen(run: &[Stop]) -> bool {
    let gone_m: f64 = run.windows(2).map(|pair| stated_way_m(&pair[0], &pair[1])).sum();
    gone_m > REACH_SIGMAS.mul_add(run[0].sigma_m, FROZEN_MIN_M)
}

/// Metres between two stops by what both state at least.
fn stated_way_m(a: &Stop, b: &Stop) -> f64 {
    let speed_m_s = a.speed_m_s.unwrap_or(0.0).min(b.speed_m_s.unwrap_or(0.0));
    f64::from(speed_m_s) * a.seconds_to(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::worlds::stop;

    fn run(n: u32, speed_m_s: Option<f32>) -> Vec<Stop> {
        let ride = |n| Stop { speed_m_s: Some(15.0), ..stop(n, f64::from(n) * 15.0) };
        let frozen = |n| Stop { speed_m_s, ..stop(10 + n, 140.0) };
        (0..10).map(ride).chain((0..n).map(frozen)).collect()
    }

    #[test]
    fn a_place_that_stays_at_speed_is_refused_but_for_its_first_fix() {
        // The tenth of the ride is 5 m on; the run at 140 m begins after it.
        assert_eq!(refused(&run(12, Some(15.0)), 1_000), (11..22).collect::<Vec<_>>());
        assert!(refused(&run(9, Some(15.0)), 1_000).is_empty(), "120 m, less than it takes");
    }

    #[test]
    fn waiting_at_a_light_and_phones_that_state_no_speed_are_believed() {
        assert!(refused(&run(90, Some(0.0)), 1_000).is_empty());
        assert!(refused(&run(90, None), 1_000).is_empty());
        let set = |stop: Stop| Stop { is_set: true, ..stop };
        let set: Vec<Stop> = run(90, Some(15.0)).into_iter().map(set).collect();
        assert!(refused(&set, 1_000).is_empty(), "a person said so");
    }

    #[test]
    fn frozen_from_the_first_fix_on_none_is_believed() {
        let frozen = &run(12, Some(15.0))[10..];
        assert_eq!(refused(frozen, 1_000), (0..12).collect::<Vec<_>>());
    }
}
