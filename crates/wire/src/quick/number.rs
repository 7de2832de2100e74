//! Numbers: short whole ones digit by digit, the rest by their text.

use super::GaveUp;
use super::cursor::Cursor;
use serde::de::Visitor;

/// Digits that both an `i64` and a `u64` have room for.
const DIGITS_MAX: usize = 18;

impl<'de> Cursor<'de> {
    /// Hands the number here to a visitor.
    #[inline]
    pub(super) fn number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, GaveUp> {
        let start = self.at;
        let is_negative = self.step_over_minus();
        let starts_with_zero = self.peek() == b'0';
        let (value, n_digits) = self.whole();
        let goes_on = matches!(self.peek(), b'.' | b'e' | b'E');
        if goes_on || n_digits > DIGITS_MAX {
            self.at = start;
            return visitor.visit_f64(self.fraction()?);
        }
        if n_digits == 0 || starts_with_zero && n_digits > 1 {
            return Err(GaveUp);
        }
        match (is_negative, value) {
            (false, _) => visitor.visit_u64(value),
            // Minus zero is no whole number.
            (true, 0) => visitor.visit_f64(-0.0),
            (true, _) => visitor.visit_i64(0_i64.wrapping_sub_unsigned(value)),
        }
    }

    #[inline]
    pub(super) fn step_over_minus(&mut self) -> bool {
        let is_negative = self.peek() == b'-';
        self.at += usize::from(is_negative);
        is_negative
    }

    /// The digits from here and how many they are; past `DIGITS_MAX` the value says nothing.
    #[inline]
    pub(super) fn whole(&mut self) -> (u64, usize) {
        let (mut value, mut n_digits) = (0_u64, 0);
        for byte in self.rest() {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
            n_digits += 1;
        }
        self.at += n_digits;
        (value, n_digits)
    }

    /// Any number that a double has room for, rounded to the nearest.
    #[inline(never)]
    fn fraction(&mut self) -> Result<f64, GaveUp> {
        let start = self.at;
        self.skip_number()?;
        let number: f64 = self.since(start)?.parse().map_err(|_elsewhere| GaveUp)?;
        if number.is_finite() { Ok(number) } else { Err(GaveUp) }
    }

    /// Steps over a number of any size.
    pub(super) fn skip_number(&mut self) -> Result<(), GaveUp> {
        self.step_over_minus();
        let starts_with_zero = self.peek() == b'0';
        let n_digits = self.whole().1;
        let mut is_good = n_digits == 1 || n_digits > 1 && !starts_with_zero;
        if self.peek() == b'.' {
            self.at += 1;
            is_good &= self.whole().1 > 0;
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), b'+' | b'-'));
            is_good &= self.whole().1 > 0;
        }
        if is_good { Ok(()) } else { Err(GaveUp) }
    }
}
