//! What one report or query heard: entries from any format, judged and counted one by one.

use crate::entry::{BLE_DBM, RawCell, RawRadio, WIFI_DBM, age, dbm, frequency, range_code, ranged};
use crate::field::{Each, Field, ListShape, Object};
use crate::hint::{Neighbor, hint, timing_advance_max, unit_max};
use crate::once::Once;
use crate::words::{Address, Wish};
use cairn_ground::{AreaId, CellRadio, TransmitterId};
use cairn_report::{Observation, Reason, Refusals};
use serde::de::MapAccess;
use std::ops::RangeInclusive;

/// What one report or query heard, and what was refused of it.
#[derive(Debug, Default)]
pub(crate) struct Hearing {
    observations: Once<Observation>,
    /// Cells that wait for the radio of the object around them.
    waiting: Once<RawCell>,
    /// The areas of cells, where somebody asks for them.
    areas: Option<Once<AreaId>>,
    /// Cells of a query that have a unit and no identity.
    neighbors: Once<Neighbor>,
    pub(crate) refusals: Refusals,
}

/// What was heard, settled.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) observations: Vec<Observation>,
    /// The area of each cell entry kept, in the order of the entries; empty for a report.
    pub(crate) areas: Vec<AreaId>,
    /// Cells without an identity, in the order of the entries; empty for a report.
    pub(crate) neighbors: Vec<Neighbor>,
    pub(crate) refusals: Refusals,
}

impl Hearing {
    /// For a query: a cell entry without a known cell serves as its area.
    pub(crate) fn of_query() -> Self {
        Self { areas: Some(Once::default()), ..Self::default() }
    }

    /// The same in the memory of a query before.
    pub(crate) fn of_query_in(
        observations: Vec<Observation>,
        areas: Vec<AreaId>,
        neighbors: Vec<Neighbor>,
    ) -> Self {
        Self {
            observations: Once::within(observations),
            areas: Some(Once::within(areas)),
            neighbors: Once::within(neighbors),
            ..Self::default()
        }
    }

