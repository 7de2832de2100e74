//! A track that grows: scans and steps come in, places go out, old ones are settled and forgotten.

use super::imu::{PAUSE_MS, Pedometer};
use super::levels::{self, Before, Levels, likeliest};
use super::promise;
use super::smooth::{Heard, Smoothed, Start, smooth};
use super::stride::Path;
use super::{ImuSample, Moment, Stride, Tracked};
use cairn_ground::{Enu, LatLng, LocalFrame};

/// Longest time to the next scan that says anything at which a place is still told, ms. Source: a minute on
/// foot, 70 m, is about what a coarse single answer is worth.
const BRIDGE_MS_MAX: i64 = 60_000;

/// How late a phone may tell a step: the next one after the last of a list would be told by then, ms. Source: Android,
/// *Sensor types*: a step detector is to be no later than two seconds.
const LATE_MS_MAX: i64 = 2_000;

/// Time from a step up to which sensors that show no other tell of somebody who stays, ms: on a trolley, on wheels, or in
/// units that they should not be in they show none, either. Source: choice; long for a pause on a walk.
const STAY_MS_MAX: i64 = 60_000;

/// Scans and steps of one track, and what is settled about its past.
#[derive(Debug, Clone, Default)]
pub struct Tracker {
    frame: Option<LocalFrame>,
    start: Option<Start>,
    floors: Before,
    /// In time order; of one instant, in the order they came.
    moments: Vec<Moment>,
    path: Path,
    pedometer: Pedometer,
}

impl Tracker {
    /// Takes further scans; those older than what is settled are left out.
    pub fn add_scans(&mut self, moments: Vec<Moment>) {
        let settled_ms = self.start.map_or(i64::MIN, |start| start.at_ms);
        self.moments.extend(moments.into_iter().filter(|moment| moment.at_ms >= settled_ms));
        self.moments.sort_by_key(|moment| moment.at_ms);
        if self.frame.is_none() {
            self.frame = amid(&self.moments).map(LocalFrame::at);
        }
    }

    /// Takes steps that a phone counted: all those between two instants, in time order. Of more time than their own
    /// they do not tell, since a list may end before the walk does; none at all tell of somebody who stays.
    pub fn add_strides(&mut self, strides: &[Stride], from_ms: i64, to_ms: i64) {
        self.path.add(strides);
        let began_ms = strides.first().map_or(from_ms, |it| it.at_ms.saturating_sub(LATE_MS_MAX));
        let ended_ms = strides.last().map_or(to_ms, |it| it.at_ms.saturating_add(LATE_MS_MAX));
        self.path.know(from_ms.max(began_ms), to_ms.min(ended_ms));
    }

    /// Takes readings of motion sensors, in time order. Where they show no step for long they tell nothing: not of
    /// somebody who stays, nor of somebody who rides.
    pub fn add_imu(&mut self, samples: &[ImuSample]) {
        let mut stepped_ms: Vec<i64> = self.pedometer.told_ms.into_iter().collect();
        let strides = self.pedometer.add(samples);
        self.path.add(&strides);
        stepped_ms.extend(strides.iter().map(|stride| stride.at_ms));
        for run in samples.chunk_by(|a, b| b.at_ms - a.at_ms <= PAUSE_MS) {
            let [first, .., last] = run else { continue };
            for walk in stepped_ms.chunk_by(|a, b| b - a <= 2 * STAY_MS_MAX) {
                let (Some(began_ms), Some(ended_ms)) = (walk.first(), walk.last()) else {
                    continue;
                };
                let from_ms = first.at_ms.max(began_ms.saturating_sub(STAY_MS_MAX));
                self.path.know(from_ms, last.at_ms.min(ended_ms.saturating_add(STAY_MS_MAX)));
            }
        }
    }

    /// Where somebody was at each scan that is not settled, by all of them, in time order. A scan that says
    /// nothing, far from any that does, has no place.
    pub fn places(&self) -> Vec<Tracked> {
        let Some(frame) = &self.frame else { return Vec::new() };
        let Some(smoothed) = self.smoothed(frame) else { return Vec::new() };
        let radii = promise::radii(&self.moments, &smoothed);
        let floors = self.levels().all;
        let all = self.moments.iter().zip(&smoothed.beliefs).zip(radii).zip(floors);
        all.filter(|(((moment, _), _), _)| self.is_near_a_sight(moment))
            .map(|(((moment, belief), (radii, extrapolated)), floors)| Tracked {
                id: moment.id,
                at_ms: moment.at_ms,
                place: frame.latlng_from_enu(belief.place()),
                radii,
                extrapolated,
                floor: likeliest(&floors),
            })
            .collect()
    }

    /// Settles everything before an instant: it will not be revised, and takes no memory.
    pub fn settle_before(&mut self, at_ms: i64) {
        let n_old = self.moments.partition_point(|moment| moment.at_ms < at_ms);
        let Some(last) = n_old.checked_sub(1) else { return };
        let at_ms = self.moments[last].at_ms;
        if let Some(smoothed) = self.frame.and_then(|frame| self.smoothed(&frame)) {
            self.start = Some(Start { at_ms, belief: smoothed.forward[last] });
            self.floors = self.levels().forward.swap_remove(last);
        }
        self.moments.drain(..n_old);
        self.path.forget_before(at_ms);
    }

    /// Settles the oldest scans until at most `n_max` are open.
    pub fn settle_to(&mut self, n_max: usize) {
        if let Some(first) = self.moments.len().checked_sub(n_max).filter(|n_over| *n_over > 0) {
            let at_ms = self.moments.get(first).map_or(i64::MAX, |moment| moment.at_ms);
            self.settle_before(at_ms);
            // Scans of one instant are settled together, or not told at all.
            self.moments.drain(..self.moments.len().saturating_sub(n_max));
        }
    }

    /// Until when everything is settled, ms since the epoch.
    pub fn settled_ms(&self) -> Option<i64> {
        self.start.map(|start| start.at_ms)
    }

    /// Scans that are not settled.
    pub const fn n_open(&self) -> usize {
        self.moments.len()
    }

    fn smoothed(&self, frame: &LocalFrame) -> Option<Smoothed> {
        let place =
            |moment: &Moment| moment.sight.as_ref().map(|it| frame.enu_from_latlng(it.place));
        let places: Vec<Option<Enu>> = self.moments.iter().map(place).collect();
        let (start, moments, path) = (self.start.as_ref(), &self.moments, &self.path);
        smooth(&Heard { start, moments, places: &places, path })
    }

    fn levels(&self) -> Levels {
        levels::levels(&self.floors, &self.moments)
    }

    fn is_near_a_sight(&self, moment: &Moment) -> bool {
        let near = |other: &Moment| (other.at_ms - moment.at_ms).abs() <= BRIDGE_MS_MAX;
        moment.sight.is_some()
            || self.start.is_some_and(|start| moment.at_ms - start.at_ms <= BRIDGE_MS_MAX)
            || self.moments.iter().any(|other| other.sight.is_some() && near(other))
    }
}

/// The place whose latitude is the median: one wrong scan far north must not stretch a walk.
fn amid(moments: &[Moment]) -> Option<LatLng> {
    let sights = moments.iter().filter_map(|moment| moment.sight.as_ref());
    let mut places: Vec<LatLng> = sights.map(|sight| sight.place).collect();
    places.sort_by(|a, b| a.lat_deg().total_cmp(&b.lat_deg()));
    places.get(places.len() / 2).copied()
}
