//! A Kalman filter forward and a Rauch–Tung–Striebel pass back, over place and velocity.
//!
//! The state of each axis is place and velocity, driven by white acceleration; both axes share one
//! covariance, since a fix claims one σ for both.
//!
//! # Source
//! H. E. Rauch, F. Tung, C. T. Striebel, *Maximum likelihood estimates of linear dynamic systems*, AIAA
//! Journal 3 (1965).

use super::stop::seconds;
use super::way::Node;
use crate::limits::{SPEED_STANDING_M_S, SPEED_START_SIGMA_M_S};
use cairn_ground::Enu;

/// What is known of both axes' place and velocity: means, and the covariance they share.
#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    pub(super) at: Enu,
    pub(super) velocity: Enu,
    /// Variances of place and of velocity, and between them.
    pub(super) place2: f64,
    both: f64,
    pub(super) velocity2: f64,
}

/// For each stop what was predicted there, and what is known with its fix.
pub(super) fn forward(nodes: &[Node], noise2: &[f64]) -> Vec<(State, State)> {
    let start = State {
        at: nodes[0].at,
        velocity: Enu::ZERO,
        place2: noise2[0] * 1e6,
        both: 0.0,
        velocity2: SPEED_START_SIGMA_M_S * SPEED_START_SIGMA_M_S,
    };
    let mut states = Vec::with_capacity(nodes.len());
    let mut last: Option<(State, &Node)> = None;
    for (node, noise2) in nodes.iter().zip(noise2) {
        let predicted = last.map_or(start, |(state, from)| predict(&state, from, node));
        let known = stand(update(&predicted, node.at, *noise2), node);
        states.push((predicted, known));
        last = Some((known, node));
    }
    states
}

/// Goes on to the next stop.
fn predict(state: &State, from: &Node, to: &Node) -> State {
    let dt = seconds(from.at_ms, to.at_ms);
    let q = from.jolt.max(to.jolt);
    let go = |at: f64, velocity: f64| dt.mul_add(velocity, at);
    let both = dt.mul_add(state.velocity2, state.both);
    State {
        at: Enu {
            east_m: go(state.at.east_m, state.velocity.east_m),
            north_m: go(state.at.north_m, state.velocity.north_m),
        },
        velocity: state.velocity,
        place2: dt.mul_add(state.both + both, state.place2) + q * dt.powi(3) / 3.0,
        both: (q * dt).mul_add(dt / 2.0, both),
        velocity2: q.mul_add(dt, state.velocity2),
    }
}

/// Takes in a fix.
fn update(state: &State, fix: Enu, noise2: f64) -> State {
    let total2 = state.place2 + noise2;
    let (gain, turn) = (state.place2 / total2, state.both / total2);
    let (east_m, north_m) = (fix.east_m - state.at.east_m, fix.north_m - state.at.north_m);
    State {
        at: moved(state.at, gain, east_m, north_m),
        velocity: moved(state.velocity, turn, east_m, north_m),
        place2: gain.mul_add(-state.place2, state.place2),
        both: gain.mul_add(-state.both, state.both),
        velocity2: turn.mul_add(-state.both, state.velocity2),
    }
}

/// Takes in that the phone says it stands, if it does.
fn stand(state: State, node: &Node) -> State {
    if node.speed_m_s > SPEED_STANDING_M_S {
        return state;
    }
    let total2 = SPEED_STANDING_M_S.mul_add(SPEED_STANDING_M_S, state.velocity2);
    let (gain, turn) = (state.velocity2 / total2, state.both / total2);
    let (east, north) = (-state.velocity.east_m, -state.velocity.north_m);
    State {
        at: moved(state.at, turn, east, north),
        velocity: moved(state.velocity, gain, east, north),
        place2: turn.mul_add(-state.both, state.place2),
        both: gain.mul_add(-state.both, state.both),
        velocity2: gain.mul_add(-state.velocity2, state.velocity2),
    }
}

/// From the last stop back: what is known of each with all fixes.
pub(super) fn back(nodes: &[Node], states: &[(State, State)]) -> Vec<State> {
    let mut smoothed: Vec<State> = states.iter().map(|(_, known)| *known).collect();
    for n in (0..nodes.len().saturating_sub(1)).rev() {
        let dt = seconds(nodes[n].at_ms, nodes[n + 1].at_ms);
        smoothed[n] = rejoin(&states[n].1, &states[n + 1].0, &smoothed[n + 1], dt);
    }
    smoothed
}

/// One step back: `known` here, `predicted` and `later` at the next stop.
fn rejoin(known: &State, predicted: &State, later: &State, dt: f64) -> State {
    // G = P · Fᵀ · P_predicted⁻¹, two by two.
    let onward = (dt.mul_add(known.both, known.place2), dt.mul_add(known.velocity2, known.both));
    let (p, r, v) = (predicted.place2, predicted.both, predicted.velocity2);
    let det = p.mul_add(v, -(r * r)).max(f64::MIN_POSITIVE);
    let gain = |to_place: f64, to_velocity: f64| {
        let (place, velocity) =
            (to_place.mul_add(v, -(to_velocity * r)), to_velocity.mul_add(p, -(to_place * r)));
        (place / det, velocity / det)
    };
    let ((g11, g12), (g21, g22)) = (gain(onward.0, known.both), gain(onward.1, known.velocity2));
    let shift = |g1: f64, g2: f64, to: Enu| {
        let axis = |to: f64, at: f64, was: f64, velocity: f64, had: f64| {
            g1.mul_add(at - was, g2.mul_add(velocity - had, to))
        };
        Enu {
            east_m: axis(
                to.east_m,
                later.at.east_m,
                predicted.at.east_m,
                later.velocity.east_m,
                predicted.velocity.east_m,
            ),
            north_m: axis(
                to.north_m,
                later.at.north_m,
                predicted.at.north_m,
                later.velocity.north_m,
                predicted.velocity.north_m,
            ),
        }
    };
    let (dp, dr, dv) = (later.place2 - p, later.both - r, later.velocity2 - v);
    let around = |g1: f64, g2: f64, h1: f64, h2: f64| {
        g1.mul_add(h1.mul_add(dp, h2 * dr), g2 * h1.mul_add(dr, h2 * dv))
    };
    State {
        at: shift(g11, g12, known.at),
        velocity: shift(g21, g22, known.velocity),
        place2: known.place2 + around(g11, g12, g11, g12),
        both: known.both + around(g11, g12, g21, g22),
        velocity2: known.velocity2 + around(g21, g22, g21, g22),
    }
}

fn moved(from: Enu, share: f64, east: f64, north: f64) -> Enu {
    Enu { east_m: share.mul_add(east, from.east_m), north_m: share.mul_add(north, from.north_m) }
}
