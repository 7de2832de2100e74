//! A query as it was written, member by member, and what is asked with it.

use super::LocateRequest;
use crate::field::{Field, Object, Scalar, Shape, skip};
use crate::heard::{Heard, Hearing};
use crate::json::DecodeError;
use crate::quick::{Cursor, GaveUp};
use cairn_ground::{AreaId, CellRadio, TransmitterId};
use cairn_report::{Observation, distinct};
use serde::de::MapAccess;
use std::mem::take;

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

    fn read_quickly(&mut self, key: &str, from: &mut Cursor<'_>) -> Result<bool, GaveUp> {
        match key {
            "wifiAccessPoints" => from.radios(|entry| self.hearing.wifi(entry)),
            "bluetoothBeacons" => from.radios(|entry| self.hearing.ble(entry)),
            _ => Ok(false),
        }
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

    /// Whether the root has no type that the peers refuse.
    pub(super) fn check(&self) -> Result<(), DecodeError> {
        let is_wrong = self.carrier == Field::Wrong;
        if is_wrong { Err(DecodeError::NotText { field: "carrier" }) } else { Ok(()) }
    }

    /// A query in the memory of one that is answered.
    pub(super) fn within(request: &mut LocateRequest) -> Self {
        let (observations, areas) = (take(&mut request.observations), take(&mut request.areas));
        let hearing = Hearing::of_query_in(observations, areas, take(&mut request.neighbors));
        Self { hearing, ..Self::default() }
    }

    /// The same into a query.
    pub(super) fn settle(self, request: &mut LocateRequest) {
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
