//! Geolocate: a query ("where am I, hearing these?"), decoded and encoded, and its answer.
//!
//! As kind as `geosubmit`: a broken entry costs itself. Fields: `docs/specs/wire.md`.

mod answer;
mod country;
mod query;
mod raw;

pub use crate::hint::Neighbor;
pub(crate) use answer::{EARTH_M, HEIGHTS_M, degrees};
pub use answer::{
    Height, LocateAnswer, add_answer, decode_answer, encode_answer, encode_answer_with_raw,
    radii_of_r95_m,
};
pub use country::encode_country;
pub(crate) use query::{RawFallbacks, RawQuery};
pub use raw::RawNetwork;

use crate::geosubmit::encode::Lists;
use crate::json::{self, DecodeError};
use cairn_ground::AreaId;
use cairn_report::{Observation, Refusals};

/// A query, decoded.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "the wishes of a query, each by its own name")]
pub struct LocateRequest {
    /// What was heard: each transmitter once, in the order of their identities, at most
    /// `OBSERVATIONS_PER_REPORT_MAX`.
    pub observations: Vec<Observation>,
    /// The areas of the cells named, each once, in their order: of entries with a known cell, and of
    /// entries whose cell is missing, 0 or impossible.
    pub areas: Vec<AreaId>,
    /// Cells that have a unit (PSC or PCI) and no identity, in the order of the entries.
    pub neighbors: Vec<Neighbor>,
    /// The country code of each cell entry kept, as often as it was named, in the order of the entries
    /// (entries that leave their radio to the query come last).
    pub mccs: Vec<u16>,
    /// Whether the query named networks in the peers' sense: two Wi-Fi networks, two Bluetooth devices,
    /// or a cell or area. Without, an answer from the address is no fallback.
    pub had_networks: bool,
    /// `considerIp` as it was sent; true when it was not.
    pub consider_ip: bool,
    /// Whether the client's address may answer: `fallbacks.ipf`, or `considerIp` without `fallbacks`.
    pub fallback_ip: bool,
    /// Whether a cell's area may answer: `fallbacks.lacf`.
    pub fallback_area: bool,
    /// `uncertainty` (extension): whether the answer is to carry its radii at all levels.
    pub wants_uncertainty: bool,
    /// `raw` (extension): whether the answer is to list what it knows of each network.
    pub wants_raw: bool,
    /// Entries and values refused.
    pub refusals: Refusals,
}

/// Decodes a query; an empty body is an empty query.
///
/// # Errors
/// [`DecodeError`] when the whole body cannot be read: answer 400 with its details.
pub fn decode(body: &[u8]) -> Result<LocateRequest, DecodeError> {
    let mut request = LocateRequest::default();
    request.read(body)?;
    Ok(request)
}

/// The same by the general reader alone, which costs three times as much.
///
/// What [`decode`] is held to by tests and by fuzzing: for any bytes both say the same.
///
/// # Errors
/// As [`decode`].
pub fn decode_carefully(body: &[u8]) -> Result<LocateRequest, DecodeError> {
    let mut query = RawQuery::default();
    if !body.trim_ascii().is_empty() {
        let text = json::text_of(body)?;
        json::parse_carefully(text, &mut query, |query| *query = RawQuery::default())?;
    }
    query.check()?;
    Ok(query.into_request())
}

impl LocateRequest {
    /// Reads another query in the memory of this one; as [`decode`].
    ///
    /// # Errors
    /// As [`decode`]; what is in the request then says nothing.
    ///
    /// # Cost
    /// One pass over the text; no allocation once the lists have grown, but for texts with escapes and cells
    /// that leave their radio to the query.
    pub fn read(&mut self, body: &[u8]) -> Result<(), DecodeError> {
        let mut query = RawQuery::within(self);
        if !body.trim_ascii().is_empty() {
            json::parse_into(body, &mut query, |query| *query = RawQuery::default())?;
        }
        query.check()?;
        query.settle(self);
        Ok(())
    }
}

/// A query body that [`decode`] reads back to the same observations; asks for no fallback, and for the
/// radii at all levels.
pub fn encode_request(observations: &[Observation]) -> Vec<u8> {
    encode_heard(observations, &[])
}

/// The same with neighbor cells: all of a query that a place by radio depends on, and nothing else of it.
pub fn encode_heard(observations: &[Observation], neighbors: &[Neighbor]) -> Vec<u8> {
    #[derive(serde::Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body {
        consider_ip: bool,
        uncertainty: bool,
        #[serde(flatten)]
        heard: Lists,
    }
    let body = Body {
        consider_ip: false,
        uncertainty: true,
        heard: Lists::of(observations).with(neighbors),
    };
    serde_json::to_vec(&body).unwrap_or_default()
}

#[cfg(test)]
#[path = "../geolocate_tests.rs"]
mod tests;
