//! Submissions of reports in the three versions there are, decoded item by item; version 2 also encoded.
//!
//! A broken item, entry or value costs itself and is counted; only a body that is no JSON, no object,
//! or has no list of `items` is refused whole. `docs/specs/wire.md` has the fields.

mod dialect;
pub(crate) mod encode;
mod item;

pub use dialect::Version;
pub use encode::encode;
pub(crate) use item::RawItem;

use crate::field::{Field, Fill, ListShape, Object, skip};
use crate::json::{self, DecodeError};
use cairn_ground::Timestamp;
use cairn_report::limits::REPORTS_PER_BATCH_MAX;
use cairn_report::{Reason, Refusals, Report};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A submission, decoded.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Decoded {
    /// What was kept, in the order it was sent; at most `REPORTS_PER_BATCH_MAX`.
    pub reports: Vec<Report>,
    /// What was refused: reports, entries of reports, values of entries.
    pub refusals: Refusals,
    /// Items in the body: kept and refused reports together (E2).
    pub n_items: usize,
}

impl Decoded {
    /// Takes one item; `Field::Wrong` and `Field::Missing` are items that are no objects.
    pub(crate) fn take(&mut self, item: Field<RawItem>, now: Timestamp) {
        self.n_items += 1;
        let kept = match item {
            Field::Value(item) => item.into_report(now, &mut self.refusals),
            Field::Missing | Field::Wrong => Err(Reason::ReportMalformed),
        };
        match kept {
            Ok(report) => self.reports.push(report),
            Err(reason) => self.refusals.add(reason),
        }
    }

    pub(crate) fn refuse_over_limit(&mut self) {
        self.n_items += 1;
        self.refusals.add(Reason::ReportOverLimit);
    }
}

/// Decodes a body of one version; `now` is taken for items with no or an impossible timestamp.
///
/// # Errors
/// [`DecodeError`] when the whole body cannot be read: answer 400 with its details.
///
/// # Cost
/// One pass; memory for the reports kept, one item's entries and their refusals.
///
/// # Example
/// ```
/// use cairn_wire::geosubmit::{self, Version};
/// let body = br#"{"items": [{"position": {"latitude": 51.5, "longitude": -0.1},
///     "wifiAccessPoints": [{"macAddress": "a8:20:66:00:00:01"}, {"macAddress": 10}]}]}"#;
/// let now = cairn_ground::Timestamp::from_ms(1_700_000_000_000);
/// let decoded = geosubmit::decode(body, Version::V2, now)?;
/// assert_eq!((decoded.reports.len(), decoded.refusals.total()), (1, 1));
/// # Ok::<(), cairn_wire::DecodeError>(())
/// ```
pub fn decode(body: &[u8], version: Version, now: Timestamp) -> Result<Decoded, DecodeError> {
    let root = json::parse(body, || Root { version, now, items: None })?;
    match root.items {
        Some((ListShape::List, decoded)) => Ok(decoded),
        Some((ListShape::NotAList, _)) => Err(DecodeError::NotAList { field: "items" }),
        Some((ListShape::Missing, _)) | None => Err(DecodeError::Missing { field: "items" }),
    }
}

/// One line of a JSON-lines file: a submission, or one item by itself, of version 2.
///
/// # Errors
/// [`DecodeError`] when the line cannot be read.
pub(crate) fn decode_line(line: &[u8], now: Timestamp) -> Result<Decoded, DecodeError> {
    let version = Version::V2;
    let make = || Line { root: Root { version, now, items: None }, item: RawItem::of(version) };
    let line = json::parse(line, make)?;
    if let Some((ListShape::List, decoded)) = line.root.items {
        return Ok(decoded);
    }
    let mut decoded = Decoded::default();
    decoded.take(Field::Value(line.item), now);
    Ok(decoded)
}

#[derive(Debug)]
struct Root {
    version: Version,
    now: Timestamp,
    items: Option<(ListShape, Decoded)>,
}

impl Object for Root {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        if key != "items" {
            return skip(map);
        }
        self.items = Some(map.next_value_seed(Items { version: self.version, now: self.now })?);
        Ok(())
    }
}

#[derive(Debug)]
struct Line {
    root: Root,
    item: RawItem,
}

impl Object for Line {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        if key == "items" { self.root.read(key, map) } else { self.item.read(key, map) }
    }
}

/// Reads the list of items straight into reports, so that only one raw item is held at a time.
struct Items {
    version: Version,
    now: Timestamp,
}

impl<'de> DeserializeSeed<'de> for Items {
    type Value = (ListShape, Decoded);

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Items {
    type Value = (ListShape, Decoded);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut decoded = Decoded::default();
        while decoded.reports.len() < REPORTS_PER_BATCH_MAX {
            match seq.next_element_seed(Fill(RawItem::of(self.version)))? {
                Some(item) => decoded.take(item, self.now),
                None => return Ok((ListShape::List, decoded)),
            }
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {
            decoded.refuse_over_limit();
        }
        Ok((ListShape::List, decoded))
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok((ListShape::Missing, Decoded::default()))
    }
    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok((ListShape::NotAList, Decoded::default()))
    }
    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok((ListShape::NotAList, Decoded::default()))
    }
    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok((ListShape::NotAList, Decoded::default()))
    }
    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok((ListShape::NotAList, Decoded::default()))
    }
    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok((ListShape::NotAList, Decoded::default()))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok((ListShape::NotAList, Decoded::default()))
    }
}

#[cfg(test)]
#[path = "../geosubmit_tests.rs"]
pub(crate) mod tests;
