//! What measured distances add to a place that is believed already: a phone's, or a transmitter's.
//!
//! The belief so far is a prior, each distance a ring around its other end. What follows from both is weighed on a grid
//! that is laid anew, finer, around what is left: two rings meet in two places, all cross at any angle and some are
//! wrong, so that no tangent would do.

use crate::physics::FLOOR_M;
use cairn_ground::{Covariance, Enu, RttRange};

/// Where something lies by one measured distance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ring {
    /// The other end.
    pub at: Enu,
    /// Distance from there, m.
    pub distance_m: f64,
    /// Standard deviation of it, m: of the measurement, and of where the other end is.
    pub sigma_m: f64,
    /// Independent measurements that it counts as.
    pub weight: f64,
}

/// Error of a range beside what its repeats differ by, m: walls, detours, clocks.
/// Source: "typically accurate within 1-2 metres", Android's guide *Wi-Fi location: ranging with RTT*.
const RANGE_SIGMA_M: f64 = 1.5;
/// Degrees of freedom of its Student's law: behind walls some are metres too long. Source: choice.
const RANGE_NU: f64 = 4.0;
/// The same of the belief so far. Source: choice, as heavy: ranges that agree put it right.
const PRIOR_NU: f64 = 4.0;
/// Half the thickness of a ring at 95 %, in standard deviations. Source: Student's law of [`RANGE_NU`], 97.5 % quantile.
const THICK_SIGMAS: f64 = 2.776;
/// Places of a grid along an axis. Source: choice, five in two standard deviations.
const GRID: u8 = 21;
/// Half a grid's width, in standard deviations of what it is laid around. Source: choice.
const HALF_SIGMAS: f64 = 4.0;
/// Grids at most. Source: each is a quarter of the one before where ranges say more than the belief; 100 m come to 0.4.
const GRIDS_MAX: usize = 5;
/// Share of a grid's width above which the next one would tell no more. Source: choice.
const FINER: f64 = 0.8;
/// Places of a grid this near are near enough, m. Source: choice, below what any range tells apart.
const FINE_M: f64 = 0.25;

impl Ring {
    /// The ring of a range to a place that is known to `unsure_m` per axis, so many floors up or down; where nobody knows,
    /// between none and one. `None` where the floors alone are more than the range.
    pub fn of(range: RttRange, at: Enu, floors: Option<u8>, unsure_m: f64) -> Option<Self> {
        let own_m = range.sigma_m().hypot(RANGE_SIGMA_M);
        let (least, most) = floors.map_or((0, 1), |n| (n, n));
        let height_m = |n: u8| FLOOR_M * f64::from(n);
        let flat = |slant_m: f64, n: u8| {
            slant_m.mul_add(slant_m, -height_m(n) * height_m(n)).max(0.0).sqrt()
        };
        let ends_m = (flat(range.distance_m(), most), flat(range.distance_m(), least));
        let distance_m = f64::midpoint(ends_m.0, ends_m.1);
        // What is nearly overhead says little of how far aside it is.
        let flat_m = own_m.max(flat(range.distance_m() + own_m, least) - ends_m.1);
        let sigma_m = flat_m.hypot(unsure_m).hypot((ends_m.1 - ends_m.0) / 2.0);
        let is_possible = 2.0_f64.mul_add(own_m, range.distance_m()) >= height_m(least);
        is_possible.then_some(Self { at, distance_m, sigma_m, weight: 1.0 })
    }

    /// True when a place no farther than `within_m` from one may lie on the ring, as thick as it is at 95 %.
    pub fn may_hold(&self, place: Enu, within_m: f64) -> bool {
        let off_m = (self.at.distance_m(place) - self.distance_m).abs();
        off_m <= THICK_SIGMAS.mul_add(self.sigma_m, within_m)
    }
}

/// A ring as thick as a grid sees it.
#[derive(Debug, Clone, Copy)]
struct Seen {
    ring: Ring,
    /// One over its variance and the degrees of freedom, 1/m².
    per_m2: f64,
}

impl Seen {
    fn of(ring: &Ring, blur_m2: f64) -> Self {
        let variance_m2 = ring.sigma_m.mul_add(ring.sigma_m, blur_m2);
        Self { ring: *ring, per_m2: 1.0 / (variance_m2 * RANGE_NU) }
    }

    /// What Student's law makes of a place: 1 on the ring, more beside it.
    #[inline]
    fn unlikeliness(&self, place: Enu) -> f64 {
        let (east_m, north_m) =
            (place.east_m - self.ring.at.east_m, place.north_m - self.ring.at.north_m);
        let off_m = east_m.mul_add(east_m, north_m * north_m).sqrt() - self.ring.distance_m;
        (off_m * off_m).mul_add(self.per_m2, 1.0)
    }
}

/// Product beyond which a logarithm is taken, so that none overflows. Source: choice; one ring's is below 1e20.
const PRODUCT_MAX: f64 = 1e200;

