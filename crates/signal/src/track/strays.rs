//! Scans that say another place than those around them: nothing is known yet at the start of a track, so that one wrong
//! scan there would be believed before all that follow.

use super::measured::Measured;
use super::{Moment, seconds};

/// Scans with a place to each side that a scan is compared with. Source: choice; a foreign network or a cache of
/// another place taints a few scans in a row.
const NEIGHBORS: usize = 5;
/// Fastest that somebody moves who hears networks, m/s. Source: 300 km/h, a fast train.
const FASTEST_M_S: f64 = 83.0;
/// Standard deviations of both places that they may lie apart beside. Source: choice, one of 3,000 lies beyond.
const APART_SIGMAS: f64 = 4.0;

/// For each instant whether its place is one that most of its neighbors contradict; all `false` when that is so of all.
pub(super) fn strays(moments: &[Moment], measured: &[Option<Measured>]) -> Vec<bool> {
    let told: Vec<(usize, &Measured)> = measured
        .iter()
        .enumerate()
        .filter_map(|(index, one)| Some((index, one.as_ref()?)))
        .collect();
    let agree = |a: (usize, &Measured), b: (usize, &Measured)| {
        let apart_s = seconds((moments[a.0].at_ms - moments[b.0].at_ms).abs());
        let sigma_m = a.1.own_m.hypot(b.1.own_m);
        a.1.place.distance_m(b.1.place) <= APART_SIGMAS.mul_add(sigma_m, FASTEST_M_S * apart_s)
    };
    let mut is_stray = vec![false; moments.len()];
    for (nth, one) in told.iter().enumerate() {
        let around = nth.saturating_sub(NEIGHBORS)..told.len().min(nth + NEIGHBORS + 1);
        let n = around.len() - 1;
        let n_agree = told[around].iter().filter(|other| agree(*one, **other)).count() - 1;
        is_stray[one.0] = 2 * n_agree < n;
    }
    if told.iter().all(|(index, _)| is_stray[*index]) {
        is_stray.fill(false);
    }
    is_stray
}
