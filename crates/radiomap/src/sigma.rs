//! A standard deviation in two bytes: decimetres near, 4-metre steps far.

/// First code that counts in far steps.
const FAR: u16 = 0x8000;
/// Metres of one near step.
const NEAR_STEP_M: f64 = 0.1;
/// Metres of the first far code: one near step past the last near code.
const FAR_FROM_M: f64 = 3_276.8;
/// Metres of one far step.
const FAR_STEP_M: f64 = 4.0;
/// Greatest code; `u16::MAX` is left for "none".
const CODE_MAX: u16 = u16::MAX - 1;

/// A standard deviation, 0 to 3,276.7 m in steps of 0.1 m and to 134 km in steps of 4 m.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(transparent)]
pub(crate) struct SigmaCode(u16);

impl SigmaCode {
    /// The nearest code; what is too large, or no number, reads as the largest.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "both casts saturate, and the arguments are not negative"
    )]
    pub(crate) fn from_m(sigma_m: f32) -> Self {
        let sigma_m = f64::from(sigma_m);
        if sigma_m.is_nan() {
            return Self(CODE_MAX);
        }
        let near = (sigma_m.max(0.0) / NEAR_STEP_M).round();
        if near < f64::from(FAR) {
            return Self(near as u16);
        }
        let far = ((sigma_m - FAR_FROM_M) / FAR_STEP_M).round();
        let far = far.clamp(0.0, f64::from(CODE_MAX - FAR));
        Self(FAR + far as u16)
    }

    /// The standard deviation in metres.
    pub(crate) fn m(self) -> f64 {
        if self.0 < FAR {
            f64::from(self.0) * NEAR_STEP_M
        } else {
            f64::from(self.0 - FAR).mul_add(FAR_STEP_M, FAR_FROM_M)
        }
    }

    /// The code whose number is `code`; `None` for the number that means "none".
    pub(crate) const fn from_number(code: u16) -> Option<Self> {
        if code <= CODE_MAX { Some(Self(code)) } else { None }
    }

    /// The code as a number below `u16::MAX`.
    pub(crate) const fn number(self) -> u16 {
        self.0
    }

    /// The standard deviation in metres, in the type evidence has.
    #[expect(clippy::cast_possible_truncation, reason = "codes are exact in f32 to a millimetre")]
    pub(crate) fn narrow_m(self) -> f32 {
        self.m() as f32
    }

    /// A standard deviation rounded to what the code can say.
    pub(crate) fn rounded_m(sigma_m: f32) -> f32 {
        Self::from_m(sigma_m).narrow_m()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_keep_a_decimetre_near_and_two_metres_far() {
        for (m, want) in [(0.0, 0.0), (1.04, 1.0), (3_276.0, 3_276.0), (66_225.2, 66_224.8)] {
            assert!((SigmaCode::from_m(m).m() - want).abs() < 1e-9, "{m}");
        }
        assert!(SigmaCode::from_m(f32::INFINITY).m() > 130_000.0);
        assert!(SigmaCode::from_m(f32::NAN).m() > 130_000.0);
        assert!(SigmaCode::from_m(-1.0).m().abs() < 1e-9);
    }

    #[test]
    fn every_code_reads_back_as_itself() {
        for number in 0..=CODE_MAX {
            let code = SigmaCode(number);
            assert_eq!(SigmaCode::from_m(code.narrow_m()), code);
        }
        assert_eq!(SigmaCode::from_number(u16::MAX), None);
    }
}
