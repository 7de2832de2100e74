//! The columns of the table `readings`: one row per reading.
//!
//! Ids are signed 64-bit numbers, because engines read unsigned ones as decimals. The columns `kind` to
//! `app` say what and whose a reading is, `lat_e7` to `surveyed` repeat the evidence, the rest is the reading.

use arrow_schema::{DataType, Field, Schema, SchemaRef};
use std::sync::Arc;

/// Kind of the transmitter: 0 Wi-Fi, 1 Bluetooth, 2 GSM, 3 WCDMA, 4 LTE, 5 NR.
pub const KIND: usize = 0;
/// High part of the transmitter, see [`crate::key_of`].
pub const TX_HI: usize = 1;
/// Low part of the transmitter.
pub const TX_LO: usize = 2;
/// The evidence's identity.
pub const EVIDENCE: usize = 3;
/// The voice.
pub const VOICE: usize = 4;
/// Days since 1970-01-01.
pub const DAY: usize = 5;
/// Tag of the submission.
pub const SUBMISSION: usize = 6;
/// Ordinal of the evidence within the submission.
pub const REPORT: usize = 7;
/// Tag of the app's name and version, when stated.
pub const APP: usize = 8;
/// Latitude of the evidence's place, 1e-7 degree.
pub const LAT_E7: usize = 9;
/// Longitude of the evidence's place, 1e-7 degree.
pub const LNG_E7: usize = 10;
/// Claimed standard deviation of the fix per axis, m.
pub const FIX_SIGMA_M: usize = 11;
/// Level of the building.
pub const FLOOR: usize = 12;
/// Height as the phone states it, m.
pub const HEIGHT_M: usize = 13;
/// Standard deviation of that height, m.
pub const HEIGHT_SIGMA_M: usize = 14;
/// Whether the place was surveyed.
pub const SURVEYED: usize = 15;
/// Latitude of where the reading was taken, 1e-7 degree.
pub const HEARD_LAT_E7: usize = 16;
/// Longitude of where the reading was taken, 1e-7 degree.
pub const HEARD_LNG_E7: usize = 17;
/// Standard deviation per axis of that place, m.
pub const SIGMA_M: usize = 18;
/// Received power, dBm.
pub const RSSI_DBM: usize = 19;
/// Time between the reading and the fix, ms.
pub const GAP_MS: usize = 20;
/// Whether another report of the submission lists the reading younger.
pub const REPEATED: usize = 21;
/// Centre frequency, MHz.
pub const FREQUENCY_MHZ: usize = 22;
/// The cell's unit within its channel.
pub const UNIT: usize = 23;
/// Timing advance, in the radio's steps.
pub const TIMING_ADVANCE: usize = 24;

/// Name, type and whether a row may lack it, in the order of the constants above.
const COLUMNS: [(&str, DataType, bool); 25] = [
    ("kind", DataType::Int8, false),
    ("tx_hi", DataType::Int64, false),
    ("tx_lo", DataType::Int64, false),
    ("evidence", DataType::Int64, false),
    ("voice", DataType::Int64, false),
    ("day", DataType::Date32, false),
    ("submission", DataType::Int64, false),
    ("report", DataType::Int32, false),
    ("app", DataType::Int64, true),
    ("lat_e7", DataType::Int32, false),
    ("lng_e7", DataType::Int32, false),
    ("fix_sigma_m", DataType::Float32, true),
    ("floor", DataType::Int8, true),
    ("height_m", DataType::Float32, true),
    ("height_sigma_m", DataType::Float32, true),
    ("surveyed", DataType::Boolean, false),
    ("heard_lat_e7", DataType::Int32, false),
    ("heard_lng_e7", DataType::Int32, false),
    ("sigma_m", DataType::Float32, false),
    ("rssi_dbm", DataType::Int8, true),
    ("gap_ms", DataType::Int32, false),
    ("repeated", DataType::Boolean, false),
    ("frequency_mhz", DataType::Int32, true),
    ("unit", DataType::Int32, true),
    ("timing_advance", DataType::Int32, true),
];

/// The columns a file is sorted by, rising, none of them ever absent.
pub const SORTED_BY: [usize; 6] = [KIND, TX_HI, TX_LO, EVIDENCE, SUBMISSION, REPORT];

/// The table's schema.
pub fn readings() -> SchemaRef {
    let fields = COLUMNS.map(|(name, kind, may_lack)| Field::new(name, kind, may_lack));
    Arc::new(Schema::new(fields.to_vec()))
}

/// A column's name.
pub fn name_of(column: usize) -> &'static str {
    COLUMNS.get(column).map_or("?", |(name, _, _)| name)
}
