//! One item of a submission: a fix and what was heard around it.

use super::Version;
use super::dialect::{Old, Written};
use crate::field::{Field, Object, Shape};
use crate::heard::Hearing;
use crate::place::{RawFix, instant};
use cairn_ground::{CellRadio, Timestamp};
use cairn_report::{Reason, Refusals, Report};
use serde::de::MapAccess;

/// An item as it was written, under the names of all versions.
#[derive(Debug)]
pub(crate) struct RawItem {
    version: Version,
    pub(crate) timestamp_ms: Field<f64>,
    /// The same as version 0 writes it.
    time_ms: Field<f64>,
    pub(crate) radio_type: Field<CellRadio>,
    /// The same as version 0 names it.
    radio: Field<CellRadio>,
    /// The fix in an object of its own.
    pub(crate) position: Field<RawFix>,
    /// The members of a fix that stand beside the item's own.
    beside: RawFix,
    /// `lat` and `lon` beside the item's own.
    short_lat_lng_deg: [Field<f64>; 2],
    pub(crate) hearing: Hearing,
}

impl Object for RawItem {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "timestamp" => self.timestamp_ms = map.next_value()?,
            "time" => self.time_ms = map.next_value::<Field<Written>>()?.map(|at| at.0),
            "radioType" => self.radio_type = map.next_value()?,
            "radio" => self.radio = map.next_value()?,
            "position" => self.position = map.next_value::<Shape<RawFix>>()?.0,
            "lat" => self.short_lat_lng_deg[0] = map.next_value()?,
            "lon" => self.short_lat_lng_deg[1] = map.next_value()?,
            "wifi" => self.hearing.each(map, |heard, entry: Field<Old<_>>| {
                heard.wifi(entry.map(|old| old.0));
            })?,
            "blue" => self.hearing.each(map, |heard, entry: Field<Old<_>>| {
                heard.ble(entry.map(|old| old.0));
            })?,
            "cell" => self.hearing.each(map, |heard, entry: Field<Old<_>>| {
                heard.cell(entry.map(|old| old.0));
            })?,
            other => match self.hearing.read_list(other, map) {
                Some(read) => read?,
                None => self.beside.read(other, map)?,
            },
        }
        Ok(())
    }
}

impl RawItem {
    /// An empty item.
    pub(crate) fn of(version: Version) -> Self {
        Self {
            version,
            timestamp_ms: Field::Missing,
            time_ms: Field::Missing,
            radio_type: Field::Missing,
            radio: Field::Missing,
            position: Field::Missing,
            beside: RawFix::default(),
            short_lat_lng_deg: [Field::Missing; 2],
            hearing: Hearing::default(),
        }
    }

    /// The fix as it was written: where the version puts it, else where another does.
    fn raw_fix(&self) -> Result<RawFix, Reason> {
        let inside = self.position.value();
        let beside = Some(self.beside);
        let [lat_deg, lng_deg] = self.short_lat_lng_deg;
        let short = Some(RawFix { lat_deg, lng_deg, ..self.beside });
        let places = match self.version {
            Version::V0 => [short, beside, inside],
            Version::V1 => [beside, short, inside],
            Version::V2 => [inside, beside, short],
        };
        let found = places.into_iter().flatten().find(RawFix::has_place);
        found.ok_or(match self.position {
            Field::Wrong => Reason::ReportPlaceImpossible,
            Field::Missing | Field::Value(_) => Reason::ReportWithoutPosition,
        })
    }

    /// Of two fields that say the same, the one of this version.
    fn own<T>(&self, old: Field<T>, new: Field<T>) -> Field<T> {
        if self.version == Version::V0 { old.or(new) } else { new.or(old) }
    }

    /// The report, or why there is none. Entries of a refused item are counted all the same.
    pub(crate) fn into_report(
        self,
        now: Timestamp,
        refusals: &mut Refusals,
    ) -> Result<Report, Reason> {
        let radio = self.own(self.radio, self.radio_type);
        let timestamp_ms = self.own(self.time_ms, self.timestamp_ms);
        let raw_fix = self.raw_fix();
        let heard = self.hearing.finish(radio);
        refusals.merge(&heard.refusals);
        let raw_fix = raw_fix?;
        let mut fix = raw_fix.fix(refusals)?;
        if !raw_fix.says_what_its_height_is_above() {
            (fix.height_hae_m, fix.height_r68_m) = (None, None);
        }
        let timestamp = instant(timestamp_ms, now, refusals);
        Report::new(timestamp, fix, heard.observations).ok_or(Reason::ReportWithoutTransmitters)
    }
}
