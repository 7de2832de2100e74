//! Queries that wait for a truth: a fix that heard the same transmitters soon before or after.
//!
//! Kept in memory, for minutes, by salted hashes of what was heard: no identity, no address, no name of a
//! transmitter. Whose query and whose fix it was is not known, and need not be the same person.

use super::crowd::Crowd;
use super::stage::Arm;
use super::tally::Said;
use crate::limits::AWAITED_MAX;
use cairn_ground::{Geodesic, LatLng};
use std::collections::{BTreeMap, VecDeque};

/// Time between a query and the fix that tells its truth, at most, ms.
///
/// # Source
/// Policy: a phone that asks is usually given a satellite fix within a minute or two; a walk of three minutes is
/// 250 m, which the overlap below does not survive.
const WITHIN_MS: i64 = 180_000;
/// Share of what either heard that both heard, at least.
///
/// # Source
/// Policy: at half, two scans of one phone 20 m apart in a street still pass, two of neighboring shops do not.
const OVERLAP_MIN: f64 = 0.5;

/// An answered query that waits for its truth.
#[derive(Debug, Clone, Copy)]
pub struct Awaited {
    /// When it was asked, ms.
    pub at_ms: i64,
    /// What it heard.
    pub crowd: Crowd,
    /// The place it was told.
    pub place: LatLng,
    /// What both arms said.
    pub said: Said,
    /// Whose answer it got.
    pub arm: Arm,
}

/// The queries that wait.
#[derive(Debug)]
pub struct Labels {
    waiting: BTreeMap<u32, Awaited>,
    order: VecDeque<(i64, u32)>,
    /// Queries whose first hash is above wait for nothing: fewer wait where more come than there is room for.
    ceiling: u32,
}

impl Default for Labels {
    fn default() -> Self {
        Self { waiting: BTreeMap::new(), order: VecDeque::new(), ceiling: u32::MAX }
    }
}

impl Labels {
    /// Queries that wait now.
    pub fn n(&self) -> usize {
        self.waiting.len()
    }

    /// Lets a query wait; a later one of the same place takes the place of an earlier.
    pub fn wait(&mut self, awaited: Awaited) {
        self.forget(awaited.at_ms);
        let Some(first) = awaited.crowd.first().filter(|first| *first <= self.ceiling) else {
            return;
        };
        if self.order.len() >= AWAITED_MAX {
            self.ceiling /= 2;
            self.pop();
        }
        self.waiting.insert(first, awaited);
        self.order.push_back((awaited.at_ms, first));
    }

    /// What a fix says of a query that waited for it: how far off it was, m, and the query. Each waits for one.
    pub fn fix(&mut self, crowd: &Crowd, place: LatLng, at_ms: i64) -> Option<(f64, Awaited)> {
        let first = crowd.first()?;
        let awaited = self.waiting.get(&first)?;
        let is_it = awaited.at_ms.abs_diff(at_ms) <= WITHIN_MS.unsigned_abs()
            && awaited.crowd.overlap(crowd) >= OVERLAP_MIN;
        if !is_it {
            return None;
        }
        let awaited = self.waiting.remove(&first)?;
        Some((Geodesic.distance_m(awaited.place, place), awaited))
    }

    /// Forgets what waited too long.
    pub fn forget(&mut self, now_ms: i64) {
        while self.order.front().is_some_and(|(at_ms, _)| now_ms - at_ms > 2 * WITHIN_MS) {
            self.pop();
        }
        if self.order.len() < AWAITED_MAX / 4 {
            self.ceiling = self.ceiling.saturating_mul(2).max(self.ceiling | 1);
        }
    }

    fn pop(&mut self) {
        let Some((at_ms, first)) = self.order.pop_front() else { return };
        if self.waiting.get(&first).is_some_and(|it| it.at_ms == at_ms) {
            self.waiting.remove(&first);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SAID: Said = Said { champion_m: [1.0; 4], challenger_m: [2.0; 4] };

    fn awaited(keys: std::ops::Range<u64>, at_ms: i64) -> Awaited {
        let place = LatLng::new(51.0, 0.0).unwrap();
        Awaited { at_ms, crowd: Crowd::of(keys, 5), place, said: SAID, arm: Arm::Champion }
    }

    #[test]
    fn a_fix_nearby_in_time_and_transmitters_tells_the_truth_once() {
        let mut labels = Labels::default();
        labels.wait(awaited(0..20, 1_000));
        let place = LatLng::new(51.001, 0.0).unwrap();
        let heard = Crowd::of(0..20, 5);
        assert!(labels.fix(&Crowd::of(100..120, 5), place, 2_000).is_none(), "others");
        assert!(labels.fix(&heard, place, 1_000 + WITHIN_MS + 1).is_none(), "too late");
        let (error_m, found) = labels.fix(&heard, place, 61_000).unwrap();
        assert!((error_m - 111.2).abs() < 0.3 && found.said == SAID, "{error_m}");
        assert!(labels.fix(&heard, place, 61_000).is_none(), "once");
    }

    #[test]
    fn nothing_waits_longer_than_it_may() {
        let mut labels = Labels::default();
        (0..1_000).for_each(|n| labels.wait(awaited(n * 9..n * 9 + 9, n as i64)));
        assert!(labels.n() > 900);
        labels.forget(3 * WITHIN_MS);
        assert_eq!((labels.n(), labels.order.len()), (0, 0));
    }

    #[test]
    fn more_than_there_is_room_for_are_thinned_and_some_still_find_their_fix() {
        let mut labels = Labels::default();
        let place = LatLng::new(51.0, 0.0).unwrap();
        let mut n_found = 0;
        for n in 0..3 * AWAITED_MAX as u64 {
            labels.wait(awaited(n * 3..n * 3 + 3, n as i64 / 10_000));
            let before = n.saturating_sub(1_000) * 3;
            n_found += u64::from(labels.fix(&Crowd::of(before..before + 3, 5), place, 0).is_some());
        }
        assert!(labels.order.len() <= AWAITED_MAX && n_found > 1_000, "{n_found}");
    }

    proptest! {
        #[test]
        fn room_is_never_exceeded(queries in prop::collection::vec((0_u64..50, 0_i64..1_000_000), 0..300)) {
            let mut labels = Labels::default();
            for (key, at_ms) in queries {
                labels.wait(awaited(key..key + 3, at_ms));
                prop_assert!(labels.n() <= labels.order.len() && labels.order.len() <= AWAITED_MAX);
            }
        }
    }
}
