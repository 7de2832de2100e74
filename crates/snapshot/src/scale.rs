//! Columns' scales: numbers to small codes and back, the same on every platform.
//!
//! Log scales are tabulated by repeated multiplication at compile time, so no platform's logarithm
//! decides a code. Every scale is monotone, and a decoded code encodes to itself.

use std::sync::LazyLock;

/// A log scale of `N` codes over five decades.
#[derive(Debug)]
pub(crate) struct LogScale<const N: usize> {
    /// Value of each code.
    levels: [f64; N],
    /// Geometric mean of each code and the next; the last has none.
    borders: [f64; N],
}

/// Half a step: 10^(5/254); 254 of them span five decades.
const HALF_STEP: f64 = 1.046_369_420_963_593_9;
/// The same of versions 1 and 2: 10^(5/510).
const HALF_STEP_V2: f64 = 1.022_831_092_796_765_4;

/// σ of a place: 0.5 m … 50 km.
pub(crate) static SIGMA_M: LogScale<128> = LogScale::from_least(0.5, HALF_STEP);

/// Reach: 1 m … 100 km.
pub(crate) static REACH_M: LogScale<128> = LogScale::from_least(1.0, HALF_STEP);

/// σ of a place in versions 1 and 2.
pub(crate) static SIGMA_M_V2: LogScale<256> = LogScale::from_least(0.5, HALF_STEP_V2);

/// Reach in versions 1 and 2.
pub(crate) static REACH_M_V2: LogScale<256> = LogScale::from_least(1.0, HALF_STEP_V2);

impl<const N: usize> LogScale<N> {
    const fn from_least(least: f64, half_step: f64) -> Self {
        let mut levels = [least; N];
        let mut borders = [least; N];
        let mut value = least;
        let mut code = 0;
        while code < N - 1 {
            value *= half_step;
            borders[code] = value;
            value *= half_step;
            levels[code + 1] = value;
            code += 1;
        }
        Self { levels, borders }
    }

    /// The nearest code; values beyond the ends are clamped.
    pub(crate) fn encode(&self, value: f64) -> u8 {
        let code = self.borders[..N - 1].partition_point(|border| *border <= value);
        u8::try_from(code).unwrap_or(u8::MAX)
    }

    /// The value of a code; of one beyond the scale the last.
    pub(crate) fn decode(&self, code: u8) -> f64 {
        self.levels[usize::from(code).min(N - 1)]
    }
}

/// Classes of contributor-days: exact to 4, then half octaves.
pub(crate) const VOICES: [u32; 16] = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192];

/// Classes of observations: octaves.
pub(crate) const OBSERVATIONS: [u32; 16] =
    [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384];

/// The code of the greatest class not above `count`.
pub(crate) fn class_of(classes: &[u32; 16], count: u32) -> u8 {
    let above = classes.partition_point(|class| *class <= count);
    u8::try_from(above.saturating_sub(1)).unwrap_or(15)
}

/// Greatest code of a coordinate.
const COORDINATE_MAX: f64 = 268_435_455.0;

/// The 28-bit code of a coordinate that lies in ±`half_span_deg` degrees.
pub(crate) fn coordinate_code(degrees: f64, half_span_deg: f64) -> u32 {
    let steps = (degrees + half_span_deg) * COORDINATE_MAX / (2.0 * half_span_deg);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 28 bits on the same line"
    )]
    let code = steps.round().clamp(0.0, COORDINATE_MAX) as u32;
    code
}

/// The coordinate of a code, in degrees.
pub(crate) fn coordinate_deg(code: u32, half_span_deg: f64) -> f64 {
    f64::from(code) * (2.0 * half_span_deg) / COORDINATE_MAX - half_span_deg
}

/// The code of a direction, modulo half a turn, of `n` codes (at most 256).
pub(crate) fn direction_code(radians: f64, n: u16) -> u8 {
    let n = f64::from(n);
    let steps = (radians * (n / std::f64::consts::PI)).round().rem_euclid(n);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number below n by the remainder above"
    )]
    let code = steps as u8;
    code
}

/// Sine and cosine of each 256th of half a turn: a look-up decodes one a key.
static DIRECTIONS: LazyLock<[(f64, f64); 256]> = LazyLock::new(|| {
    let mut directions = [(0.0, 1.0); 256];
    for (code, direction) in (0..=u8::MAX).zip(&mut directions) {
        *direction = (f64::from(code) * (std::f64::consts::PI / 256.0)).sin_cos();
    }
    directions
});

