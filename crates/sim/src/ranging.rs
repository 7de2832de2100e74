//! Round-trip times: which boxes answer them, and how wrong the distances are that phones make of them.
//!
//! Off in the demo. Chances come from generators of their own, so that a town with ranging hears what one without hears.

use crate::phone::Phone;
use crate::radio::{Band, Radio};
use crate::rng::{Rng, mix2};
use cairn_ground::{Meters, RttRange};

/// Beyond this no box answers in time, metres. Source: choice, indoors half of it is common.
const REACH_M: f64 = 80.0;
/// Scan delay above which a phone model ranges: half of them. Source: choice.
const RANGING_DELAY_MS: f64 = 375.0;
/// Standard deviation of what clocks add, metres. Source: choice, under the 1 to 2 m that Android's guide names.
const CLOCK_M: f64 = 0.6;
/// Mean detour of the first path that is heard: in sight, and through walls, metres. Source: choice; it is never shorter.
const DETOUR_M: (f64, f64) = (0.3, 1.5);
/// What a wall adds, metres: slower in it than in air. Source: choice, a third of a metre of brick.
const WALL_M: f64 = 0.4;
/// Share of measurements that follow a far reflection, and its mean detour, metres. Source: choice.
const STRAY: (f64, f64) = (0.04, 10.0);

/// Who ranges.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ranging {
    /// Share of boxes that answer.
    pub(crate) share: f64,
    pub(crate) seed: u64,
}

impl Ranging {
    /// What a phone measures to a radio that is really `distance_m` away behind so many walls.
    pub(crate) fn measure(
        self,
        radio: &Radio,
        (phone, second): (&Phone, f64),
        (distance_m, n_walls): (f64, u32),
    ) -> Option<RttRange> {
        let is_wifi = matches!(radio.band, Band::Wifi24 | Band::Wifi5);
        if self.share <= 0.0 || !is_wifi || distance_m > REACH_M {
            return None;
        }
        let answers = Rng::new(self.seed, radio.shadow_seed).chance(self.share);
        if !answers || phone.scan_delay_ms < RANGING_DELAY_MS {
            return None;
        }
        let stream = mix2(second.to_bits(), phone.scan_delay_ms.to_bits());
        let mut rng = Rng::new(mix2(self.seed, radio.id.key().get()), stream);
        let mut exponential = |mean_m: f64| -mean_m * (1.0 - rng.unit()).ln();
        let detour_m = exponential(if n_walls == 0 { DETOUR_M.0 } else { DETOUR_M.1 });
        let far_m = exponential(STRAY.1);
        let stray_m = if rng.chance(STRAY.0) { far_m } else { 0.0 };
        let measured_m =
            distance_m + detour_m + stray_m + WALL_M * f64::from(n_walls) + CLOCK_M * rng.gauss();
        RttRange::new(
            Meters::new(measured_m.max(0.0)).ok()?,
            Meters::new(rng.between(0.2, 1.2)).ok(),
        )
    }
}
