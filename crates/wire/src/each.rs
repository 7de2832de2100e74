//! Lists, entry by entry: none is held.

use crate::field::{Field, Object, Shape};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::{fmt, marker::PhantomData};

/// What a list turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListShape {
    Missing,
    NotAList,
    List,
}

/// Reads a list entry by entry into a function; answers what the list was.
pub(crate) struct Each<T, F>(F, PhantomData<T>);

impl<T, F: FnMut(Field<T>)> Each<T, F> {
    pub(crate) const fn new(take: F) -> Self {
        Self(take, PhantomData)
    }
}

impl<'de, T: Object + Default, F: FnMut(Field<T>)> DeserializeSeed<'de> for Each<T, F> {
    type Value = ListShape;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<ListShape, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, T: Object + Default, F: FnMut(Field<T>)> Visitor<'de> for Each<T, F> {
    type Value = ListShape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<ListShape, A::Error> {
        while let Some(Shape(entry)) = seq.next_element::<Shape<T>>()? {
            (self.0)(entry);
        }
        Ok(ListShape::List)
    }
    fn visit_unit<E>(self) -> Result<ListShape, E> {
        Ok(ListShape::Missing)
    }
    fn visit_bool<E>(self, _: bool) -> Result<ListShape, E> {
        Ok(ListShape::NotAList)
    }
    fn visit_i64<E>(self, _: i64) -> Result<ListShape, E> {
        Ok(ListShape::NotAList)
    }
    fn visit_u64<E>(self, _: u64) -> Result<ListShape, E> {
        Ok(ListShape::NotAList)
    }
    fn visit_f64<E>(self, _: f64) -> Result<ListShape, E> {
        Ok(ListShape::NotAList)
    }
    fn visit_str<E>(self, _: &str) -> Result<ListShape, E> {
        Ok(ListShape::NotAList)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ListShape, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(ListShape::NotAList)
    }
}
