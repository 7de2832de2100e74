//! Fixes: where the phone says it was, from any format.

use crate::entry::{age, ranged};
use crate::field::{Field, Object, skip};
use cairn_ground::{Floor, LatLng, Meters, Timestamp};
use cairn_report::{Fix, FixSource, Reason, Refusals};
use serde::de::MapAccess;

/// A position as it was written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RawFix {
    pub(crate) lat_deg: Field<f64>,
    pub(crate) lng_deg: Field<f64>,
    pub(crate) r68_m: Field<f64>,
    pub(crate) height_hae_m: Field<f64>,
    pub(crate) height_r68_m: Field<f64>,
    pub(crate) age_ms: Field<f64>,
    pub(crate) pressure_hpa: Field<f64>,
    pub(crate) speed_m_s: Field<f64>,
    pub(crate) floor: Field<f64>,
    pub(crate) source: Field<FixSource>,
}

impl Object for RawFix {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "latitude" => self.lat_deg = map.next_value()?,
            "longitude" => self.lng_deg = map.next_value()?,
            "accuracy" => self.r68_m = map.next_value()?,
            "altitude" => self.height_hae_m = map.next_value()?,
            "altitudeAccuracy" | "altitude_accuracy" => self.height_r68_m = map.next_value()?,
            "age" => self.age_ms = map.next_value()?,
            "pressure" => self.pressure_hpa = map.next_value()?,
            "speed" => self.speed_m_s = map.next_value()?,
            "floor" => self.floor = map.next_value()?,
            "source" => self.source = map.next_value()?,
            _ => skip(map)?,
        }
        Ok(())
    }
}

impl RawFix {
    /// Whether it says anything about where.
    pub(crate) fn has_place(&self) -> bool {
        (self.lat_deg, self.lng_deg) != (Field::Missing, Field::Missing)
    }

    /// Whether a height is above the ellipsoid, as Android's is: who passes that on says its source. GeoClue alone
    /// states none, and counts from the sea (its receiver's GGA sentences).
    pub(crate) fn says_what_its_height_is_above(&self) -> bool {
        self.source != Field::Missing
    }

    /// The place, or why there is none.
    fn place(&self) -> Result<LatLng, Reason> {
        match (self.lat_deg, self.lng_deg) {
            (Field::Value(lat), Field::Value(lng)) => {
                LatLng::new(lat, lng).map_err(|_off| Reason::ReportPlaceImpossible)
            }
            (Field::Missing, Field::Missing) => Err(Reason::ReportWithoutPosition),
            _ => Err(Reason::ReportPlaceImpossible),
        }
    }

    /// The fix; values out of range are counted and dropped.
    ///
    /// # Errors
    /// A `Report…` reason when there is no place; then nothing else is counted.
    ///
    /// # Source
    /// Ranges: peers.md §2.6. An `accuracy` of 0 is a phone without one, not a perfect fix; the same of
    /// `altitudeAccuracy`.
    pub(crate) fn fix(&self, refusals: &mut Refusals) -> Result<Fix, Reason> {
        let place = self.place()?;
        let mut other = |field, range| ranged(field, range, Reason::ValueOther, refusals);
        #[expect(clippy::cast_possible_truncation, reason = "ranges of at most six digits")]
        let narrow = |value: f64| value as f32;
        let r68_m = other(self.r68_m, 0.0..=1e6).filter(|m| *m > 0.0);
        let height_hae_m = other(self.height_hae_m, -10_911.0..=100_000.0).map(narrow);
        let height_r68_m = other(self.height_r68_m, 0.0..=1e4).map(narrow).filter(|m| *m > 0.0);
        let pressure_hpa = other(self.pressure_hpa, 100.0..=1_200.0).map(narrow);
        let speed_m_s = other(self.speed_m_s, 0.0..=300.0).map(narrow);
        if self.source == Field::Wrong {
            refusals.add(Reason::ValueOther);
        }
        Ok(Fix {
            place,
            r68: r68_m.and_then(|m| Meters::new(m).ok()),
            age: age(self.age_ms, refusals),
            speed_m_s,
            height_hae_m,
            height_r68_m,
            pressure_hpa,
            floor: floor(self.floor, refusals),
            source: self.source.value().unwrap_or(FixSource::Gnss),
        })
    }
}

/// A whole level; anything else is counted and dropped.
fn floor(field: Field<f64>, refusals: &mut Refusals) -> Option<Floor> {
    let whole = match field {
        Field::Value(level) if level.fract().abs() > 0.0 => Field::Wrong,
        other => other,
    };
    let level = ranged(whole, -20.0..=120.0, Reason::ValueOther, refusals)?;
    #[expect(clippy::cast_possible_truncation, reason = "-20 to 120")]
    Floor::new(level as i32).ok()
}

/// The instant of a report; `now` for what is missing or cannot be (peers.md §2.5: outside 10^12 to
/// 10^13 ms, years 2001 to 2286).
pub(crate) fn instant(field: Field<f64>, now: Timestamp, refusals: &mut Refusals) -> Timestamp {
    let open = 1_000_000_000_001.0..=9_999_999_999_999.0;
    #[expect(clippy::cast_possible_truncation, reason = "13 digits")]
    ranged(field, open, Reason::ValueOther, refusals)
        .map_or(now, |ms| Timestamp::from_ms(ms as i64))
}
