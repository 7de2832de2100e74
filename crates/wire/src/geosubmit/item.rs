//! One item of a submission: a fix and what was heard around it.

use super::Version;
use super::dialect::{Old, Written, fix_name};
use crate::field::{Field, Object, Shape, skip};
use crate::heard::Hearing;
use crate::place::{RawFix, instant};
use cairn_ground::{CellRadio, Timestamp};
use cairn_report::{Reason, Refusals, Report};
use serde::de::MapAccess;

/// An item as it was written.
#[derive(Debug)]
pub(crate) struct RawItem {
    version: Version,
    timestamp_ms: Field<f64>,
    radio: Field<CellRadio>,
    position: Field<RawFix>,
    hearing: Hearing,
}

impl Object for RawItem {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match self.version {
            Version::V0 => self.read_v0(key, map),
            Version::V1 => self.read_shared(key, map, Self::read_beside),
            Version::V2 => self.read_shared(key, map, Self::read_position),
        }
    }
}

impl RawItem {
    /// An empty item. Where positions have no object of their own, there always is one, maybe empty.
    pub(crate) fn of(version: Version) -> Self {
        Self {
            version,
            timestamp_ms: Field::Missing,
            radio: Field::Missing,
            position: match version {
                Version::V0 | Version::V1 => Field::Value(RawFix::default()),
                Version::V2 => Field::Missing,
            },
            hearing: Hearing::default(),
        }
    }

    /// What versions 1 and 2 share; `other` reads the rest.
    fn read_shared<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        map: &mut A,
        other: fn(&mut Self, &str, &mut A) -> Result<(), A::Error>,
    ) -> Result<(), A::Error> {
        match key {
            "timestamp" => self.timestamp_ms = map.next_value()?,
            "radioType" => self.radio = map.next_value()?,
            list => match self.hearing.read_list(list, map) {
                Some(read) => read?,
                None => other(self, key, map)?,
            },
        }
        Ok(())
    }

    fn read_position<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        if key != "position" {
            return skip(map);
        }
        self.position = map.next_value::<Shape<RawFix>>()?.0;
        Ok(())
    }

    /// A member of a position that stands beside the item's own.
    fn read_beside<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match &mut self.position {
            Field::Value(raw) => raw.read(key, map),
            Field::Missing | Field::Wrong => skip(map),
        }
    }

    fn read_v0<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "time" => self.timestamp_ms = map.next_value::<Field<Written>>()?.map(|at| at.0),
            "radio" => self.radio = map.next_value()?,
            "wifi" => self.hearing.each(map, |heard, entry: Field<Old<_>>| {
                heard.wifi(entry.map(|old| old.0));
            })?,
            "blue" => self.hearing.each(map, |heard, entry: Field<Old<_>>| {
                heard.ble(entry.map(|old| old.0));
            })?,
            "cell" => self.hearing.each(map, |heard, entry: Field<Old<_>>| {
                heard.cell(entry.map(|old| old.0));
            })?,
            other => self.read_beside(fix_name(other), map)?,
        }
        Ok(())
    }

    /// The report, or why there is none. Entries of a refused item are counted all the same.
    pub(crate) fn into_report(
        self,
        now: Timestamp,
        refusals: &mut Refusals,
    ) -> Result<Report, Reason> {
        let heard = self.hearing.finish(self.radio);
        refusals.merge(&heard.refusals);
        let fix = match self.position {
            Field::Missing => return Err(Reason::ReportWithoutPosition),
            Field::Wrong => return Err(Reason::ReportPlaceImpossible),
            Field::Value(raw) => raw.fix(refusals)?,
        };
        let timestamp = instant(self.timestamp_ms, now, refusals);
        Report::new(timestamp, fix, heard.observations).ok_or(Reason::ReportWithoutTransmitters)
    }
}
