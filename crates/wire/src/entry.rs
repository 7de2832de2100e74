//! Entries as they were written, and what their values may be.

use crate::field::{Field, Object, Shape, skip};
use crate::hint::is_unstated;
use crate::range::RawRange;
use crate::words::{Address, Wish};
use cairn_ground::{AgeMs, AreaId, CellId, CellRadio, Dbm, RttRange, is_known_mcc};
use cairn_report::{Reason, Refusals};
use serde::de::MapAccess;
use std::ops::RangeInclusive;

/// A Wi-Fi or Bluetooth entry as it was written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RawRadio {
    pub(crate) address: Field<Address>,
    pub(crate) wish: Field<Wish>,
    pub(crate) power_dbm: Field<f64>,
    pub(crate) age_ms: Field<f64>,
    pub(crate) frequency_mhz: Field<f64>,
    pub(crate) channel: Field<f64>,
    pub(crate) range: Field<RttRange>,
}

impl Object for RawRadio {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "macAddress" => self.address = map.next_value()?,
            "signalStrength" => self.power_dbm = map.next_value()?,
            "age" => self.age_ms = map.next_value()?,
            "frequency" => self.frequency_mhz = map.next_value()?,
            "channel" => self.channel = map.next_value()?,
            "ssid" => self.wish = map.next_value()?,
            "estimatedDistance" => {
                self.range = map.next_value::<Shape<RawRange>>()?.0.and_then(|raw| raw.settle());
            }
            _ => skip(map)?,
        }
        Ok(())
    }
}

/// A cell entry as it was written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RawCell {
    pub(crate) radio: Field<CellRadio>,
    pub(crate) mcc: Field<f64>,
    pub(crate) mnc: Field<f64>,
    pub(crate) mcc_text: Field<f64>,
    pub(crate) mnc_text: Field<f64>,
    pub(crate) area: Field<f64>,
    pub(crate) cell: Field<f64>,
    pub(crate) new_radio_cell: Field<f64>,
    pub(crate) power_dbm: Field<f64>,
    pub(crate) asu: Field<f64>,
    pub(crate) age_ms: Field<f64>,
    pub(crate) unit: Field<f64>,
    pub(crate) timing_advance: Field<f64>,
}

impl Object for RawCell {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "radioType" => self.radio = map.next_value()?,
            "mobileCountryCode" => self.mcc = map.next_value()?,
            "mobileNetworkCode" => self.mnc = map.next_value()?,
            "mobileCountryCodeStr" => self.mcc_text = map.next_value()?,
            "mobileNetworkCodeStr" => self.mnc_text = map.next_value()?,
            "locationAreaCode" => self.area = map.next_value()?,
            "cellId" => self.cell = map.next_value()?,
            "newRadioCellId" => self.new_radio_cell = map.next_value()?,
            "signalStrength" => self.power_dbm = map.next_value()?,
            "asu" => self.asu = map.next_value()?,
            "psc" | "primaryScramblingCode" | "physicalCellId" => {
                self.unit = self.unit.or(map.next_value()?);
            }
            "timingAdvance" => self.timing_advance = map.next_value()?,
            "age" => self.age_ms = map.next_value()?,
            _ => skip(map)?,
        }
        Ok(())
    }
}

impl RawCell {
    /// The identity under a radio, or why there is none.
    pub(crate) fn identity(&self, radio: CellRadio) -> Result<CellId, Reason> {
        let cell = whole(self.stated_cell())?;
        let id = match self.area_parts()? {
            (mcc, Some(mnc), area) => CellId::new(radio, mcc, mnc, area, cell),
            (mcc, None, area) => CellId::of_unknown_network(radio, mcc, area, cell),
        };
        id.map_err(|_off| Reason::EntryIdentityImpossible)
    }

    /// The area under a radio: what an entry is good for when its cell is not known.
    pub(crate) fn area_identity(&self, radio: CellRadio) -> Result<AreaId, Reason> {
        let id = match self.area_parts()? {
            (mcc, Some(mnc), area) => AreaId::new(radio, mcc, mnc, area),
            (mcc, None, area) => AreaId::of_unknown_network(radio, mcc, area),
        };
        id.map_err(|_off| Reason::EntryIdentityImpossible)
    }

    /// Whether the entry has a unit and names no cell: one that names a cell and is refused for another
    /// member is no neighbor.
    pub(crate) fn is_neighbor(&self) -> bool {
        matches!(self.unit, Field::Value(_)) && is_unstated(self.stated_cell())
    }

    /// The number of the cell, wherever it stands.
    pub(crate) fn stated_cell(&self) -> Field<f64> {
        self.cell.or(self.new_radio_cell)
    }

    /// Country, network and area. Some loggers state no network; one that is stated wrong is refused.
    fn area_parts(&self) -> Result<(u32, Option<u32>, u32), Reason> {
        let mcc = whole(self.mcc.or(self.mcc_text))?;
        let mnc = match self.mnc.or(self.mnc_text) {
            Field::Missing => None,
            stated => Some(whole(stated)?),
        };
        let area = whole(self.area)?;
        let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        if !u16::try_from(mcc).is_ok_and(is_known_mcc) {
            return Err(Reason::EntryIdentityImpossible);
        }
        Ok((small(mcc), mnc.map(small), small(area)))
    }

