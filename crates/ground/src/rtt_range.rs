//! A distance that two radios measured between them by the time a frame and its answer take.

use crate::transmitter::TransmitterKind;
use crate::units::Meters;

/// A two-sided RTT range with what is stated of its error: Wi-Fi FTM (802.11mc, 802.11az), Bluetooth channel
/// sounding.
///
/// It is kept as one number, as a cell's timing advance is: a distance in steps, with the step of its radio. One-sided
/// ranges have no place here: without the other side's delay they are off by any factor.
///
/// # Example
/// ```
/// use cairn_ground::{Meters, RttRange};
/// let range = RttRange::new(Meters::new(12.34)?, Some(Meters::new(0.8)?)).ok_or("too far")?;
/// assert_eq!((range.distance_m(), range.sigma_m()), (12.3, 1.0));
/// assert_eq!(RttRange::from_code(range.code()), Some(range));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct RttRange(u16);

/// Decimetres take so many bits of a code, the class of the error the rest.
const STEP_BITS: u32 = 13;
/// Steps a metre.
const STEPS_PER_M: f64 = 10.0;
/// The most steps: 819 m, beyond what any answers at. The next number is left free, so that no code is 65,535.
const STEPS_MAX: u16 = (1 << STEP_BITS) - 2;
/// Classes of stated standard deviations: a quarter of a metre, doubled seven times.
const CLASSES: u16 = 8;
/// The first class, m.
const SIGMA_MIN_M: f64 = 0.25;
/// The class where nothing is stated: 2 m. Source: Android's guide to ranging ("typically within 1–2 metres").
const CLASS_UNSTATED: u16 = 3;

impl RttRange {
    /// A distance, rounded to a decimetre, and its stated standard deviation, rounded up to its class (0.25 m, 0.5 m,
    /// … 32 m). `None` beyond 819 m: nothing answers from there.
    pub fn new(distance: Meters, sigma: Option<Meters>) -> Option<Self> {
        let steps = (distance.get() * STEPS_PER_M).round();
        if steps > f64::from(STEPS_MAX) {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 8,190")]
        let steps = steps as u16;
        let class = sigma.map_or(CLASS_UNSTATED, |sigma| {
            let fits = |class: &u16| sigma.get() <= sigma_of_m(*class);
            (0..CLASSES).find(fits).unwrap_or(CLASSES - 1)
        });
        Some(Self(class << STEP_BITS | steps))
    }

    /// The distance between the two, m.
    pub fn distance_m(self) -> f64 {
        f64::from(self.0 & ((1 << STEP_BITS) - 1)) / STEPS_PER_M
    }

    /// The standard deviation stated for it, m: what repeats of one measurement differ by, and no more. Walls and
    /// detours add to it.
    pub fn sigma_m(self) -> f64 {
        sigma_of_m(self.0 >> STEP_BITS)
    }

    /// The number it is kept as.
    pub const fn code(self) -> u16 {
        self.0
    }

    /// The range to a transmitter of this kind that is kept where a cell has its timing advance; a cell has none.
    pub fn instead_of_advance(kind: TransmitterKind, kept: Option<u16>) -> Option<Self> {
        kept.filter(|_| !kind.is_cell()).and_then(Self::from_code)
    }

    /// The range of a number; `None` for one that none has.
    pub fn from_code(code: u16) -> Option<Self> {
        let is_range = code & ((1 << STEP_BITS) - 1) <= STEPS_MAX;
        is_range.then_some(Self(code))
    }
}

fn sigma_of_m(class: u16) -> f64 {
    SIGMA_MIN_M * f64::from(1_u16 << class)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(distance_m: f64, sigma_m: Option<f64>) -> Option<RttRange> {
        RttRange::new(Meters::new(distance_m).unwrap(), sigma_m.map(|m| Meters::new(m).unwrap()))
    }

    #[test]
    fn a_range_keeps_a_decimetre_and_no_less_error_than_was_stated() {
        for (sigma_m, want_m) in [(0.0, 0.25), (0.25, 0.25), (0.26, 0.5), (31.0, 32.0), (1e3, 32.0)]
        {
            let range = range(7.26, Some(sigma_m)).unwrap();
            assert!((range.distance_m() - 7.3).abs() < 1e-9);
            assert!((range.sigma_m() - want_m).abs() < 1e-9, "{sigma_m}");
        }
        assert!((range(0.0, None).unwrap().sigma_m() - 2.0).abs() < 1e-9);
    }

    #[test]
    fn the_number_of_nothing_is_no_range_and_what_is_too_far_has_none() {
        assert_eq!(range(819.1, Some(1.0)), None);
        let farthest = range(819.0, Some(1e3)).unwrap();
        assert_eq!((farthest.code(), RttRange::from_code(u16::MAX)), (u16::MAX - 1, None));
        for code in (0..=u16::MAX).filter(|code| RttRange::from_code(*code).is_some()) {
            let one = RttRange::from_code(code).unwrap();
            let again = range(one.distance_m(), Some(one.sigma_m()));
            assert_eq!(again, Some(one));
        }
    }
}
