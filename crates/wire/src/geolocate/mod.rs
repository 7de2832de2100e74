//! Geolocate: a query ("where am I, hearing these?"), decoded and encoded, and its answer.
//!
//! As kind as `geosubmit`: a broken entry costs itself. Fields: `docs/specs/wire.md`.

mod answer;
mod country;
mod raw;

pub use crate::hint::Neighbor;
pub(crate) use answer::{EARTH_M, HEIGHTS_M, degrees};
pub use answer::{
    Height, LocateAnswer, add_answer, decode_answer, encode_answer, encode_answer_with_raw,
    radii_of_r95_m,
};
pub use country::encode_country;
pub use raw::RawNetwork;

use crate::field::{Field, Object, Scalar, Shape, skip};
use crate::geosubmit::encode::Lists;
use crate::heard::{Heard, Hearing};
use crate::json::{self, DecodeError};
use cairn_ground::{AreaId, CellRadio, TransmitterId};
use cairn_report::{Observation, Refusals, distinct};
use serde::de::MapAccess;
use std::mem::take;

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
        if query.carrier == Field::Wrong {
            return Err(DecodeError::NotText { field: "carrier" });
        }
        query.settle(self);
        Ok(())
    }
}

/// A query body that [`decode`] reads back to the same observations; asks for no fallback, and for the
/// radii at all levels.
pub fn encode_request(observations: &[Observation]) -> Vec<u8> {
    #[derive(serde::Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body {
        consider_ip: bool,
        uncertainty: bool,
        #[serde(flatten)]
        heard: Lists,
    }
    let body = Body { consider_ip: false, uncertainty: true, heard: Lists::of(observations) };
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

#[derive(Debug)]
pub(crate) struct RawQuery {
    carrier: Field<Unused>,
    pub(crate) consider_ip: Field<bool>,
    pub(crate) uncertainty: Field<bool>,
    raw: Field<bool>,
    pub(crate) fallbacks: Field<RawFallbacks>,
    pub(crate) radio: Field<CellRadio>,
    pub(crate) hearing: Hearing,
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RawFallbacks {
    pub(crate) ip: Field<bool>,
    pub(crate) area: Field<bool>,
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
            "uncertainty" => self.uncertainty = map.next_value()?,
            "raw" => self.raw = map.next_value()?,
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

impl Default for RawQuery {
    fn default() -> Self {
        Self {
            carrier: Field::Missing,
            consider_ip: Field::Missing,
            uncertainty: Field::Missing,
            raw: Field::Missing,
            fallbacks: Field::Missing,
            radio: Field::Missing,
            hearing: Hearing::of_query(),
        }
    }
}

impl RawQuery {
    /// What is asked.
    pub(crate) fn into_request(self) -> LocateRequest {
        let mut request = LocateRequest::default();
        self.settle(&mut request);
        request
    }

    /// A query in the memory of one that is answered.
    fn within(request: &mut LocateRequest) -> Self {
        let (observations, areas) = (take(&mut request.observations), take(&mut request.areas));
        let hearing = Hearing::of_query_in(observations, areas, take(&mut request.neighbors));
        Self { hearing, ..Self::default() }
    }

    fn settle(self, request: &mut LocateRequest) {
        let consider_ip = self.consider_ip.value().unwrap_or(true);
        let (ip, area) = match self.fallbacks.value() {
            Some(section) => (section.ip.value().unwrap_or(true), section.area.value()),
            None => (consider_ip, None),
        };
        let Heard { mut observations, mut areas, neighbors, refusals } =
            self.hearing.finish(self.radio);
        distinct(&mut observations);
        let mut mccs = take(&mut request.mccs);
        mccs.clear();
        mccs.extend(areas.iter().map(|area| area.mcc()));
        areas.sort_unstable();
        areas.dedup();
        *request = LocateRequest {
            had_networks: had_networks(&observations, &areas),
            mccs,
            areas,
            observations,
            neighbors,
            wants_uncertainty: self.uncertainty.value().unwrap_or(false),
            wants_raw: self.raw.value().unwrap_or(false),
            consider_ip,
            fallback_ip: ip,
            fallback_area: area.unwrap_or(true),
            refusals,
        };
    }
}

/// Source: peers.md §2.5 (fewer than two of a list count as none) and §2.7 (what a fallback is).
fn had_networks(distinct: &[Observation], areas: &[AreaId]) -> bool {
    let count = |is: fn(&TransmitterId) -> bool| {
        distinct.iter().filter(|observation| is(&observation.transmitter)).count()
    };
    !areas.is_empty()
        || count(|id| matches!(id, TransmitterId::Wifi(_))) >= 2
        || count(|id| matches!(id, TransmitterId::Ble(_))) >= 2
}

#[cfg(test)]
#[path = "../geolocate_tests.rs"]
mod tests;
