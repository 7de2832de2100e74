//! The rules of what teaches, one file per reason; the first that refuses is counted.

mod address;
mod fix_coarse;
mod fix_first;
mod fix_from_query;
mod fix_frozen;
mod fix_jump;
mod foreign_cell;
mod no_country;
mod null_island;
mod stale;
mod too_fast;

use crate::trace::{Stop, Whereabouts};
use cairn_ground::Surroundings;
use cairn_report::{Fix, Observation, Reason, Report};

/// Why nothing of this report teaches, if so.
pub(crate) fn refusal_of_report(report: &Report, surroundings: &Surroundings) -> Option<Reason> {
    let fix = report.fix();
    fix_from_query::refuses(fix)
        .or_else(|| null_island::refuses(fix))
        .or_else(|| too_fast::refuses(fix))
        .or_else(|| no_country::refuses(surroundings))
}

/// A rule about the fixes of a batch in the order of time, under the step of their clock.
type Rule = fn(&[Stop], i64) -> Vec<usize>;

/// Takes out the stops at which no phone was, each with the reason.
pub(crate) fn lying_stops(stops: &mut Vec<Stop>, step_ms: i64) -> Vec<(Reason, Stop)> {
    let rules: [(Reason, Rule); 3] = [
        (Reason::EvidenceFixFrozen, fix_frozen::refused),
        (Reason::EvidenceFixFirst, fix_first::refused),
        (Reason::EvidenceFixJump, fix_jump::refused),
    ];
    let mut lying = Vec::new();
    for (reason, rule) in rules {
        for number in rule(stops, step_ms).into_iter().rev() {
            lying.push((reason, stops.remove(number)));
        }
    }
    lying
}

/// Why this observation, made at a place, does not teach, if so.
pub(crate) fn refusal_of_entry(
    fix: &Fix,
    surroundings: &Surroundings,
    observation: &Observation,
    whereabouts: &Whereabouts,
) -> Option<Reason> {
    address::refuses(observation)
        .or_else(|| fix_coarse::refuses(fix, observation))
        .or_else(|| stale::refuses(whereabouts))
        .or_else(|| foreign_cell::refuses(surroundings, observation))
}

/// Stops for the tests of the rules.
#[cfg(test)]
pub(crate) mod worlds {
    use crate::trace::Stop;
    use cairn_ground::{Enu, LatLng, LocalFrame};

    /// A stop in the `second`, some metres east of one place.
    pub(crate) fn stop(second: u32, east_m: f64) -> Stop {
        let frame = LocalFrame::at(LatLng::new(51.5, -0.12).unwrap());
        Stop {
            at_ms: i64::from(second) * 1_000 + 500,
            place: frame.latlng_from_enu(Enu { east_m, north_m: 0.0 }),
            sigma_m: 4.0,
            speed_m_s: None,
            floor: None,
            is_set: false,
            reports: vec![second as usize],
        }
    }
}
