//! `estimatedDistance`: how far a radio measured another to be, in NeoStumbler's words.

use crate::field::{Field, Object, Scalar, skip};
use cairn_ground::{Meters, RttRange};
use serde::de::MapAccess;
use std::ops::RangeInclusive;

/// Distances that are read, m. Ranging stands a little before its own clock at times: what is negative reads as 0.
/// Source: the first as Android's documentation of `RangingResult` has it ("may be negative"), to a few metres; the
/// last is what an [`RttRange`] holds.
const DISTANCE_M: RangeInclusive<f64> = -5.0..=819.0;
/// Standard deviations that are read, m. Source: choice, an error beyond is no measurement.
const SIGMA_M: RangeInclusive<f64> = 0.0..=100.0;

/// Whether the other side's delay is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sides {
    One,
    Two,
}

impl Scalar for Sides {
    fn from_text(text: &str) -> Field<Self> {
        let words = [("ONE_SIDED", Self::One), ("TWO_SIDED", Self::Two)];
        match text.trim() {
            "" => Field::Missing,
            text => words
                .into_iter()
                .find(|(word, _)| text.eq_ignore_ascii_case(word))
                .map_or(Field::Wrong, |(_, sides)| Field::Value(sides)),
        }
    }
}

/// The object as it was written.
#[derive(Debug, Default)]
pub(crate) struct RawRange {
    distance_m: Field<f64>,
    sigma_m: Field<f64>,
    sides: Field<Sides>,
}

impl Object for RawRange {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "distance" => self.distance_m = map.next_value()?,
            "accuracy" => self.sigma_m = map.next_value()?,
            "type" => self.sides = map.next_value()?,
            _ => skip(map)?,
        }
        Ok(())
    }
}

impl RawRange {
    /// What it says: a one-sided range, or one that does not say what it is, says nothing.
    pub(crate) fn settle(&self) -> Field<RttRange> {
        self.sides.and_then(|sides| match sides {
            Sides::One => Field::Missing,
            Sides::Two => range(self.distance_m, self.sigma_m),
        })
    }
}

/// A two-sided range; a number that cannot be costs all of it.
pub(crate) fn range(distance_m: Field<f64>, sigma_m: Field<f64>) -> Field<RttRange> {
    distance_m.and_then(|distance_m| {
        let sigma_m = match sigma_m {
            Field::Missing => None,
            Field::Value(m) if SIGMA_M.contains(&m) => Meters::new(m).ok(),
            Field::Value(_) | Field::Wrong => return Field::Wrong,
        };
        let distance = Some(distance_m).filter(|m| DISTANCE_M.contains(m));
        let distance = distance.and_then(|m| Meters::new(m.max(0.0)).ok());
        distance.and_then(|m| RttRange::new(m, sigma_m)).map_or(Field::Wrong, Field::Value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Shape;

    fn read(json: &str) -> Field<RttRange> {
        let Shape(raw) = serde_json::from_str::<Shape<RawRange>>(json).unwrap();
        raw.and_then(|raw| raw.settle())
    }

    #[test]
    fn a_two_sided_range_is_read_with_its_error() {
        let said = r#"{"distance": 12.5, "accuracy": 0.9, "type": "TWO_SIDED", "more": [1]}"#;
        let Field::Value(range) = read(said) else { panic!("{said}") };
        assert_eq!((range.distance_m(), range.sigma_m()), (12.5, 1.0));
        let Field::Value(below) = read(r#"{"distance": -0.4, "type": "two_sided"}"#) else {
            panic!()
        };
        assert_eq!((below.distance_m(), below.sigma_m()), (0.0, 2.0));
    }

    #[test]
    fn one_sided_ones_say_nothing_and_impossible_ones_are_wrong() {
        for said in [
            "null",
            r#"{"distance": 5}"#,
            r#"{"distance": 5, "type": "ONE_SIDED"}"#,
            r#"{"type": "TWO_SIDED"}"#,
        ] {
            assert_eq!(read(said), Field::Missing, "{said}");
        }
        for said in [
            "5",
            "[5]",
            r#"{"distance": 5, "type": "BOTH"}"#,
            r#"{"distance": "far", "type": "TWO_SIDED"}"#,
            r#"{"distance": 820, "type": "TWO_SIDED"}"#,
            r#"{"distance": -6, "type": "TWO_SIDED"}"#,
            r#"{"distance": 5, "accuracy": -1, "type": "TWO_SIDED"}"#,
            r#"{"distance": 5, "accuracy": {"a": 1}, "type": "TWO_SIDED"}"#,
        ] {
            assert_eq!(read(said), Field::Wrong, "{said}");
        }
    }
}
