//! What was heard, as messages: entries that go through the same judgement as the JSON's.

use super::reader::{Message, Value};
use super::writer::Writer;
use crate::entry::{RawCell, RawRadio};
use crate::field::{Field, Scalar as _};
use crate::json::DecodeError;
use crate::range::range;
use crate::words::{Address, Wish};
use cairn_ground::{Bssid, CellId, CellRadio, RttRange, TransmitterId};
use cairn_report::Observation;

/// An address; bits above the 48 are no address.
fn address(value: Value<'_>) -> Field<Address> {
    let Some(bits) = value.bits() else { return Field::Missing };
    let is_address = bits >> 48 == 0;
    let bssid = is_address.then(|| Bssid::from_u48(bits)).filter(|bssid| bssid.is_usable());
    Field::Value(Address(bssid))
}

/// A radio by its number; 0 says nothing.
pub(super) fn radio(value: Value<'_>) -> Field<CellRadio> {
    match value.uint() {
        None | Some(0) => Field::Missing,
        Some(1) => Field::Value(CellRadio::Gsm),
        Some(2) => Field::Value(CellRadio::Wcdma),
        Some(3) => Field::Value(CellRadio::Lte),
        Some(4) => Field::Value(CellRadio::Nr),
        Some(_) => Field::Wrong,
    }
}

const fn radio_number(radio: CellRadio) -> u64 {
    match radio {
        CellRadio::Gsm => 1,
        CellRadio::Wcdma => 2,
        CellRadio::Lte => 3,
        CellRadio::Nr => 4,
    }
}

/// `WifiAccessPoint`, and `BluetoothBeacon`, whose numbers are the same as far as it goes.
pub(super) fn wifi(message: Message<'_>) -> Result<Field<RawRadio>, DecodeError> {
    let mut raw = RawRadio::default();
    message.each(|number, value| {
        match number {
            1 => raw.address = address(value),
            2 => raw.power_dbm = value.signed(),
            3 => raw.age_ms = value.signed(),
            4 => raw.frequency_mhz = value.unsigned(),
            5 => raw.channel = value.unsigned(),
            6 => {
                raw.wish = value.message().map_or(Field::Missing, |name| {
                    Wish::from_text(&String::from_utf8_lossy(name.bytes))
                });
            }
            7 => raw.range = value.message().map_or(Ok(Field::Missing), rtt_range)?,
            _ => {}
        }
        Ok(())
    })?;
    Ok(Field::Value(raw))
}

/// `RttRange`.
fn rtt_range(message: Message<'_>) -> Result<Field<RttRange>, DecodeError> {
    let (mut distance_m, mut sigma_m) = (Field::Missing, Field::Missing);
    message.each(|number, value| {
        match number {
            1 => distance_m = value.double(),
            2 => sigma_m = value.double(),
            _ => {}
        }
        Ok(())
    })?;
    Ok(range(distance_m, sigma_m))
}

/// `CellTower`.
pub(super) fn cell(message: Message<'_>) -> Result<Field<RawCell>, DecodeError> {
    let mut raw = RawCell::default();
    message.each(|number, value| {
        match number {
            1 => raw.radio = radio(value),
            2 => raw.mcc = value.unsigned(),
            3 => raw.mnc = value.unsigned(),
            4 => raw.area = value.unsigned(),
            5 => raw.cell = value.unsigned(),
            6 => raw.power_dbm = value.signed(),
            7 => raw.age_ms = value.signed(),
            8 => raw.unit = value.unsigned(),
            9 => raw.timing_advance = value.unsigned(),
            _ => {}
        }
        Ok(())
    })?;
    Ok(Field::Value(raw))
}

/// Writes what was heard into the lists that begin at the field `first`.
pub(super) fn write_heard(to: &mut Writer, first: u32, observations: &[Observation]) {
    for heard in observations {
        match heard.transmitter {
            TransmitterId::Wifi(bssid) => {
                to.message(first, |entry| write_radio(entry, bssid, heard));
            }
            TransmitterId::Ble(bssid) => {
                to.message(first + 1, |entry| write_radio(entry, bssid, heard));
            }
            TransmitterId::Cell(id) => to.message(first + 2, |entry| write_cell(entry, id, heard)),
        }
    }
}

fn write_radio(to: &mut Writer, bssid: Bssid, heard: &Observation) {
    to.fixed64(1, bssid.to_u48());
    write_power_and_age(to, [2, 3], heard);
    if let Some(mhz) = heard.frequency_mhz {
        to.uint(4, u64::from(mhz));
    }
    if let Some(range) = heard.range() {
        to.message(7, |inside| {
            inside.double(1, range.distance_m());
            inside.double(2, range.sigma_m());
        });
    }
}

fn write_cell(to: &mut Writer, id: CellId, heard: &Observation) {
    to.uint(1, radio_number(id.radio()));
    to.uint(2, u64::from(id.mcc()));
    if let Some(mnc) = id.mnc() {
        to.stated(3, u64::from(mnc));
    }
    to.uint(4, u64::from(id.area()));
    to.uint(5, id.cell());
    write_power_and_age(to, [6, 7], heard);
    if let Some(unit) = heard.unit {
        to.stated(8, u64::from(unit));
    }
    if let Some(steps) = heard.timing_advance {
        to.stated(9, u64::from(steps));
    }
}

fn write_power_and_age(to: &mut Writer, [power, age]: [u32; 2], heard: &Observation) {
    if let Some(dbm) = heard.power {
        #[expect(clippy::cast_possible_truncation, reason = "a power of three digits")]
        to.signed(power, dbm.get().round() as i64);
    }
    to.signed(age, i64::from(heard.age.get()));
}