/// The sine and the cosine of so many 256ths of half a turn.
#[inline]
pub(crate) fn direction_sin_cos(code: u8) -> (f64, f64) {
    DIRECTIONS[usize::from(code)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_log_scale_spans_five_decades_in_steps_under_ten_percent() {
        assert!((REACH_M.decode(127) / 1.0e5 - 1.0).abs() < 1e-9);
        assert!((REACH_M_V2.decode(255) / 1.0e5 - 1.0).abs() < 1e-9);
        assert!((SIGMA_M.decode(0) - 0.5).abs() < 1e-12);
        assert!((SIGMA_M.decode(127) / 5.0e4 - 1.0).abs() < 1e-9);
        for code in 0..127_u8 {
            let ratio = REACH_M.decode(code + 1) / REACH_M.decode(code);
            assert!((1.0948..1.095).contains(&ratio), "{ratio}");
        }
    }

    #[test]
    fn every_code_decodes_to_what_encodes_to_it() {
        for code in 0..=255_u8 {
            assert_eq!(SIGMA_M_V2.encode(SIGMA_M_V2.decode(code)), code);
            assert_eq!(REACH_M_V2.encode(REACH_M_V2.decode(code)), code);
            let (sin, cos) = direction_sin_cos(code);
            assert_eq!(direction_code(sin.atan2(cos), 256), code);
        }
        for code in 0..128_u8 {
            assert_eq!(SIGMA_M.encode(SIGMA_M.decode(code)), code);
            assert_eq!(REACH_M.encode(REACH_M.decode(code)), code);
        }
        for (code, class) in (0_u8..).zip(VOICES) {
            assert_eq!(class_of(&VOICES, class), code);
        }
        for (code, class) in (0_u8..).zip(OBSERVATIONS) {
            assert_eq!(class_of(&OBSERVATIONS, class), code);
        }
    }

    #[test]
    fn values_beyond_the_ends_are_clamped() {
        assert_eq!((REACH_M.encode(0.0), REACH_M.encode(1.0e9)), (0, 127));
        assert_eq!(class_of(&VOICES, u32::MAX), 15);
        assert_eq!(direction_code(std::f64::consts::PI, 32), 0);
        assert_eq!(direction_code(-std::f64::consts::FRAC_PI_2, 32), 16);
    }

    #[test]
    fn poles_and_the_date_line_are_exact() {
        for (degrees, half) in [(90.0, 90.0), (-90.0, 90.0), (180.0, 180.0), (-180.0, 180.0)] {
            let back: f64 = coordinate_deg(coordinate_code(degrees, half), half);
            assert!((back - degrees).abs() < f64::EPSILON, "{degrees} read back as {back}");
        }
        assert_eq!(coordinate_code(180.0, 180.0), (1 << 28) - 1);
        assert_eq!(coordinate_code(-180.0, 180.0), 0);
    }

    proptest! {
        #[test]
        fn coordinate_codes_are_fixed_points(code in 0_u32..1 << 28) {
            prop_assert_eq!(coordinate_code(coordinate_deg(code, 90.0), 90.0), code);
            prop_assert_eq!(coordinate_code(coordinate_deg(code, 180.0), 180.0), code);
        }

        #[test]
        fn scales_are_monotone_and_within_their_stated_error(a in 1.0_f64..1e5, b in 1.0_f64..1e5) {
            let (low, high) = if a <= b { (a, b) } else { (b, a) };
            prop_assert!(REACH_M.encode(low) <= REACH_M.encode(high));
            prop_assert!((REACH_M.decode(REACH_M.encode(a)) / a - 1.0).abs() < 0.0465);
        }

        #[test]
        fn coordinates_are_monotone_and_within_their_stated_error(a in -180.0_f64..180.0, b in -180.0_f64..180.0) {
            let (low, high) = if a <= b { (a, b) } else { (b, a) };
            prop_assert!(coordinate_code(low, 180.0) <= coordinate_code(high, 180.0));
            let back = coordinate_deg(coordinate_code(a, 180.0), 180.0);
            prop_assert!((back - a).abs() < 6.8e-7);
            let lat_back = coordinate_deg(coordinate_code(a / 2.0, 90.0), 90.0);
            prop_assert!((lat_back - a / 2.0).abs() < 3.4e-7);
        }
    }
}
