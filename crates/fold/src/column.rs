//! The columns a fold reads, by the names the archive's table gives them.

use arrow_schema::DataType;

/// Kind of the transmitter.
pub const KIND: &str = "kind";
/// High half of the transmitter's identity.
pub const TX_HI: &str = "tx_hi";
/// Low half of the transmitter's identity.
pub const TX_LO: &str = "tx_lo";
/// The evidence's identity.
pub const EVIDENCE: &str = "evidence";
/// The voice.
pub const VOICE: &str = "voice";
/// The day.
pub const DAY: &str = "day";
/// σ of the fix, m.
pub const FIX_SIGMA_M: &str = "fix_sigma_m";
/// Level of the building.
pub const FLOOR: &str = "floor";
/// Height, m.
pub const HEIGHT_M: &str = "height_m";
/// True when the place was surveyed.
pub const SURVEYED: &str = "surveyed";
/// Latitude of the reading, 1e-7 degrees.
pub const HEARD_LAT_E7: &str = "heard_lat_e7";
/// Longitude of the reading, 1e-7 degrees.
pub const HEARD_LNG_E7: &str = "heard_lng_e7";
/// σ of the reading's place, m.
pub const SIGMA_M: &str = "sigma_m";
/// Received power, dBm.
pub const RSSI_DBM: &str = "rssi_dbm";
/// True for what another report of the submission lists younger.
pub const REPEATED: &str = "repeated";
/// Frequency, MHz.
pub const FREQUENCY_MHZ: &str = "frequency_mhz";
/// PSC or PCI.
pub const UNIT: &str = "unit";
/// Timing advance, in the radio's steps.
pub const TIMING_ADVANCE: &str = "timing_advance";
/// A part's bytes.
pub const PART: &str = "part";
/// Chosen voices' bytes.
pub const CHOSEN: &str = "chosen";

/// What names one transmitter: what engines group by.
pub const KEY: [(&str, DataType); 3] =
    [(KIND, DataType::Int8), (TX_HI, DataType::Int64), (TX_LO, DataType::Int64)];

/// What a fold reads of a row, in the order its engines pass it.
pub const FOLDED: [(&str, DataType); 17] = [
    (KIND, DataType::Int8),
    (TX_HI, DataType::Int64),
    (TX_LO, DataType::Int64),
    (EVIDENCE, DataType::Int64),
    (VOICE, DataType::Int64),
    (DAY, DataType::Date32),
    (FLOOR, DataType::Int8),
    (HEIGHT_M, DataType::Float32),
    (SURVEYED, DataType::Boolean),
    (HEARD_LAT_E7, DataType::Int32),
    (HEARD_LNG_E7, DataType::Int32),
    (SIGMA_M, DataType::Float32),
    (RSSI_DBM, DataType::Int8),
    (REPEATED, DataType::Boolean),
    (FREQUENCY_MHZ, DataType::Int32),
    (UNIT, DataType::Int32),
    (TIMING_ADVANCE, DataType::Int32),
];

/// What the choice of voices reads of a row, in the order its engines pass it.
pub const CHOSEN_BY: [(&str, DataType); 2] =
    [(VOICE, DataType::Int64), (FIX_SIGMA_M, DataType::Float32)];