    /// Reads the list of `key`; `None` when the key is no list of entries.
    pub(crate) fn read_list<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        map: &mut A,
    ) -> Option<Result<(), A::Error>> {
        Some(match key {
            "wifiAccessPoints" => self.each(map, Self::wifi),
            "bluetoothBeacons" => self.each(map, Self::ble),
            "cellTowers" => self.each(map, Self::cell),
            _ => return None,
        })
    }

    /// Reads one list, entry by entry; a value that is no list is refused once.
    pub(crate) fn each<'de, A: MapAccess<'de>, T: Object + Default>(
        &mut self,
        map: &mut A,
        take: impl Fn(&mut Self, Field<T>),
    ) -> Result<(), A::Error> {
        let shape = map.next_value_seed(Each::new(|entry| take(self, entry)))?;
        if shape == ListShape::NotAList {
            self.refusals.add(Reason::EntryMalformed);
        }
        Ok(())
    }

    pub(crate) fn wifi(&mut self, entry: Field<RawRadio>) {
        self.radio(entry, TransmitterId::Wifi, WIFI_DBM);
    }

    pub(crate) fn ble(&mut self, entry: Field<RawRadio>) {
        // A beacon's name is no network's name, and `frequency` means nothing here.
        let entry = match entry {
            Field::Value(raw) => {
                let (frequency_mhz, channel) = (Field::Missing, Field::Missing);
                Field::Value(RawRadio { wish: Field::Missing, frequency_mhz, channel, ..raw })
            }
            other => other,
        };
        self.radio(entry, TransmitterId::Ble, BLE_DBM);
    }

    fn radio(
        &mut self,
        entry: Field<RawRadio>,
        id: fn(cairn_ground::Bssid) -> TransmitterId,
        plausible_dbm: RangeInclusive<f64>,
    ) {
        match self.radio_identity(entry, id) {
            Ok((raw, id)) => {
                let counts = &mut self.refusals;
                let power = ranged(raw.power_dbm, plausible_dbm, Reason::ValuePower, counts);
                let observation = Observation {
                    power: power.and_then(dbm),
                    age: age(raw.age_ms, counts),
                    frequency_mhz: frequency(&raw, counts),
                    timing_advance: range_code(raw.range, counts),
                    ..Observation::of(id)
                };
                if let Err(reason) = self.observations.keep(observation) {
                    self.refusals.add(reason);
                }
            }
            Err(reason) => self.refusals.add(reason),
        }
    }

    fn radio_identity(
        &mut self,
        entry: Field<RawRadio>,
        id: fn(cairn_ground::Bssid) -> TransmitterId,
    ) -> Result<(RawRadio, TransmitterId), Reason> {
        let raw = entry.value().ok_or(Reason::EntryMalformed)?;
        let address = match raw.address {
            Field::Missing | Field::Value(Address(None)) => {
                return Err(Reason::EntryIdentityImpossible);
            }
            Field::Wrong => return Err(Reason::EntryMalformed),
            Field::Value(Address(Some(address))) => address,
        };
        match raw.wish {
            Field::Value(Wish::Hidden) => return Err(Reason::EntryHidden),
            Field::Value(Wish::OptedOut) => return Err(Reason::EntryOptedOut),
            Field::Wrong => self.refusals.add(Reason::ValueOther),
            Field::Missing | Field::Value(Wish::None) => {}
        }
        let id = id(address);
        self.observations.room(&id)?;
        Ok((raw, id))
    }

    pub(crate) fn cell(&mut self, entry: Field<RawCell>) {
        let kept = match entry {
            Field::Missing | Field::Wrong => Err(Reason::EntryMalformed),
            Field::Value(raw) => match raw.radio {
                Field::Value(radio) => self.keep_cell(&raw, radio),
                Field::Wrong => Err(Reason::EntryIdentityImpossible),
                Field::Missing => self.wait(raw),
            },
        };
        if let Err(reason) = kept {
            self.refusals.add(reason);
        }
    }

    /// Only a cell that could have an identity waits, so that waiting stays bounded.
    fn wait(&mut self, raw: RawCell) -> Result<(), Reason> {
        if self.areas.is_some() {
            if !raw.is_neighbor() {
                raw.area_identity(CellRadio::Nr)?;
            }
        } else {
            raw.identity(CellRadio::Nr)?;
        }
        self.waiting.keep(raw)
    }

    fn keep_cell(&mut self, raw: &RawCell, radio: CellRadio) -> Result<(), Reason> {
        let id = match (raw.identity(radio), &self.areas) {
            (Ok(id), _) => id,
            (Err(_), Some(_)) => return self.keep_unknown(raw, radio),
            (Err(reason), None) => return Err(reason),
        };
        self.observations.room(&TransmitterId::Cell(id))?;
        if let Some(areas) = &mut self.areas {
            // No more areas than cells and entries of areas: one past the limit is of a cell that is kept.
            let _kept_without_its_area = areas.keep(id.area_id());
        }
        // The identity may have turned a long GSM cell into WCDMA; the power follows what was said.
        let power = raw.power(radio, &mut self.refusals);
        let age = age(raw.age_ms, &mut self.refusals);
        let unit = hint(raw.unit, unit_max(radio), &mut self.refusals);
        // A timing advance is of the identity: WCDMA has none, whatever was said.
        let steps_max = timing_advance_max(id.radio());
        let timing_advance = hint(raw.timing_advance, steps_max, &mut self.refusals);
        let heard = Observation::of(TransmitterId::Cell(id));
        self.observations.keep(Observation { power, age, unit, timing_advance, ..heard })
    }

    /// An entry of a query whose cell is not known, or cannot be, serves as its area, as a neighbor, or both.
    fn keep_unknown(&mut self, raw: &RawCell, radio: CellRadio) -> Result<(), Reason> {
        if !raw.is_neighbor() {
            return self.keep_area(raw, radio);
        }
        let Some(unit) = hint(raw.unit, unit_max(radio), &mut self.refusals) else {
            return self.keep_area(raw, radio);
        };
        if self.neighbors.room(&(radio, unit)).is_err() {
            return self.keep_area(raw, radio);
        }
        let power = raw.power(radio, &mut self.refusals);
        let age = age(raw.age_ms, &mut self.refusals);
        self.neighbors.keep(Neighbor { radio, unit, power, age })?;
        if raw.area_identity(radio).is_ok() { self.keep_area(raw, radio) } else { Ok(()) }
    }

    /// The area of such an entry.
    fn keep_area(&mut self, raw: &RawCell, radio: CellRadio) -> Result<(), Reason> {
        let area = raw.area_identity(radio)?;
        let Some(areas) = &mut self.areas else { return Err(Reason::EntryIdentityImpossible) };
        areas.keep(area)?;
        if raw.stated_cell() != Field::Missing {
            self.refusals.add(Reason::ValueOther);
        }
        Ok(())
    }

    /// Settles the cells that waited and hands out what was heard, in the order it was written.
    pub(crate) fn finish(mut self, radio: Field<CellRadio>) -> Heard {
        for raw in std::mem::take(&mut self.waiting).into_all() {
            let kept = match radio {
                Field::Value(radio) => self.keep_cell(&raw, radio),
                Field::Missing | Field::Wrong => Err(Reason::EntryIdentityImpossible),
            };
            if let Err(reason) = kept {
                self.refusals.add(reason);
            }
        }
        let Self { observations, areas, neighbors, refusals, .. } = self;
        Heard {
            observations: observations.into_all(),
            areas: areas.unwrap_or_default().into_all(),
            neighbors: neighbors.into_all(),
            refusals,
        }
    }
}

#[cfg(test)]
#[path = "heard_tests.rs"]
mod tests;
