//! `SubmitRequest` and `SubmitResponse`.

use super::entries::{cell, radio, wifi, write_heard};
use super::reader::{Message, Value};
use super::writer::Writer;
use crate::field::Field;
use crate::geosubmit::{Decoded, RawItem, Version};
use crate::json::DecodeError;
use crate::place::RawFix;
use cairn_ground::Timestamp;
use cairn_report::limits::REPORTS_PER_BATCH_MAX;
use cairn_report::{FixSource, Report};

/// Decodes a `SubmitRequest`; `now` is taken for reports with no or an impossible timestamp.
///
/// # Errors
/// [`DecodeError`] when the bytes are no message of this kind, or none at all.
pub fn decode_submission(bytes: &[u8], now: Timestamp) -> Result<Decoded, DecodeError> {
    if bytes.is_empty() {
        return Err(DecodeError::Missing { field: "reports" });
    }
    let mut decoded = Decoded::default();
    Message::root(bytes).each(|number, value| {
        match (number, value.message()) {
            (1, Some(_)) if decoded.reports.len() >= REPORTS_PER_BATCH_MAX => {
                decoded.refuse_over_limit();
            }
            (1, Some(report)) => decoded.take(Field::Value(item(report)?), now),
            _ => {}
        }
        Ok(())
    })?;
    Ok(decoded)
}

/// `Report`.
fn item(report: Message<'_>) -> Result<RawItem, DecodeError> {
    let mut raw = RawItem::of(Version::V2);
    report.each(|number, value| {
        match (number, value.message()) {
            (1, None) => raw.timestamp_ms = value.int(),
            (2, Some(position)) => raw.position = Field::Value(fix(position)?),
            (3, Some(entry)) => raw.hearing.wifi(wifi(entry)?),
            (4, Some(entry)) => raw.hearing.ble(wifi(entry)?),
            (5, Some(entry)) => raw.hearing.cell(cell(entry)?),
            (6, None) => raw.radio_type = radio(value),
            _ => {}
        }
        Ok(())
    })?;
    Ok(raw)
}

/// `Position`.
fn fix(position: Message<'_>) -> Result<RawFix, DecodeError> {
    let mut raw = RawFix::default();
    position.each(|number, value| {
        match number {
            1 => raw.lat_deg = value.double(),
            2 => raw.lng_deg = value.double(),
            3 => raw.r68_m = value.double(),
            5 => raw.height_r68_m = value.double(),
            6 => raw.age_ms = value.signed(),
            7 => raw.pressure_hpa = value.double(),
            8 => raw.speed_m_s = value.double(),
            9 => raw.floor = value.signed(),
            10 => raw.source = source(value),
            11 => raw.height_hae_m = value.double(),
            _ => {}
        }
        Ok(())
    })?;
    // What its height is above is in the field's name.
    if raw.source == Field::Missing {
        raw.source = Field::Value(FixSource::Gnss);
    }
    Ok(raw)
}

fn source(value: Value<'_>) -> Field<FixSource> {
    let known = SOURCES.into_iter().find(|(number, _)| value.uint() == Some(*number));
    known.map_or(Field::Missing, |(_, source)| Field::Value(source))
}

/// The numbers of sources; another, as with the peers' words, is a satellite receiver's.
const SOURCES: [(u64, FixSource); 5] = [
    (1, FixSource::Gnss),
    (2, FixSource::Fused),
    (3, FixSource::Manual),
    (4, FixSource::Query),
    (5, FixSource::Survey),
];

/// A `SubmitRequest` that [`decode_submission`] reads back to the same reports.
pub fn encode_submission(reports: &[Report]) -> Vec<u8> {
    let mut to = Writer::default();
    for report in reports {
        to.message(1, |to| write_report(to, report));
    }
    to.into_bytes()
}

fn write_report(to: &mut Writer, report: &Report) {
    let fix = report.fix();
    to.stated(1, report.timestamp().ms().cast_unsigned());
    to.message(2, |to| {
        to.double(1, fix.place.lat_deg());
        to.double(2, fix.place.lng_deg());
        let metres = fix.r68.map(cairn_ground::Meters::get);
        let narrow = |value: Option<f32>| value.map(f64::from);
        let others = [
            (3, metres),
            (11, narrow(fix.height_hae_m)),
            (5, narrow(fix.height_r68_m)),
            (7, narrow(fix.pressure_hpa)),
            (8, narrow(fix.speed_m_s)),
        ];
        for (field, value) in others {
            if let Some(value) = value {
                to.double(field, value);
            }
        }
        to.signed(6, i64::from(fix.age.get()));
        if let Some(floor) = fix.floor {
            to.signed(9, i64::from(floor.get()));
        }
        let number = SOURCES.into_iter().find(|(_, source)| *source == fix.source);
        to.uint(10, number.map_or(0, |(number, _)| number));
    });
    write_heard(to, 3, report.observations());
}

/// A `SubmitResponse`.
pub fn encode_taken(n_kept: usize, n_refused: usize) -> Vec<u8> {
    let mut to = Writer::default();
    to.uint(1, n_kept as u64);
    to.uint(2, n_refused as u64);
    to.into_bytes()
}
