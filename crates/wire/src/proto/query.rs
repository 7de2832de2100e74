//! `LocateRequest`.

use super::entries::{cell, radio, wifi, write_heard};
use super::reader::Message;
use super::writer::Writer;
use crate::field::Field;
use crate::geolocate::{LocateRequest, RawFallbacks, RawQuery};
use crate::json::DecodeError;
use crate::limits::QUERY_ID_CHARS_MAX;
use cairn_report::Observation;

/// A query with the name its sender gave it.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// What is asked.
    pub request: LocateRequest,
    /// Comes back with the answer; empty where none was given.
    pub id: String,
}

/// Decodes a `LocateRequest`; no bytes are an empty query.
///
/// # Errors
/// [`DecodeError::Proto`] when the bytes are no message of this kind.
///
/// # Cost
/// One pass; memory for what is kept.
pub fn decode_query(bytes: &[u8]) -> Result<Query, DecodeError> {
    let mut raw = RawQuery::default();
    let mut id = String::new();
    Message::root(bytes).each(|number, value| {
        match (number, value.message()) {
            (1, Some(entry)) => raw.hearing.wifi(wifi(entry)?),
            (2, Some(entry)) => raw.hearing.ble(wifi(entry)?),
            (3, Some(entry)) => raw.hearing.cell(cell(entry)?),
            (4, None) => raw.radio = radio(value),
            (5, None) => raw.consider_ip = value.truth(),
            (6, Some(section)) => raw.fallbacks = fallbacks(section)?,
            (7, None) => raw.uncertainty = value.truth(),
            (8, Some(text)) => id = String::from_utf8_lossy(text.bytes).into_owned(),
            _ => {}
        }
        Ok(())
    })?;
    if id.chars().count() > QUERY_ID_CHARS_MAX {
        return Err(DecodeError::TooLong { field: "id", max: QUERY_ID_CHARS_MAX });
    }
    Ok(Query { request: raw.into_request(), id })
}

fn fallbacks(section: Message<'_>) -> Result<Field<RawFallbacks>, DecodeError> {
    let mut raw = RawFallbacks::default();
    section.each(|number, value| {
        match number {
            1 => raw.ip = value.truth(),
            2 => raw.area = value.truth(),
            _ => {}
        }
        Ok(())
    })?;
    Ok(Field::Value(raw))
}

/// A `LocateRequest` that [`decode_query`] reads back to the same observations; asks for no fallback, and
/// for the radii at all levels.
pub fn encode_query(observations: &[Observation], id: &str) -> Vec<u8> {
    let mut to = Writer::default();
    write_heard(&mut to, 1, observations);
    to.stated(5, 0);
    to.uint(7, 1);
    to.text(8, id);
    to.into_bytes()
}
