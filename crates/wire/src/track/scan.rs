//! One scan of a track: a query with a time.

use crate::entry::ranged;
use crate::field::{Field, Object, skip};
use crate::heard::Hearing;
use cairn_ground::{CellRadio, Timestamp};
use cairn_report::{Observation, Reason, Refusals, distinct};
use serde::de::MapAccess;

/// One scan.
#[derive(Debug, Clone, PartialEq)]
pub struct TrackScan {
    /// When.
    pub at: Timestamp,
    /// What was heard: each transmitter once, in the order of their identities.
    pub observations: Vec<Observation>,
    /// Air pressure, hPa.
    pub pressure_hpa: Option<f64>,
}

/// Why an entry of the list is no scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanRefusal {
    /// It is no object.
    Malformed,
    /// It does not say when it was, though others do.
    NoTime,
}

/// Air pressure where phones can be, hPa. Source: as of a report's, peers.md §2.6.
pub(super) const PRESSURES_HPA: std::ops::RangeInclusive<f64> = 100.0..=1_200.0;

/// The instant of something along a track, in ms: any clock's, from its epoch on; peers.md §2.5 has the end.
pub(super) fn instant(field: Field<f64>) -> Option<Timestamp> {
    let ms = field.value().filter(|ms| (0.0..=9_999_999_999_999.0).contains(ms))?;
    #[expect(clippy::cast_possible_truncation, reason = "13 digits")]
    Some(Timestamp::from_ms(ms as i64))
}

/// A scan as it was written.
#[derive(Debug)]
pub(super) struct RawScan {
    at_ms: Field<f64>,
    radio: Field<CellRadio>,
    pressure_hpa: Field<f64>,
    hearing: Hearing,
}

impl Default for RawScan {
    fn default() -> Self {
        Self {
            at_ms: Field::Missing,
            radio: Field::Missing,
            pressure_hpa: Field::Missing,
            hearing: Hearing::of_query(),
        }
    }
}

impl Object for RawScan {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "timestamp" => self.at_ms = map.next_value()?,
            "radioType" => self.radio = map.next_value()?,
            "pressure" => self.pressure_hpa = map.next_value()?,
            list => match self.hearing.read_list(list, map) {
                Some(read) => read?,
                None => skip(map)?,
            },
        }
        Ok(())
    }
}

impl RawScan {
    /// The scan, with what its time was written as.
    pub(super) fn into_scan(
        self,
        refusals: &mut Refusals,
    ) -> (Field<f64>, Result<TrackScan, ScanRefusal>) {
        let mut heard = self.hearing.finish(self.radio);
        distinct(&mut heard.observations);
        refusals.merge(&heard.refusals);
        let pressure = ranged(self.pressure_hpa, PRESSURES_HPA, Reason::ValueOther, refusals);
        let at = match (self.at_ms, instant(self.at_ms)) {
            (Field::Missing, _) => Field::Missing,
            (_, Some(_)) => self.at_ms,
            (_, None) => {
                refusals.add(Reason::ValueOther);
                Field::Wrong
            }
        };
        let scan = TrackScan {
            at: instant(self.at_ms).unwrap_or(Timestamp::from_ms(0)),
            observations: heard.observations,
            pressure_hpa: pressure,
        };
        (at, Ok(scan))
    }
}