    pub(crate) fn power(&self, radio: CellRadio, refusals: &mut Refusals) -> Option<Dbm> {
        let plausible = cell_power_dbm(radio);
        let stated = ranged(self.power_dbm, plausible.clone(), Reason::ValuePower, refusals);
        let stated = stated.or_else(|| {
            let asu = self.asu.value().filter(|asu| !ASU_UNKNOWN.contains(asu))?;
            let dbm = if asu < ASU_SWAPPED_BELOW { asu } else { dbm_from_asu(radio, asu) };
            ranged(Field::Value(dbm), plausible, Reason::ValuePower, refusals)
        });
        stated.and_then(dbm)
    }
}

/// Wi-Fi power that receivers report, in dBm. Source: peers.md §2.5.
pub(crate) const WIFI_DBM: RangeInclusive<f64> = -100.0..=-10.0;
/// Bluetooth power that receivers report, in dBm. Source: peers.md §2.5.
pub(crate) const BLE_DBM: RangeInclusive<f64> = -127.0..=0.0;
/// Wi-Fi bands in MHz, 2.4 GHz to 6 GHz.
const WIFI_MHZ: RangeInclusive<f64> = 2_400.0..=7_125.0;
/// Android's "unknown" among the arbitrary strength units. Source: 3GPP TS 27.007 §8.5, §8.69.
const ASU_UNKNOWN: [f64; 2] = [99.0, 255.0];
/// An `asu` below this is a power written into the wrong field. Source: peers.md §2.6.
const ASU_SWAPPED_BELOW: f64 = -5.0;

/// Cell power that receivers report, in dBm. Source: peers.md §2.5; NR as 3GPP TS 38.133 §10.1.6 (RSRP).
fn cell_power_dbm(radio: CellRadio) -> RangeInclusive<f64> {
    match radio {
        CellRadio::Gsm => -113.0..=-51.0,
        CellRadio::Wcdma => -121.0..=-25.0,
        CellRadio::Lte => -140.0..=-43.0,
        CellRadio::Nr => -156.0..=-31.0,
    }
}

/// Power from arbitrary strength units. Source: peers.md §2.6; NR as 3GPP TS 38.133 §10.1.6.
fn dbm_from_asu(radio: CellRadio, asu: f64) -> f64 {
    match radio {
        CellRadio::Gsm => asu.mul_add(2.0, -113.0),
        CellRadio::Wcdma => asu - 116.0,
        CellRadio::Lte => asu - 140.0,
        CellRadio::Nr => asu - 156.0,
    }
}

/// Centre frequency of a Wi-Fi channel; 6 GHz numbers overlap the others and are not guessed.
/// Source: IEEE 802.11-2020 annex E.
fn mhz_from_channel(channel: f64) -> Option<f64> {
    let channel = channel.trunc();
    match channel {
        1.0..=13.0 => Some(channel.mul_add(5.0, 2_407.0)),
        14.0..=14.0 => Some(2_484.0),
        32.0..=177.0 => Some(channel.mul_add(5.0, 5_000.0)),
        _ => None,
    }
}

/// A value inside its range; outside, or of a wrong type, it is counted and dropped.
pub(crate) fn ranged(
    field: Field<f64>,
    range: RangeInclusive<f64>,
    reason: Reason,
    refusals: &mut Refusals,
) -> Option<f64> {
    match field {
        Field::Missing => None,
        Field::Value(value) if range.contains(&value) => Some(value),
        Field::Value(_) | Field::Wrong => {
            refusals.add(reason);
            None
        }
    }
}

/// An age within an hour, else 0 and counted; fractions of a millisecond are cut.
pub(crate) fn age(field: Field<f64>, refusals: &mut Refusals) -> AgeMs {
    #[expect(clippy::cast_possible_truncation, reason = "±3.6e6, checked by the range")]
    let ms =
        ranged(field, -3_600_000.0..=3_600_000.0, Reason::ValueAge, refusals).map(|v| v as i64);
    ms.and_then(|ms| AgeMs::new(ms).ok()).unwrap_or(AgeMs::ZERO)
}

/// A part of an identity: a whole number, fractions cut.
fn whole(field: Field<f64>) -> Result<u64, Reason> {
    match field {
        Field::Wrong => Err(Reason::EntryMalformed),
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 2^53")]
        Field::Value(v) if (0.0..=9e15).contains(&v) => Ok(v as u64),
        Field::Missing | Field::Value(_) => Err(Reason::EntryIdentityImpossible),
    }
}

pub(crate) fn dbm(value: f64) -> Option<Dbm> {
    #[expect(clippy::cast_possible_truncation, reason = "a power of three digits")]
    Dbm::new(value as f32).ok()
}

/// The frequency as stated, else from the channel; counted once when what is stated is impossible.
pub(crate) fn frequency(raw: &RawRadio, refusals: &mut Refusals) -> Option<u16> {
    let from_channel = || match raw.channel {
        Field::Value(channel) => mhz_from_channel(channel).map_or(Field::Wrong, Field::Value),
        other => other,
    };
    let mhz = match raw.frequency_mhz {
        Field::Missing => ranged(from_channel(), WIFI_MHZ, Reason::ValueFrequency, refusals),
        stated => ranged(stated, WIFI_MHZ, Reason::ValueFrequency, refusals)
            .or_else(|| from_channel().value()),
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "2400 to 7125")]
    mhz.map(|mhz| mhz as u16)
}

/// The code of a range, which is kept where a cell has its timing advance; one that is wrong is counted.
pub(crate) fn range_code(range: Field<RttRange>, refusals: &mut Refusals) -> Option<u16> {
    if range == Field::Wrong {
        refusals.add(Reason::ValueOther);
    }
    range.value().map(RttRange::code)
}