/// Logarithm of the likelihood of a place: of rings of one weight, which follow each other, one is taken together.
fn log_likelihood(rings: &[Seen], place: Enu) -> f64 {
    let (mut sum, mut product, mut weight) = (0.0, 1.0_f64, 0.0_f64);
    for seen in rings {
        if seen.ring.weight.to_bits() != weight.to_bits() || product > PRODUCT_MAX {
            sum = weight.mul_add(product.ln(), sum);
            (product, weight) = (1.0, seen.ring.weight);
        }
        product *= seen.unlikeliness(place);
    }
    -(RANGE_NU + 1.0) / 2.0 * weight.mul_add(product.ln(), sum)
}

/// A place with how sure it is, m².
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Its middle.
    pub at: Enu,
    /// How sure.
    pub covariance: Covariance,
}

impl Place {
    /// Logarithm of the probability density of a place, but for a constant.
    fn log(&self, place: Enu) -> f64 {
        let Covariance { ee_m2, en_m2, nn_m2 } = self.covariance;
        let (east_m, north_m) = (place.east_m - self.at.east_m, place.north_m - self.at.north_m);
        let determinant = ee_m2.mul_add(nn_m2, -en_m2 * en_m2).max(f64::MIN_POSITIVE);
        let by_east = nn_m2.mul_add(east_m, -en_m2 * north_m);
        let by_north = ee_m2.mul_add(north_m, -en_m2 * east_m);
        let square = by_east.mul_add(east_m, by_north * north_m);
        -(PRIOR_NU + 2.0) / 2.0 * (square / determinant / PRIOR_NU).ln_1p()
    }

    /// What is believed once these distances are known too.
    ///
    /// # Cost
    /// At most 2,205 places, each asked of every ring, in five grids on the heap: 140 µs with ten rings.
    ///
    /// # Source
    /// Measured: `cargo bench -p cairn-answer --bench locate`, an answer with ten distances and the same without.
    #[must_use]
    pub fn narrowed(self, rings: &[Ring]) -> Self {
        let mut last = self;
        let mut half_m = HALF_SIGMAS * self.long_m();
        for _ in 0..GRIDS_MAX {
            if rings.is_empty() || half_m <= 0.0 {
                break;
            }
            let step_m = 2.0 * half_m / f64::from(GRID - 1);
            last = self.on_grid(last.at, step_m, rings);
            let next_m = HALF_SIGMAS * last.long_m();
            if step_m <= FINE_M || next_m > FINER * half_m {
                break;
            }
            half_m = next_m;
        }
        last
    }

    /// Mean and spread of what this belief and the rings leave, on a grid around a middle.
    fn on_grid(&self, middle: Enu, step_m: f64, rings: &[Ring]) -> Self {
        let rings: Vec<Seen> =
            rings.iter().map(|ring| Seen::of(ring, step_m * step_m / 4.0)).collect();
        let offset_m = |n: u8| step_m * (f64::from(n) - f64::from(GRID - 1) / 2.0);
        let places = (0..GRID).flat_map(|n| (0..GRID).map(move |e| (offset_m(e), offset_m(n))));
        let log = |(east_m, north_m): (f64, f64)| {
            let place = Enu { east_m: middle.east_m + east_m, north_m: middle.north_m + north_m };
            self.log(place) + log_likelihood(&rings, place)
        };
        let logs: Vec<((f64, f64), f64)> = places.map(|offset| (offset, log(offset))).collect();
        let most = logs.iter().map(|(_, log)| *log).fold(f64::NEG_INFINITY, f64::max);
        let (mut total, mut east, mut north) = (0.0, 0.0, 0.0);
        let (mut ee, mut en, mut nn) = (0.0, 0.0, 0.0);
        for ((east_m, north_m), log) in logs {
            let weight = (log - most).exp();
            total += weight;
            east = f64::mul_add(weight, east_m, east);
            north = f64::mul_add(weight, north_m, north);
            ee = f64::mul_add(weight * east_m, east_m, ee);
            en = f64::mul_add(weight * east_m, north_m, en);
            nn = f64::mul_add(weight * north_m, north_m, nn);
        }
        let (east, north) = (east / total, north / total);
        // Between its places a grid tells nothing.
        let own_m2 = step_m * step_m / 12.0;
        let covariance = Covariance {
            ee_m2: east.mul_add(-east, ee / total).max(0.0) + own_m2,
            en_m2: east.mul_add(-north, en / total),
            nn_m2: north.mul_add(-north, nn / total).max(0.0) + own_m2,
        };
        let at = Enu { east_m: middle.east_m + east, north_m: middle.north_m + north };
        Self { at, covariance }
    }

    /// Standard deviation along the long axis, m.
    fn long_m(&self) -> f64 {
        self.covariance.axes().0
    }
}

#[cfg(test)]
#[path = "ranging_tests.rs"]
mod tests;
