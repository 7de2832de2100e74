//! A few numbers in a list: a vector or a quaternion.

use crate::field::Field;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Most numbers of one list.
const NUMBERS_MAX: usize = 4;

/// Up to four numbers; a list of more, or with anything else in it, is wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Numbers {
    all: [f64; NUMBERS_MAX],
    n: usize,
}

impl Numbers {
    /// The numbers, when there are exactly `N`.
    pub(super) fn exactly<const N: usize>(&self) -> Option<[f64; N]> {
        self.all[..self.n].try_into().ok()
    }
}

/// The field of a list of numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct NumbersField(pub(super) Field<Numbers>);

impl<'de> Deserialize<'de> for NumbersField {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(NumbersVisitor).map(Self)
    }
}

struct NumbersVisitor;

impl<'de> Visitor<'de> for NumbersVisitor {
    type Value = Field<Numbers>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Field<Numbers>, A::Error> {
        let mut numbers = Numbers { all: [0.0; NUMBERS_MAX], n: 0 };
        let mut is_right = true;
        while let Some(entry) = seq.next_element::<Field<f64>>()? {
            match (entry, numbers.all.get_mut(numbers.n)) {
                (Field::Value(number), Some(place)) => {
                    *place = number;
                    numbers.n += 1;
                }
                _ => is_right = false,
            }
        }
        Ok(match (is_right, numbers.n) {
            (false, _) => Field::Wrong,
            (true, 0) => Field::Missing,
            (true, _) => Field::Value(numbers),
        })
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Field<Numbers>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Field::Wrong)
    }
    fn visit_unit<E>(self) -> Result<Field<Numbers>, E> {
        Ok(Field::Missing)
    }
    fn visit_bool<E>(self, _: bool) -> Result<Field<Numbers>, E> {
        Ok(Field::Wrong)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Field<Numbers>, E> {
        Ok(Field::Wrong)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Field<Numbers>, E> {
        Ok(Field::Wrong)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Field<Numbers>, E> {
        Ok(Field::Wrong)
    }
    fn visit_str<E>(self, _: &str) -> Result<Field<Numbers>, E> {
        Ok(Field::Wrong)
    }
}
