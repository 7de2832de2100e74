//! Decimals of a fixed number of places, exactly as `{:.n$}` writes them and without its cost.
//!
//! A double is a whole number times a power of two, so its decimals are exact in 128 bits.

/// A value's decimals as one whole number, `value` · 10^`places`, rounded to the even one of two equally near.
///
/// `None` for what 128 bits do not hold: beyond 10^9, or no number.
fn scaled(value: f64, places: u32) -> Option<u64> {
    const MANTISSA_BITS: u32 = 52;
    let magnitude = value.abs();
    // Also false for what is no number.
    if !(magnitude < 1.0e9 && places <= 7) {
        return None;
    }
    let bits = magnitude.to_bits();
    let exponent = u32::try_from(bits >> MANTISSA_BITS).ok()?;
    let hidden = u64::from(exponent > 0) << MANTISSA_BITS;
    let mantissa = u128::from(bits & ((1 << MANTISSA_BITS) - 1) | hidden);
    let whole = mantissa * u128::from(10_u64.pow(places));
    // The value is mantissa / 2^shift; below 2^30 the shift is 23 at least.
    let shift = 1_075 - exponent.max(1);
    if shift > 127 {
        return Some(0);
    }
    let (floor, rest, half) = (whole >> shift, whole & ((1 << shift) - 1), 1 << (shift - 1));
    let up = rest > half || rest == half && floor & 1 == 1;
    u64::try_from(floor + u128::from(up)).ok()
}

/// Adds a value with so many decimals (1 to 7). When told so, zeros at their end beyond the first one are left
/// out, and so is the sign of nothing but zeros.
pub(crate) fn add(body: &mut Vec<u8>, value: f64, places: u32, without_zeros: bool) {
    let Some(whole) = scaled(value, places) else {
        // Nothing that is answered comes here; the long way writes it all the same.
        body.extend_from_slice(format!("{value:.*}", places as usize).as_bytes());
        return;
    };
    let mut scaled = whole;
    let mut digits = [0; 20];
    let (mut at, mut n_digits) = (digits.len(), 0);
    let mut is_end = without_zeros;
    while scaled > 0 || n_digits <= places {
        let digit = u8::try_from(scaled % 10).unwrap_or(0);
        scaled /= 10;
        n_digits += 1;
        // The first decimal stays, whatever it is.
        is_end = is_end && digit == 0 && n_digits < places;
        if !is_end {
            at -= 1;
            digits[at] = b'0' + digit;
        }
        if n_digits == places {
            at -= 1;
            digits[at] = b'.';
        }
    }
    if value.is_sign_negative() && (whole > 0 || !without_zeros) {
        at -= 1;
        digits[at] = b'-';
    }
    body.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(value: f64, places: u32) -> String {
        let mut body = Vec::new();
        add(&mut body, value, places, false);
        String::from_utf8(body).unwrap()
    }

    #[test]
    fn halves_zeros_and_ends_are_written_as_the_standard_library_does() {
        let values = [0.0, -0.0, 0.25, 0.35, 0.5, 0.05, 1.5, 2.5, -0.25, 179.999_999_95, 180.0];
        let more = [-89.999_999_99, 4.0e7, 5e-324, 1e-300, 9.95, 99.95, 0.000_000_05, -0.04];
        for value in values.into_iter().chain(more) {
            for places in 1..=7 {
                let want = format!("{value:.*}", places as usize);
                assert_eq!(written(value, places), want, "{value:e}");
            }
        }
        for value in [f64::NAN, f64::INFINITY, -1e300, 1e9] {
            assert_eq!(written(value, 1), format!("{value:.1}"));
        }
    }

    /// As degrees were written before this was: the standard library's decimals, then cut.
    fn cut(value: f64) -> String {
        let text = format!("{value:.7}");
        let text = text.trim_end_matches('0');
        let text = if text == "-0." { "0." } else { text };
        if text.ends_with('.') { format!("{text}0") } else { text.to_owned() }
    }

    fn short(value: f64) -> String {
        let mut body = Vec::new();
        add(&mut body, value, 7, true);
        String::from_utf8(body).unwrap()
    }

    #[test]
    fn zeros_at_the_end_are_left_out_but_one() {
        for (value, want) in [(51.5, "51.5"), (-0.125, "-0.125"), (7.0, "7.0"), (-0.0, "0.0")] {
            assert_eq!(short(value), want);
        }
        for value in [5e-8, -5e-8, -4.9e-8, 100.0, -180.0, 1e-7] {
            assert_eq!(short(value), cut(value), "{value:e}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_096))]

        #[test]
        fn every_value_is_written_as_the_standard_library_does(
            value in -1.0e8..1.0e8, bits: u64, ties in -4_000_i32..4_000, places in 1_u32..=7,
        ) {
            for value in [value, f64::from_bits(bits), f64::from(ties) / 64.0] {
                prop_assert_eq!(written(value, places), format!("{value:.*}", places as usize));
            }
            prop_assert_eq!(short(value / 1e6), cut(value / 1e6));
        }
    }
}
