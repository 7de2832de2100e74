//! A satellite receiver: errors that last, honest claims, and the odd lie.

use crate::geometry::Vec2;
use crate::phone::Phone;
use crate::rng::Rng;

/// Radius of a circular normal with unit standard deviation per axis that holds 68 %.
const R68_OF_SIGMA: f64 = 1.509_592;
/// Memory of the error, seconds. Source: tens of seconds in city tracks; the value is our choice.
const MEMORY_S: f64 = 35.0;
/// How much radii are rounded up on average, so that honest claims hold about 68 %.
const CAUTION: f64 = 1.06;
/// Chance that a fix jumps.
const JUMP_SHARE: f64 = 0.004;

/// A position claim and the radius claimed to hold the truth with 68 %.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Claim {
    pub(crate) place: Vec2,
    pub(crate) r68_m: f64,
}

/// The state of one receiver along one track.
#[derive(Debug)]
pub(crate) struct Receiver {
    /// Error in units of its standard deviation, a Gauss–Markov process.
    error: Vec2,
    /// How much this track over- or understates its error.
    honesty: f64,
    is_liar: bool,
    /// First fixes that still show where the phone was before.
    stale: (u32, Vec2),
}

impl Receiver {
    /// A receiver switched on at the start of a track.
    pub(crate) fn switched_on(phone: &Phone, rng: &mut Rng) -> Self {
        let elsewhere = Vec2::new(rng.gauss(), rng.gauss()).times(400.0);
        let n_stale = if rng.chance(0.05) { 1 + rng.below(3) as u32 } else { 0 };
        Self {
            error: Vec2::new(rng.gauss(), rng.gauss()),
            honesty: rng.factor(0.18),
            is_liar: phone.is_liar,
            stale: (n_stale, elsewhere),
        }
    }

    /// The claim `elapsed_s` after the last one, where 68 % of errors stay below `true_r68_m`.
    pub(crate) fn claim(
        &mut self,
        truth: Vec2,
        true_r68_m: f64,
        elapsed_s: f64,
        rng: &mut Rng,
    ) -> Claim {
        let kept = (-elapsed_s / MEMORY_S).exp();
        let fresh = (1.0 - kept * kept).sqrt();
        let news = Vec2::new(rng.gauss(), rng.gauss()).times(fresh);
        self.error = self.error.times(kept).plus(news);
        let honest_m = CAUTION * true_r68_m * self.honesty * rng.factor(0.15);
        let r68_m = if self.is_liar { 3.0 } else { honest_m.max(1.0) };
        if self.stale.0 > 0 {
            self.stale.0 -= 1;
            return Claim { place: truth.plus(self.stale.1), r68_m };
        }
        let place = truth.plus(self.error.times(true_r68_m / R68_OF_SIGMA));
        if rng.chance(JUMP_SHARE) {
            let away = Vec2::new(rng.gauss(), rng.gauss()).direction();
            let place = place.plus(away.times(rng.between(50.0, 300.0)));
            return Claim { place, r68_m };
        }
        Claim { place, r68_m }
    }
}
