//! The rules of what teaches, one file per reason; the first that refuses is counted.

mod address;
mod fix_coarse;
mod fix_from_query;
mod foreign_cell;
mod no_country;
mod null_island;
mod stale;
mod too_fast;

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

/// Why this observation does not teach, if so.
pub(crate) fn refusal_of_entry(
    fix: &Fix,
    surroundings: &Surroundings,
    observation: &Observation,
) -> Option<Reason> {
    address::refuses(observation)
        .or_else(|| fix_coarse::refuses(fix, observation))
        .or_else(|| stale::refuses(fix, observation))
        .or_else(|| foreign_cell::refuses(surroundings, observation))
}
