//! Evens out measured fixes, each as far as its claim, its neighbours and the speed allow.
//!
//! A receiver's errors last for seconds, so fixes close in time count as one; and however many there
//! are, an error common to all of them stays.

use super::kalman::{State, back, forward};
use super::stop::seconds;
use super::way::Node;
use crate::limits::{
    CLAIM_FACTOR_MAX, CLAIM_FACTOR_MIN, CLAIM_STOPS_MIN, ERROR_LASTS_S, FIX_SIGMA_MIN_M,
    JOLT_DRIVING, JOLT_WALKING, SMOOTHED_SHARE_MIN, SPEED_DRIVING_M_S,
};
use cairn_ground::Enu;

/// Median of a squared distance in units of its variance per axis. Source: χ² with two degrees of freedom, 2 ln 2.
const CHI2_MEDIAN: f64 = 1.386_294;
/// Squared distance from the smoothed way, in variances per axis, beyond which a fix counts less.
/// Source: χ² with two degrees of freedom: one in ninety is beyond.
const OUTLIER_CHI2: f64 = 9.0;
/// σ of a fix, within which the fixes before it must lead to it to contradict its claim: where they tell less,
/// a phone that swerves contradicts it as well. Source: choice; a walk's fixes lead to each other within five.
const LED_SIGMAS: f64 = 5.0;
/// Rounds in which what is far off counts less. Source: choice; the fourth moves nothing by a metre.
const ROUNDS: usize = 4;
/// Seconds to each side over which a trace's speed is judged where fixes state none. Source: choice; a
/// receiver's error over it looks like less than a walk.
const SPEED_OVER_S: f64 = 10.0;

/// The way through the stops, of which those far off it count less from round to round.
fn settled(nodes: &[Node]) -> Vec<State> {
    let claimed2 = noises2(nodes);
    let mut states = back(nodes, &forward(nodes, &claimed2));
    for _ in 1..ROUNDS {
        let away = nodes.iter().zip(&states).map(|(node, state)| squared_m2(node.at, state.at));
        let noise2 = claimed2.iter().zip(away);
        let noise2: Vec<f64> =
            noise2.map(|(claimed2, away2)| claimed2.max(away2 / OUTLIER_CHI2)).collect();
        states = back(nodes, &forward(nodes, &noise2));
    }
    states
}

/// The smoothed stops, and how many times too small their claims are.
pub(super) fn smoothed(mut nodes: Vec<Node>) -> (Vec<Node>, f64) {
    if nodes.len() < 3 {
        return (nodes, 1.0);
    }
    set_jolts(&mut nodes);
    let factor = claim_factor(&nodes);
    for node in &mut nodes {
        node.sigma_m *= factor;
    }
    let states = settled(&nodes);
    for (node, state) in nodes.iter_mut().zip(states) {
        let least_m = (SMOOTHED_SHARE_MIN * node.sigma_m).max(FIX_SIGMA_MIN_M);
        node.at = state.at;
        node.sigma_m = state.place2.max(0.0).sqrt().max(least_m);
        node.velocity = Some((state.velocity, state.velocity2.max(0.0).sqrt()));
    }
    (nodes, factor)
}

/// Sets what accelerations to expect after each stop: a walker's, or a vehicle's.
fn set_jolts(nodes: &mut [Node]) {
    let fast: Vec<bool> =
        (0..nodes.len()).map(|n| speed_about(nodes, n) > SPEED_DRIVING_M_S).collect();
    for (node, is_fast) in nodes.iter_mut().zip(fast) {
        node.jolt = if is_fast { JOLT_DRIVING } else { JOLT_WALKING };
    }
}

/// The greater of the stated speed and the way gone about a stop.
fn speed_about(nodes: &[Node], n: usize) -> f64 {
    let node = &nodes[n];
    let near = |other: &&Node| seconds(node.at_ms, other.at_ms).abs() <= SPEED_OVER_S;
    let before =
        nodes[..n].iter().rev().take_while(near).last().unwrap_or(&nodes[n.saturating_sub(1)]);
    let after = nodes[n..].iter().take_while(near).last().unwrap_or(node);
    let after = if after.at_ms == node.at_ms { nodes.get(n + 1).unwrap_or(node) } else { after };
    let whole_s = seconds(before.at_ms, after.at_ms).max(1.0);
    node.speed_m_s.max(before.at.distance_m(after.at) / whole_s)
}

/// Variance each fix counts with: its claim's, times the fixes that share its error.
fn noises2(nodes: &[Node]) -> Vec<f64> {
    let half_ms =
        |node: &Node, other: &Node| seconds(node.at_ms, other.at_ms).abs() <= ERROR_LASTS_S / 2.0;
    (nodes.iter().enumerate())
        .map(|(n, node)| {
            let before = nodes[..n].iter().rev().take_while(|it| half_ms(node, it)).count();
            let after = nodes[n..].iter().take_while(|it| half_ms(node, it)).count();
            #[expect(clippy::cast_precision_loss, reason = "at most a batch's fixes")]
            let n_sharing = (before + after) as f64;
            node.sigma_m * node.sigma_m * n_sharing
        })
        .collect()
}

/// How many times too small the claims are, judged by how far each fix lies from where those before it
/// lead, as sure as that is; 1 where that contradicts nothing.
fn claim_factor(nodes: &[Node]) -> f64 {
    let filtered = forward(nodes, &noises2(nodes));
    let judges: Vec<(f64, f64, f64)> = (nodes.iter().zip(&filtered).skip(2))
        .map(|(node, (predicted, _))| {
            let error2 = squared_m2(node.at, predicted.at) / CHI2_MEDIAN;
            (error2, predicted.place2, node.sigma_m * node.sigma_m)
        })
        .filter(|(_, place2, claim2)| *place2 <= LED_SIGMAS * LED_SIGMAS * claim2)
        .collect();
    if judges.len() < CLAIM_STOPS_MIN {
        return 1.0;
    }
    let judged = || judges.iter().copied();
    let beyond = median(judged().map(|(error2, place2, claim2)| error2 / (place2 + claim2)));
    if beyond < CLAIM_FACTOR_MIN * CLAIM_FACTOR_MIN {
        return 1.0;
    }
    let times2 = median(judged().map(|(error2, place2, claim2)| (error2 - place2) / claim2));
    times2.max(1.0).sqrt().min(CLAIM_FACTOR_MAX)
}

/// The upper median of some numbers; 0 of none.
fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = numbers.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

fn squared_m2(a: Enu, b: Enu) -> f64 {
    let (east_m, north_m) = (a.east_m - b.east_m, a.north_m - b.north_m);
    east_m.mul_add(east_m, north_m * north_m)
}
