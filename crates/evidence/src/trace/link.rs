//! Which fix follows which: who could have gone from one to the next, and where nothing is known.

use super::stop::Stop;
use crate::limits::{
    CLOCK_COARSE_MS, LINK_MAX_S, LINK_SIGMAS, REACH_SIGMAS, REACH_SLACK_M, SPEED_MAX_M_S,
};
use cairn_ground::LocalFrame;

/// Chains looked back on for the one a stop goes on. Source: choice; more than this many phones in one
/// batch are left apart.
const CHAINS_OPEN_MAX: usize = 8;

/// Metres between two stops.
pub(crate) fn distance_m(a: &Stop, b: &Stop) -> f64 {
    let there = LocalFrame::at(a.place).enu_from_latlng(b.place);
    there.east_m.hypot(there.north_m)
}

/// True when one phone can have been at both stops, whatever a fix of an ordinary street is wrong by.
pub(crate) fn could_go(a: &Stop, b: &Stop, step_ms: i64) -> bool {
    let step_s = super::stop::seconds(0, step_ms);
    let way_m = f64::from(SPEED_MAX_M_S) * (a.seconds_to(b).abs() + step_s);
    let error_m = REACH_SIGMAS.mul_add(a.sigma_m.hypot(b.sigma_m), REACH_SLACK_M);
    distance_m(a, b) <= way_m + error_m
}

/// Deals stops, given in the order of time, to chains each of which one phone can have walked; a stop
/// goes on the nearest chain that leads to it, else begins its own. By the stops' numbers.
///
/// # Cost
/// O(stops): each is compared with at most [`CHAINS_OPEN_MAX`].
pub(crate) fn chains(stops: &[Stop], step_ms: i64) -> Vec<Vec<usize>> {
    let mut chains: Vec<Vec<usize>> = Vec::new();
    let mut open = Open::default();
    for (number, stop) in stops.iter().enumerate() {
        let last = |chain: &Vec<usize>| chain.last().map(|last| &stops[*last]);
        let leads = |chain: &Vec<usize>| {
            let from = last(chain).filter(|last| is_kin(last, stop))?;
            could_go(from, stop, step_ms).then(|| distance_m(from, stop))
        };
        let ways = open.0.iter().filter_map(|chain| Some((*chain, leads(&chains[*chain])?)));
        let nearest = ways.min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        let chain = nearest.map_or(chains.len(), |(chain, _)| chain);
        if chain == chains.len() {
            chains.push(Vec::new());
        }
        chains[chain].push(number);
        open.goes_on(chain);
    }
    chains
}

/// The chains that went on last, the newest first: at most [`CHAINS_OPEN_MAX`]. One that fell out never comes
/// back, for only what is looked back on goes on.
#[derive(Debug, Default)]
struct Open(Vec<usize>);

impl Open {
    fn goes_on(&mut self, chain: usize) {
        self.0.retain(|open| *open != chain);
        self.0.truncate(CHAINS_OPEN_MAX - 1);
        self.0.insert(0, chain);
    }
}

/// The ways of which something is known between one stop and the next.
pub(super) fn ways(stops: &[Stop], step_ms: i64) -> Vec<Vec<&Stop>> {
    let chains = chains(stops, step_ms);
    let is_way = |a: &&Stop, b: &&Stop| step_ms < CLOCK_COARSE_MS && is_linked(a, b);
    let cut = |chain: Vec<usize>| -> Vec<Vec<&Stop>> {
        let chain: Vec<&Stop> = chain.into_iter().map(|number| &stops[number]).collect();
        chain.chunk_by(is_way).map(<[&Stop]>::to_vec).collect()
    };
    chains.into_iter().flat_map(cut).collect()
}

/// True for two stops of one sort: set on one level, or both measured.
fn is_kin(a: &Stop, b: &Stop) -> bool {
    a.is_set == b.is_set && (!a.is_set || a.floor == b.floor)
}

/// True when the way between two stops is known well enough to place a reading on it.
fn is_linked(a: &Stop, b: &Stop) -> bool {
    let seconds = a.seconds_to(b);
    let way_m = f64::from(SPEED_MAX_M_S) * seconds;
    seconds > 0.0
        && seconds <= LINK_MAX_S
        && distance_m(a, b) <= LINK_SIGMAS.mul_add(a.sigma_m.hypot(b.sigma_m), way_m)
}

#[cfg(test)]
#[path = "link_tests.rs"]
mod tests;
