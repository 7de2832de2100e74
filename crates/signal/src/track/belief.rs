//! What is believed at one instant of a track, and how it gets to the next.

use super::stride::Walked;
use crate::matrix::{Matrix, Vector};
use cairn_ground::Enu;

/// East and north in metres; scale × cosine and × sine of the angle by which steps are turned; velocity east
/// and north in m/s over the time in which no steps are known. Source: what the filter is made of.
pub(super) const STATES: usize = 6;

/// How somebody may move: what a track is explained by, whichever does it best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Manner {
    /// Speed along each axis while no steps are known, σ in m/s.
    pub(super) speed_m_s: f64,
    /// What scale × cosine is at first, and its σ: near 1 where the phone points ahead, anything where not.
    pub(super) ahead: (f64, f64),
}

/// On foot, in the hand, as nearly everybody walks who looks at a map. Source: σ of the scale and of the angle
/// from the surveyed legs of indoor-ms (quartiles ±8 % and ±10°); 0.8 m/s along each axis is 1.1 m/s in all.
pub(super) const IN_HAND: Manner = Manner { speed_m_s: 0.8, ahead: (1.0, 0.12) };
/// On foot, the phone in a pocket: steps point anywhere. Source: mean square of the scale 1, no direction.
const IN_POCKET: Manner = Manner { ahead: (0.0, std::f64::consts::FRAC_1_SQRT_2), ..IN_HAND };
/// On wheels, in town. Source: 5 m/s along each axis is 25 km/h in all.
const ON_WHEELS: Manner = Manner { speed_m_s: 5.0, ..IN_HAND };
/// On the road or the rails. Source: 20 m/s along each axis is 100 km/h in all.
const ON_THE_ROAD: Manner = Manner { speed_m_s: 20.0, ..IN_HAND };
/// All manners, the likeliest beforehand first.
pub(super) const MANNERS: [Manner; 4] = [IN_HAND, IN_POCKET, ON_WHEELS, ON_THE_ROAD];

/// Time over which a velocity is forgotten, s. Source: measured on folds of indoor-ms, flat between 5 and 20 s.
const VELOCITY_S: f64 = 10.0;
/// How fast the scale and the angle of steps change, 1/s. Source: measured as [`VELOCITY_S`], flat below.
const TURN_PER_S: f64 = 5e-5;
/// What steps do not tell of a way, m²/s. Source: measured as [`VELOCITY_S`], flat below.
const DRIFT_M2_S: f64 = 0.01;
/// Where a phone is before anything is known, σ in m. Source: beyond any radius that a place is answered with
/// indoors; what is heard decides.
const ANYWHERE_M: f64 = 1e4;

/// A normal distribution over the states.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Belief {
    pub(super) mean: Vector<STATES>,
    pub(super) covariance: Matrix<STATES>,
}

/// From one instant to the next: the linear step and its noise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Leap {
    step: Matrix<STATES>,
    noise: Matrix<STATES>,
}

impl Belief {
    /// What is believed of somebody who may be anywhere around `place`.
    pub(super) fn around(place: Enu, manner: &Manner) -> Self {
        let (ahead, sigma) = manner.ahead;
        let (turn, speed) = (sigma * sigma, manner.speed_m_s * manner.speed_m_s);
        let anywhere = ANYWHERE_M * ANYWHERE_M;
        Self {
            mean: [place.east_m, place.north_m, ahead, 0.0, 0.0, 0.0],
            covariance: Matrix::diagonal([anywhere, anywhere, turn, turn, speed, speed]),
        }
    }

    /// Where, most likely.
    pub(super) const fn place(&self) -> Enu {
        Enu { east_m: self.mean[0], north_m: self.mean[1] }
    }

    /// Standard deviation along each axis, m.
    pub(super) fn sigma_m(&self) -> f64 {
        let [[ee, ..], [_, nn, ..], ..] = self.covariance.0;
        f64::midpoint(ee, nn).max(0.0).sqrt()
    }

    /// What is believed at the next instant.
    pub(super) fn after(&self, leap: &Leap) -> Self {
        Self {
            mean: leap.step.times_column(&self.mean),
            covariance: leap.step.carry(&self.covariance).plus(&leap.noise),
        }
    }

    /// Squared distance from a place in σ, of both together, and the determinant of their covariance.
    pub(super) fn surprise(&self, place: Enu, variance_m2: f64) -> (f64, f64) {
        let (east, north) = (place.east_m - self.mean[0], place.north_m - self.mean[1]);
        let (ee, en, nn) = self.spread(variance_m2);
        let determinant = ee.mul_add(nn, -(en * en)).max(f64::MIN_POSITIVE);
        let cross = 2.0 * en * east * north;
        let squares = nn.mul_add(east * east, ee * north * north);
        (((squares - cross) / determinant).max(0.0), determinant)
    }

