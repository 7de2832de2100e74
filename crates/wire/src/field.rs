//! Values that never fail: a wrong type costs the value, not the request.
//!
//! The visitors here answer every JSON shape. So one pass over the text, without a tree in between,
//! reads what is right and names what is wrong; only broken syntax ends a decode.

pub(crate) use crate::each::{Each, ListShape};
use crate::quick::{Cursor, GaveUp};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use std::{borrow::Cow, fmt, marker::PhantomData};

/// One value of an object.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) enum Field<T> {
    /// Absent, or `null`, or (scalars) empty.
    #[default]
    Missing,
    /// There, but not what the field holds.
    Wrong,
    /// There.
    Value(T),
}

impl<T> Field<T> {
    pub(crate) fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Missing | Self::Wrong => None,
        }
    }

    /// What a value says further; what is missing or wrong stays so.
    pub(crate) fn and_then<U>(self, turn: impl FnOnce(T) -> Field<U>) -> Field<U> {
        match self {
            Self::Missing => Field::Missing,
            Self::Wrong => Field::Wrong,
            Self::Value(value) => turn(value),
        }
    }

    /// The same field of another type.
    pub(crate) fn map<U>(self, turn: impl FnOnce(T) -> U) -> Field<U> {
        self.and_then(|value| Field::Value(turn(value)))
    }

    /// This value, or the other when this one is not there or wrong.
    pub(crate) fn or(self, other: Self) -> Self {
        if matches!(self, Self::Value(_)) || matches!(other, Self::Missing) { self } else { other }
    }
}

/// A value that is not an object or array; peers.md §2.4 "Type rules".
pub(crate) trait Scalar: Sized {
    /// Reads a string, which may be empty.
    fn from_text(text: &str) -> Field<Self>;
    /// Reads a number; always finite.
    fn from_number(_number: f64) -> Field<Self> {
        Field::Wrong
    }
    /// Reads a boolean.
    fn from_bool(_truth: bool) -> Field<Self> {
        Field::Wrong
    }
}

/// Numbers: also booleans (0 and 1) and decimal strings. Integers are cut where they are used.
impl Scalar for f64 {
    fn from_text(text: &str) -> Field<Self> {
        match text.trim() {
            "" => Field::Missing,
            text => text.parse().map_or(Field::Wrong, Self::from_number),
        }
    }
    fn from_number(number: f64) -> Field<Self> {
        if number.is_finite() { Field::Value(number) } else { Field::Wrong }
    }
    fn from_bool(truth: bool) -> Field<Self> {
        Field::Value(Self::from(u8::from(truth)))
    }
}

/// Booleans: 0, "0" and "false" are false, what is empty is missing, all else is true.
impl Scalar for bool {
    fn from_text(text: &str) -> Field<Self> {
        match text.trim() {
            "" => Field::Missing,
            text => Field::Value(text != "0" && !text.eq_ignore_ascii_case("false")),
        }
    }
    fn from_number(number: f64) -> Field<Self> {
        Field::Value(number.abs() > 0.0)
    }
    fn from_bool(truth: bool) -> Field<Self> {
        Field::Value(truth)
    }
}

impl<'de, T: Scalar> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ScalarVisitor(PhantomData))
    }
}

struct ScalarVisitor<T>(PhantomData<T>);

