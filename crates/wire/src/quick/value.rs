//! What serde asks of a reader, as far as the types of `field` ask it.

use super::GaveUp;
use super::cursor::Cursor;
use serde::de::value::{BorrowedStrDeserializer, StringDeserializer};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use std::borrow::Cow;

impl<'de> Deserializer<'de> for &mut Cursor<'de> {
    type Error = GaveUp;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        self.skip_space();
        match self.peek() {
            b'"' => match self.string()? {
                Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
            b'-' | b'0'..=b'9' => self.number(visitor),
            b'{' => self.inside(b'}', |inside| visitor.visit_map(inside)),
            b'[' => self.inside(b']', |inside| visitor.visit_seq(inside)),
            b't' => self.word(b"true").and_then(|()| visitor.visit_bool(true)),
            b'f' => self.word(b"false").and_then(|()| visitor.visit_bool(false)),
            b'n' => self.word(b"null").and_then(|()| visitor.visit_unit()),
            _ => Err(GaveUp),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        self.skip_value()?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
    }
}

impl<'de> Cursor<'de> {
    /// The key here.
    #[inline]
    pub(super) fn key(&mut self) -> Result<Cow<'de, str>, GaveUp> {
        self.skip_space();
        if self.peek() == b'"' { self.string() } else { Err(GaveUp) }
    }

    /// Hands the list or object that opens here to a reader, which has to read all of it.
    #[inline]
    fn inside<T>(
        &mut self,
        closing: u8,
        read: impl FnOnce(&mut Inside<'_, 'de>) -> Result<T, GaveUp>,
    ) -> Result<T, GaveUp> {
        let mut inside = Inside::open(self, closing);
        let value = read(&mut inside)?;
        if inside.is_closed { Ok(value) } else { Err(GaveUp) }
    }
}

/// The inside of a list or an object.
#[derive(Debug)]
pub(super) struct Inside<'a, 'de> {
    pub(super) cursor: &'a mut Cursor<'de>,
    closing: u8,
    is_first: bool,
    is_closed: bool,
}

impl<'a, 'de> Inside<'a, 'de> {
    /// Steps into what opens here.
    #[inline]
    pub(super) fn open(cursor: &'a mut Cursor<'de>, closing: u8) -> Self {
        cursor.at += 1;
        Self { cursor, closing, is_first: true, is_closed: false }
    }

    /// Steps to the next entry; false when there is none.
    #[inline]
    pub(super) fn step(&mut self) -> Result<bool, GaveUp> {
        self.cursor.skip_space();
        let byte = self.cursor.peek();
        if byte == self.closing && !self.is_closed {
            self.cursor.at += 1;
            self.is_closed = true;
            return Ok(false);
        }
        if self.is_first {
            self.is_first = false;
            return Ok(true);
        }
        self.cursor.expect(b',').map(|()| true)
    }
}

impl<'de> MapAccess<'de> for &mut Inside<'_, 'de> {
    type Error = GaveUp;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, GaveUp> {
        if !self.step()? {
            return Ok(None);
        }
        match self.cursor.key()? {
            Cow::Borrowed(key) => seed.deserialize(BorrowedStrDeserializer::new(key)),
            Cow::Owned(key) => seed.deserialize(StringDeserializer::new(key)),
        }
        .map(Some)
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, GaveUp> {
        self.cursor.expect(b':')?;
        seed.deserialize(&mut *self.cursor)
    }
}

impl<'de> SeqAccess<'de> for &mut Inside<'_, 'de> {
    type Error = GaveUp;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, GaveUp> {
        if self.step()? { seed.deserialize(&mut *self.cursor).map(Some) } else { Ok(None) }
    }
}
