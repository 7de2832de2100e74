//! Geolocate: a query ("where am I, hearing these?"), decoded and encoded, and its answer.
//!
//! As kind as `geosubmit`: a broken entry costs itself. Fields: `docs/specs/wire.md`.

mod answer;

pub use answer::{LocateAnswer, decode_answer, encode_answer};

use crate::field::{Field, Object, Scalar, Shape, skip};
use crate::geosubmit::encode::Lists;
use crate::heard::Hearing;
use crate::json::{self, DecodeError};
use cairn_ground::{CellRadio, LatLng, Timestamp};
use cairn_report::{Fix, Observation, Refusals, Report};
use serde::de::MapAccess;

/// A query, decoded.
#[derive(Debug, Clone, PartialEq)]
pub struct LocateRequest {
    /// What was heard: each transmitter once, in the order of their identities, at most
    /// `OBSERVATIONS_PER_REPORT_MAX`.
    pub observations: Vec<Observation>,
    /// `considerIp` as it was sent; true when it was not.
    pub consider_ip: bool,
    /// Whether the client's address may answer: `fallbacks.ipf`, or `considerIp` without `fallbacks`.
    pub fallback_ip: bool,
    /// Whether a cell's area may answer: `fallbacks.lacf`.
    pub fallback_area: bool,
    /// Entries and values refused.
    pub refusals: Refusals,
}

/// Decodes a query; an empty body is an empty query.
///
/// # Errors
/// [`DecodeError`] when the whole body cannot be read: answer 400 with its details.
pub fn decode(body: &[u8]) -> Result<LocateRequest, DecodeError> {
    if body.trim_ascii().is_empty() {
        return Ok(RawQuery::default().into_request());
    }
    let query = json::parse(body, RawQuery::default)?;
    if query.carrier == Field::Wrong {
        return Err(DecodeError::NotText { field: "carrier" });
    }
    Ok(query.into_request())
}

/// A query body that [`decode`] reads back to the same observations; asks for no fallback.
pub fn encode_request(observations: &[Observation]) -> Vec<u8> {
    #[derive(serde::Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body {
        consider_ip: bool,
        #[serde(flatten)]
        heard: Lists,
    }
    let body = Body { consider_ip: false, heard: Lists::of(observations) };
    serde_json::to_vec(&body).unwrap_or_default()
}

/// A string nobody looks at; of the root's unused fields the peers check its type, and so do we.
#[derive(Debug, PartialEq)]
struct Unused;

impl Scalar for Unused {
    fn from_text(_: &str) -> Field<Self> {
        Field::Missing
    }
}

#[derive(Debug, Default)]
struct RawQuery {
    carrier: Field<Unused>,
    consider_ip: Field<bool>,
    fallbacks: Field<RawFallbacks>,
    radio: Field<CellRadio>,
    hearing: Hearing,
}

#[derive(Debug, Clone, Copy, Default)]
struct RawFallbacks {
    ip: Field<bool>,
    area: Field<bool>,
}

impl Object for RawFallbacks {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "ipf" => self.ip = map.next_value()?,
            "lacf" => self.area = map.next_value()?,
            _ => skip(map)?,
        }
        Ok(())
    }
}

impl Object for RawQuery {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "carrier" => self.carrier = map.next_value()?,
            "considerIp" => self.consider_ip = map.next_value()?,
            "fallbacks" => self.fallbacks = map.next_value::<Shape<RawFallbacks>>()?.0,
            "radioType" => self.radio = map.next_value()?,
            list => match self.hearing.read_list(list, map) {
                Some(read) => read?,
                None => skip(map)?,
            },
        }
        Ok(())
    }
}

impl RawQuery {
    fn into_request(self) -> LocateRequest {
        let consider_ip = self.consider_ip.value().unwrap_or(true);
        let (ip, area) = match self.fallbacks.value() {
            Some(section) => (section.ip.value().unwrap_or(true), section.area.value()),
            None => (consider_ip, None),
        };
        let (observations, refusals) = self.hearing.finish(self.radio);
        LocateRequest {
            observations: distinct(observations),
            consider_ip,
            fallback_ip: ip,
            fallback_area: area.unwrap_or(true),
            refusals,
        }
    }
}

/// Each transmitter once, by the rule of a report (R2): the order of a query changes nothing.
fn distinct(observations: Vec<Observation>) -> Vec<Observation> {
    let anywhere = Fix::at(LatLng::wrapped(0.0, 0.0));
    Report::new(Timestamp::from_ms(0), anywhere, observations)
        .map_or_else(Vec::new, |report| report.observations().to_vec())
}

#[cfg(test)]
#[path = "../geolocate_tests.rs"]
mod tests;