impl<'de, T: Scalar> Visitor<'de> for ScalarVisitor<T> {
    type Value = Field<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_bool<E>(self, truth: bool) -> Result<Field<T>, E> {
        Ok(T::from_bool(truth))
    }
    #[expect(clippy::cast_precision_loss, reason = "no field of ours has a meaning above 2^53")]
    fn visit_i64<E>(self, number: i64) -> Result<Field<T>, E> {
        Ok(T::from_number(number as f64))
    }
    #[expect(clippy::cast_precision_loss, reason = "no field of ours has a meaning above 2^53")]
    fn visit_u64<E>(self, number: u64) -> Result<Field<T>, E> {
        Ok(T::from_number(number as f64))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Field<T>, E> {
        Ok(T::from_number(number))
    }
    fn visit_str<E>(self, text: &str) -> Result<Field<T>, E> {
        Ok(T::from_text(text))
    }
    fn visit_unit<E>(self) -> Result<Field<T>, E> {
        Ok(Field::Missing)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Field<T>, A::Error> {
        let mut field = Field::Missing;
        while seq.next_element::<IgnoredAny>()?.is_some() {
            field = Field::Wrong;
        }
        Ok(field)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Field<T>, A::Error> {
        let mut field = Field::Missing;
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
            field = Field::Wrong;
        }
        Ok(field)
    }
}

/// Something read from a JSON object, key by key; of a key written twice the later value stays.
pub(crate) trait Object {
    /// Takes the value of `key` from `map`: exactly one of the `map.next_value` methods.
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error>;
    /// The same where there is a quicker way that comes to the same; false, and nothing taken, where not.
    fn read_quickly(&mut self, _key: &str, _from: &mut Cursor<'_>) -> Result<bool, GaveUp> {
        Ok(false)
    }
}

impl<T: Object> Object for &mut T {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        (**self).read(key, map)
    }
}

/// Skips the value of a key that means nothing to us.
pub(crate) fn skip<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    map.next_value::<IgnoredAny>().map(|_| ())
}

/// A field that holds an object.
#[derive(Debug, Default)]
pub(crate) struct Shape<T>(pub(crate) Field<T>);

impl<'de, T: Object + Default> Deserialize<'de> for Shape<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Fill(T::default()).deserialize(from).map(Self)
    }
}

/// Reads an object into an existing value.
pub(crate) struct Fill<T>(pub(crate) T);

impl<'de, T: Object> DeserializeSeed<'de> for Fill<T> {
    type Value = Field<T>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Field<T>, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, T: Object> Visitor<'de> for Fill<T> {
    type Value = Field<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Field<T>, A::Error> {
        while let Some(Key(key)) = map.next_key()? {
            self.0.read(&key, &mut map)?;
        }
        Ok(Field::Value(self.0))
    }
    fn visit_unit<E>(self) -> Result<Field<T>, E> {
        Ok(Field::Missing)
    }
    fn visit_bool<E>(self, _: bool) -> Result<Field<T>, E> {
        Ok(Field::Wrong)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Field<T>, E> {
        Ok(Field::Wrong)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Field<T>, E> {
        Ok(Field::Wrong)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Field<T>, E> {
        Ok(Field::Wrong)
    }
    fn visit_str<E>(self, _: &str) -> Result<Field<T>, E> {
        Ok(Field::Wrong)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Field<T>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Field::Wrong)
    }
}

/// A key, borrowed from the text unless it has escapes.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(key)))
            }
            fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        from.deserialize_str(KeyVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(json: &str) -> Field<f64> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn numbers_come_in_many_clothes_and_wrong_ones_fail_alone() {
        for (json, want) in [("5", 5.0), ("\" 5 \"", 5.0), ("true", 1.0), ("-2.5", -2.5)] {
            assert_eq!(number(json), Field::Value(want), "{json}");
        }
        for json in ["null", "\"\"", "[]", "{}"] {
            assert_eq!(number(json), Field::Missing, "{json}");
        }
        for json in ["\"abc\"", "\"inf\"", "\"NaN\"", "[1]", "{\"a\":1}"] {
            assert_eq!(number(json), Field::Wrong, "{json}");
        }
    }

    #[test]
    fn booleans_follow_the_peers_table() {
        let truth = |json: &str| serde_json::from_str::<Field<bool>>(json).unwrap();
        for json in ["false", "0", "\"False\"", "\"0\""] {
            assert_eq!(truth(json), Field::Value(false), "{json}");
        }
        for json in ["true", "1", "\"no\"", "2.5"] {
            assert_eq!(truth(json), Field::Value(true), "{json}");
        }
        assert_eq!(truth("null"), Field::Missing);
    }

    #[test]
    fn the_other_value_fills_in_only_when_it_says_something() {
        assert_eq!(Field::Value(1).or(Field::Value(2)), Field::Value(1));
        assert_eq!(Field::Wrong.or(Field::Value(2)), Field::Value(2));
        assert_eq!(Field::Wrong.or(Field::<u8>::Missing), Field::Wrong);
    }
}
