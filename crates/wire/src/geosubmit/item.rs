//! One item of a submission: a fix and what was heard around it.

use crate::field::{Field, Object, Shape, skip};
use crate::heard::Hearing;
use crate::place::{RawFix, instant};
use cairn_ground::{CellRadio, Timestamp};
use cairn_report::{Reason, Refusals, Report};
use serde::de::MapAccess;

/// An item as it was written.
#[derive(Debug, Default)]
pub(crate) struct RawItem {
    timestamp_ms: Field<f64>,
    radio: Field<CellRadio>,
    position: Field<RawFix>,
    hearing: Hearing,
}

impl Object for RawItem {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "timestamp" => self.timestamp_ms = map.next_value()?,
            "position" => self.position = map.next_value::<Shape<RawFix>>()?.0,
            "radioType" => self.radio = map.next_value()?,
            list => match self.hearing.read_list(list, map) {
                Some(read) => read?,
                None => skip(map)?,
            },
        }
        Ok(())
    }
}

impl RawItem {
    /// The report, or why there is none. Entries of a refused item are counted all the same.
    pub(crate) fn into_report(
        self,
        now: Timestamp,
        refusals: &mut Refusals,
    ) -> Result<Report, Reason> {
        let (observations, refused) = self.hearing.finish(self.radio);
        refusals.merge(&refused);
        let fix = match self.position {
            Field::Missing => return Err(Reason::ReportWithoutPosition),
            Field::Wrong => return Err(Reason::ReportPlaceImpossible),
            Field::Value(raw) => raw.fix(refusals)?,
        };
        let timestamp = instant(self.timestamp_ms, now, refusals);
        Report::new(timestamp, fix, observations).ok_or(Reason::ReportWithoutTransmitters)
    }
}
