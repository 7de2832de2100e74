//! Protobuf's encoding, read: varints and fields.
//!
//! # Source
//! protobuf.dev, *Encoding*. Groups, which nobody writes any more, are refused.

use crate::field::{Field, Scalar as _};
use crate::json::DecodeError;

/// A variable-length number at the start of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Varint {
    /// The number, and how many bytes it has.
    Whole(u64, usize),
    /// More bytes are needed.
    Partial,
    /// More than ten bytes, or beyond 64 bits.
    Broken,
}

/// Reads a variable-length number.
pub(crate) fn varint(bytes: &[u8]) -> Varint {
    let mut value = 0;
    for (n, byte) in bytes.iter().enumerate().take(10) {
        if n == 9 && *byte > 1 {
            return Varint::Broken;
        }
        value |= u64::from(byte & 0x7f) << (7 * n);
        if byte & 0x80 == 0 {
            return Varint::Whole(value, n + 1);
        }
    }
    if bytes.len() < 10 { Varint::Partial } else { Varint::Broken }
}

/// The value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// A variable-length number.
    Varint(u64),
    /// Eight bytes.
    Fixed64(u64),
    /// Four bytes; no field of ours has them.
    Fixed32,
    /// A text or a message.
    Bytes(Message<'a>),
}

/// The bytes of a message, and where in the body they start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Message<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) offset: usize,
}

impl<'a> Message<'a> {
    /// The message that is a whole body.
    pub(super) const fn root(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0 }
    }

    /// Hands every field to `take`, with its number.
    ///
    /// # Errors
    /// [`DecodeError::Proto`] at the first byte that is no field.
    pub(super) fn each(
        self,
        mut take: impl FnMut(u64, Value<'a>) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        let mut at = 0;
        while at < self.bytes.len() {
            let (tag, from) = self.number(at)?;
            let (value, next) = self.value(tag & 7, from)?;
            if tag >> 3 == 0 {
                return Err(self.broken(at, "field number 0"));
            }
            take(tag >> 3, value)?;
            at = next;
        }
        Ok(())
    }

    fn value(self, kind: u64, at: usize) -> Result<(Value<'a>, usize), DecodeError> {
        match kind {
            0 => self.number(at).map(|(value, next)| (Value::Varint(value), next)),
            1 => {
                let (eight, next) = self.slice(at, 8)?;
                let value = eight.try_into().map_or(0, u64::from_le_bytes);
                Ok((Value::Fixed64(value), next))
            }
            2 => {
                let (n_bytes, from) = self.number(at)?;
                let n_bytes = usize::try_from(n_bytes).unwrap_or(usize::MAX);
                let (bytes, next) = self.slice(from, n_bytes)?;
                Ok((Value::Bytes(Message { bytes, offset: self.offset + from }), next))
            }
            5 => self.slice(at, 4).map(|(_, next)| (Value::Fixed32, next)),
            _ => Err(self.broken(at, "a wire type that protobuf does not have, or a group")),
        }
    }

    fn number(self, at: usize) -> Result<(u64, usize), DecodeError> {
        match varint(&self.bytes[at..]) {
            Varint::Whole(value, n) => Ok((value, at + n)),
            Varint::Partial => Err(self.broken(at, "the message ends inside a number")),
            Varint::Broken => Err(self.broken(at, "a number of more than 64 bits")),
        }
    }

    fn slice(self, at: usize, n_bytes: usize) -> Result<(&'a [u8], usize), DecodeError> {
        let end = at.checked_add(n_bytes).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or_else(|| self.broken(at, "a value longer than its message"))?;
        Ok((&self.bytes[at..end], end))
    }

    const fn broken(self, at: usize, what: &'static str) -> DecodeError {
        DecodeError::Proto { offset: self.offset + at, what }
    }
}

impl<'a> Value<'a> {
    /// A message or a text; another wire type is no field of ours, and skipped as such.
    pub(super) const fn message(self) -> Option<Message<'a>> {
        match self {
            Self::Bytes(message) => Some(message),
            Self::Varint(_) | Self::Fixed64(_) | Self::Fixed32 => None,
        }
    }

    /// A whole number, 0 and up.
    pub(super) const fn uint(self) -> Option<u64> {
        match self {
            Self::Varint(value) => Some(value),
            Self::Fixed64(_) | Self::Fixed32 | Self::Bytes(_) => None,
        }
    }

    /// A whole number as a value of the JSON's kind.
    #[expect(clippy::cast_precision_loss, reason = "no field of ours has a meaning above 2^53")]
    pub(super) fn unsigned(self) -> Field<f64> {
        self.uint().map_or(Field::Missing, |value| Field::Value(value as f64))
    }

    /// The same of a number in zigzag.
    #[expect(clippy::cast_precision_loss, reason = "no field of ours has a meaning above 2^53")]
    pub(super) fn signed(self) -> Field<f64> {
        let unfold = |value: u64| (value >> 1).cast_signed() ^ -(value & 1).cast_signed();
        self.uint().map_or(Field::Missing, |value| Field::Value(unfold(value) as f64))
    }

    /// The same of an `int64`.
    #[expect(clippy::cast_precision_loss, reason = "no field of ours has a meaning above 2^53")]
    pub(super) fn int(self) -> Field<f64> {
        self.uint().map_or(Field::Missing, |value| Field::Value(value.cast_signed() as f64))
    }

    /// A boolean.
    pub(super) const fn truth(self) -> Field<bool> {
        match self.uint() {
            Some(value) => Field::Value(value != 0),
            None => Field::Missing,
        }
    }

    /// A double; one that is no number is wrong.
    pub(super) fn double(self) -> Field<f64> {
        match self {
            Self::Fixed64(bits) => f64::from_number(f64::from_bits(bits)),
            Self::Varint(_) | Self::Fixed32 | Self::Bytes(_) => Field::Missing,
        }
    }

    /// The bits of a `fixed64`.
    pub(super) const fn bits(self) -> Option<u64> {
        match self {
            Self::Fixed64(bits) => Some(bits),
            Self::Varint(_) | Self::Fixed32 | Self::Bytes(_) => None,
        }
    }
}