    /// What is believed once a place was measured, the error of which is circular.
    ///
    /// # Source
    /// Kalman, *A new approach to linear filtering and prediction problems*, 1960.
    pub(super) fn with(&self, place: Enu, variance_m2: f64) -> Self {
        let (ee, en, nn) = self.spread(variance_m2);
        let determinant = ee.mul_add(nn, -(en * en)).max(f64::MIN_POSITIVE);
        let inverse =
            [[nn / determinant, -en / determinant], [-en / determinant, ee / determinant]];
        let cov = &self.covariance.0;
        let gain: [[f64; 2]; STATES] = std::array::from_fn(|row| {
            std::array::from_fn(|axis| {
                cov[row][0].mul_add(inverse[0][axis], cov[row][1] * inverse[1][axis])
            })
        });
        let off = [place.east_m - self.mean[0], place.north_m - self.mean[1]];
        let mean = std::array::from_fn(|row| {
            gain[row][0].mul_add(off[0], gain[row][1].mul_add(off[1], self.mean[row]))
        });
        let covariance = Matrix::of(|row, column| {
            let told = gain[row][0].mul_add(cov[0][column], gain[row][1] * cov[1][column]);
            cov[row][column] - told
        });
        Self { mean, covariance: covariance.symmetric() }
    }

    /// What is believed of this instant, once it is known what is believed of the next.
    ///
    /// # Source
    /// Rauch, Tung, Striebel, *Maximum likelihood estimates of linear dynamic systems*, 1965.
    pub(super) fn seen_from(&self, leap: &Leap, predicted: &Self, next: &Self) -> Self {
        let Some(inverse) = predicted.covariance.inverse() else { return *self };
        let gain = self.covariance.times(&leap.step.transposed()).times(&inverse);
        let off = std::array::from_fn(|row| next.mean[row] - predicted.mean[row]);
        let moved = gain.times_column(&off);
        let mean = std::array::from_fn(|row| self.mean[row] + moved[row]);
        let change = next.covariance.minus(&predicted.covariance);
        Self { mean, covariance: self.covariance.plus(&gain.carry(&change)).symmetric() }
    }

    fn spread(&self, variance_m2: f64) -> (f64, f64, f64) {
        let cov = &self.covariance.0;
        (cov[0][0] + variance_m2, cov[0][1], cov[1][1] + variance_m2)
    }
}

impl Leap {
    /// The way over `span_s` seconds of somebody who walked so far as is known.
    pub(super) fn of(walked: &Walked, span_s: f64, manner: &Manner) -> Self {
        let (mut step, mut noise) = (Matrix::identity(), Matrix::diagonal([0.0; STATES]));
        let Enu { east_m, north_m } = walked.lead;
        [step.0[0][2], step.0[0][3], step.0[1][2], step.0[1][3]] =
            [east_m, -north_m, north_m, east_m];
        #[expect(clippy::cast_precision_loss, reason = "a span of one track")]
        let unknown_s = (walked.unknown_ms as f64 / 1_000.0).min(span_s);
        let speed_2 = manner.speed_m_s * manner.speed_m_s;
        let (fade, coast) = ((-span_s / VELOCITY_S).exp(), (-unknown_s / VELOCITY_S).exp());
        let reach = VELOCITY_S
            * VELOCITY_S
            * (2.0 * unknown_s / VELOCITY_S - 3.0 + coast.mul_add(4.0, -(coast * coast)));
        for (axis, speed) in [(0, 4), (1, 5)] {
            step.0[axis][speed] = VELOCITY_S * (1.0 - coast);
            step.0[speed][speed] = fade;
            noise.0[axis][axis] = speed_2.mul_add(reach.max(0.0), DRIFT_M2_S * span_s);
            noise.0[speed][speed] = speed_2 * fade.mul_add(-fade, 1.0);
            let both = speed_2 * VELOCITY_S * (1.0 - coast) * (1.0 - coast);
            [noise.0[axis][speed], noise.0[speed][axis]] = [both; 2];
        }
        [noise.0[2][2], noise.0[3][3]] = [TURN_PER_S * span_s; 2];
        Self { step, noise }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(east_m: f64) -> Walked {
        Walked { lead: Enu { east_m, north_m: 0.0 }, unknown_ms: 0 }
    }

    #[test]
    fn a_measured_place_pulls_as_much_as_it_is_sure() {
        let here = Belief::around(Enu::ZERO, &IN_HAND).with(Enu::ZERO, 25.0);
        let there = here.with(Enu { east_m: 10.0, north_m: 0.0 }, 25.0);
        assert!((there.place().east_m - 5.0).abs() < 0.01 && there.place().north_m.abs() < 1e-9);
        assert!((there.sigma_m() - 12.5f64.sqrt()).abs() < 0.01, "{}", there.sigma_m());
    }

    #[test]
    fn steps_carry_a_place_and_their_scale_is_learned_from_places() {
        let mut belief = Belief::around(Enu::ZERO, &IN_HAND).with(Enu::ZERO, 1.0);
        for leg in 1..=20 {
            belief = belief.after(&Leap::of(&known(10.0), 10.0, &IN_HAND));
            belief = belief.with(Enu { east_m: 8.0 * f64::from(leg), north_m: 0.0 }, 1.0);
        }
        assert!((belief.mean[2] - 0.8).abs() < 0.02, "{:?}", belief.mean);
        assert!(belief.mean[3].abs() < 1e-6);
    }

    #[test]
    fn looking_back_makes_surer_and_never_less() {
        let first = Belief::around(Enu::ZERO, &IN_HAND).with(Enu::ZERO, 100.0);
        let leap = Leap::of(&known(5.0), 5.0, &IN_HAND);
        let predicted = first.after(&leap);
        let next = predicted.with(Enu { east_m: 9.0, north_m: 0.0 }, 1.0);
        let back = first.seen_from(&leap, &predicted, &next);
        assert!(back.sigma_m() < first.sigma_m());
        assert!((back.place().east_m - 4.0).abs() < 0.7, "{:?}", back.place());
    }
}
