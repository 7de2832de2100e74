//! Variable-length numbers: seven bits a byte, low first; and a reader that cannot run past the end.

use crate::codec::DecodeError;

/// Appends an unsigned number in 1 to 10 bytes.
pub(crate) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    loop {
        let low = value.to_le_bytes()[0];
        value >>= 7;
        if value == 0 {
            out.push(low & 0x7f);
            return;
        }
        out.push(low | 0x80);
    }
}

/// Appends a signed number, small magnitudes short.
pub(crate) fn put_zigzag(out: &mut Vec<u8>, value: i64) {
    put_varint(out, ((value << 1) ^ (value >> 63)).cast_unsigned());
}

/// Appends the bits of a float: short when the low bits are zero, as in whole numbers; exact always.
pub(crate) fn put_f32(out: &mut Vec<u8>, value: f32) {
    put_varint(out, u64::from(value.to_bits().swap_bytes()));
}

/// The same for double precision.
pub(crate) fn put_f64(out: &mut Vec<u8>, value: f64) {
    put_varint(out, value.to_bits().swap_bytes());
}

/// Takes values off the front of a slice.
pub(crate) struct Taker<'a> {
    rest: &'a [u8],
}

impl<'a> Taker<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) const fn remaining(&self) -> usize {
        self.rest.len()
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (head, rest) = self.rest.split_first_chunk::<N>().ok_or(DecodeError::Short)?;
        self.rest = rest;
        Ok(*head)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, DecodeError> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(crate) fn varint(&mut self) -> Result<u64, DecodeError> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return Err(DecodeError::Varint);
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(DecodeError::Varint)
    }

    /// A number that must fit a narrower type; `field` names it when it does not.
    pub(crate) fn narrow<T: TryFrom<u64>>(
        &mut self,
        field: &'static str,
    ) -> Result<T, DecodeError> {
        T::try_from(self.varint()?).or(Err(DecodeError::Field { field }))
    }

    pub(crate) fn zigzag(&mut self) -> Result<i64, DecodeError> {
        let raw = self.varint()?;
        Ok((raw >> 1).cast_signed() ^ -((raw & 1).cast_signed()))
    }

    /// A measured number: infinite ones, and what is none, were never written.
    pub(crate) fn f32(&mut self, field: &'static str) -> Result<f32, DecodeError> {
        let bits: u32 = self.narrow(field)?;
        let value = f32::from_bits(bits.swap_bytes());
        if value.is_finite() { Ok(value) } else { Err(DecodeError::Field { field }) }
    }

    pub(crate) fn f64(&mut self) -> Result<f64, DecodeError> {
        Ok(f64::from_bits(self.varint()?.swap_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_come_back(value: u64, signed: i64, single: f32, double: f64) {
            let mut bytes = Vec::new();
            put_varint(&mut bytes, value);
            put_zigzag(&mut bytes, signed);
            put_f32(&mut bytes, single);
            put_f64(&mut bytes, double);
            let mut taker = Taker::new(&bytes);
            prop_assert_eq!(taker.varint().unwrap(), value);
            prop_assert_eq!(taker.zigzag().unwrap(), signed);
            prop_assert_eq!(taker.f32("single").unwrap().to_bits(), single.to_bits());
            prop_assert_eq!(taker.f64().unwrap().to_bits(), double.to_bits());
            prop_assert_eq!(taker.remaining(), 0);
        }
    }

    #[test]
    fn what_is_no_number_or_infinite_is_refused_by_its_field() {
        for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let mut bytes = Vec::new();
            put_f32(&mut bytes, value);
            let refused = Taker::new(&bytes).f32("height");
            assert!(matches!(refused, Err(DecodeError::Field { field: "height" })), "{value}");
        }
    }

    #[test]
    fn a_number_of_more_than_64_bits_is_refused() {
        assert!(matches!(Taker::new(&[0xff; 11]).varint(), Err(DecodeError::Varint)));
        let mut largest_and_one_bit = [0xff; 10];
        largest_and_one_bit[9] = 0x03;
        assert!(matches!(Taker::new(&largest_and_one_bit).varint(), Err(DecodeError::Varint)));
        assert!(matches!(Taker::new(&[0x80]).varint(), Err(DecodeError::Short)));
    }
}
