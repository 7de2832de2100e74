//! Tracks: places, floors and radii along a sequence of scans, better than each scan's own.
//!
//! One idea: neighbouring scans belong to one walk. A Kalman filter carries a place from scan to scan, by
//! the walker's own steps where a phone tells them, the scale and angle of which it learns on the way; a
//! backward pass lets later scans speak about earlier ones; errors have heavy tails, and those of
//! neighbouring scans are alike. Floors are a Markov chain that people seldom leave.
//!
//! Reading order: `tracker` (the door), `imu` and `stride` (steps), `ways` (from scan to scan), `measured` (what scans
//! say), `belief` (states), `smooth` (forward and back), `strays` (who is not believed at first), `doubt` (steps that are
//! not believed), `levels` and `heights` (floors), `promise` (radii).

mod belief;
mod doubt;
mod heights;
mod imu;
mod levels;
mod measured;
mod promise;
mod smooth;
mod strays;
mod stride;
mod tracker;
mod ways;

pub use imu::ImuSample;
pub use stride::Stride;
pub use tracker::Tracker;

use cairn_ground::{Floor, LatLng, Radii};

/// What one scan says by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Sight {
    /// Where.
    pub place: LatLng,
    /// How sure.
    pub radii: Radii,
    /// Whether they were measured on no such answers.
    pub extrapolated: bool,
    /// Floors with their probabilities; what they lack to 1 is any other floor's.
    pub floors: Vec<(Floor, f64)>,
}

/// One scan of a track.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// Its number in the caller's list; numbers rise with time no more than the caller wishes.
    pub id: u64,
    /// When, ms since the epoch.
    pub at_ms: i64,
    /// What it says by itself, if anything.
    pub sight: Option<Sight>,
    /// Air pressure, hPa, where a phone has a barometer.
    pub pressure_hpa: Option<f64>,
}

/// Where somebody was at one scan, by the whole track.
#[derive(Debug, Clone, PartialEq)]
pub struct Tracked {
    /// The scan's number.
    pub id: u64,
    /// When, ms since the epoch.
    pub at_ms: i64,
    /// Where.
    pub place: LatLng,
    /// How sure.
    pub radii: Radii,
    /// Whether most of what they are made of was measured on no such answers.
    pub extrapolated: bool,
    /// Floor, with its probability.
    pub floor: Option<(Floor, f64)>,
}

#[expect(clippy::cast_precision_loss, reason = "differences of instants of one track")]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}

#[cfg(test)]
#[path = "track_tests.rs"]
mod tests;

#[cfg(test)]
mod strays_tests;
#[cfg(test)]
mod wrong_steps_tests;
