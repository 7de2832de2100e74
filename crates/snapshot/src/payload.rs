//! The 15 payload bytes of a record: one number of 120 bits; columns, units and errors are in the spec, § 5.

use crate::TransmitterRecord;
use crate::record::kind_agrees;
use crate::scale::{
    OBSERVATIONS, REACH_M, SIGMA_M, VOICES, class_of, coordinate_code, coordinate_deg,
    direction_code, direction_sin_cos,
};
use cairn_ground::{Covariance, Day, Floor, LatLng, Mobility, TransmitterKey, TransmitterKind};

/// Length of a payload.
pub(crate) const PAYLOAD_BYTES: usize = 15;

/// A record's columns, without its key.
pub(crate) type Payload = [u8; PAYLOAD_BYTES];

/// A column: where its bits begin, and how many there are.
#[derive(Clone, Copy)]
struct Column(u32, u32);

const OBSERVATIONS_CLASS: Column = Column(0, 4);
const VOICES_CLASS: Column = Column(4, 4);
/// Mobility and floor as one number: [`FLOORS`] · mobility + floor's code.
const STANDING: Column = Column(8, 9);
const DAY: Column = Column(17, 14);
const CELL_KIND: Column = Column(31, 2);
const REFERENCE: Column = Column(33, 7);
const REACH: Column = Column(40, 7);
/// Steps that the short axis is below the long one.
const FLATNESS: Column = Column(47, 5);
const DIRECTION: Column = Column(52, 5);
const SIGMA_LONG: Column = Column(57, 7);
const LNG: Column = Column(64, 28);
const LAT: Column = Column(92, 28);

/// Codes of a floor: −20 to 120, and none.
const FLOORS: u32 = 142;
/// The code of no floor.
const NO_FLOOR: u32 = 141;
/// The lowest floor.
const FLOOR_MIN: i32 = -20;
/// The code of no reference power.
const NO_REFERENCE: u32 = 127;
/// The reference power of code 0, dBm.
const REFERENCE_MIN_DBM: f32 = -90.0;
/// Day of code 0: 2000-01-01.
const DAY_MIN: u16 = 10_957;
/// Directions told apart in half a turn.
const DIRECTIONS: u16 = 32;
/// The number of the first kind of cell.
const CELL_KIND_MIN: u32 = TransmitterKind::Gsm as u32;

impl Column {
    /// The column of a payload's number.
    #[inline]
    fn of(self, number: u128) -> u32 {
        let low = u32::try_from(number >> self.0 & 0xffff_ffff).unwrap_or(0);
        low & ((1 << self.1) - 1)
    }

    /// A value in its place.
    #[inline]
    fn at(self, value: u32) -> u128 {
        debug_assert!(value < 1 << self.1, "{value} in {} bits", self.1);
        u128::from(value) << self.0
    }
}

/// The number that a payload is.
#[inline]
fn number(payload: &Payload) -> u128 {
    // Two overlapping words: bytes put together in memory would have to be waited for.
    let word = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |word| u64::from_le_bytes(*word));
    let (low, high) = (word(payload.first_chunk()), word(payload.last_chunk()) >> 8);
    u128::from(high) << 64 | u128::from(low)
}

/// The payload of a record; `None` when a number is not finite or the kind is not the key's.
pub(crate) fn encode(record: &TransmitterRecord) -> Option<Payload> {
    let Covariance { ee_m2, en_m2, nn_m2 } = record.covariance;
    let is_finite = [ee_m2, en_m2, nn_m2, record.reach_m].iter().all(|n| n.is_finite());
    let is_reference_finite = record.reference_dbm.is_none_or(f32::is_finite);
    if !(is_finite && is_reference_finite && kind_agrees(record.key, record.kind)) {
        return None;
    }
    let [long, flatness, direction] = ellipse_codes(&record.covariance);
    let floor = record.floor.map_or(NO_FLOOR, |floor| {
        (i32::from(floor.get()) - FLOOR_MIN).unsigned_abs().min(NO_FLOOR - 1)
    });
    let kind = if record.kind.is_cell() { record.kind as u32 - CELL_KIND_MIN } else { 0 };
    let number = LAT.at(coordinate_code(record.place.lat_deg(), 90.0))
        | LNG.at(coordinate_code(record.place.lng_deg(), 180.0))
        | SIGMA_LONG.at(long)
        | DIRECTION.at(direction)
        | FLATNESS.at(flatness)
        | REACH.at(u32::from(REACH_M.encode(record.reach_m)))
        | REFERENCE.at(reference_code(record.reference_dbm))
        | CELL_KIND.at(kind)
        | DAY.at(u32::from(record.last_day.get().saturating_sub(DAY_MIN)).min((1 << DAY.1) - 1))
        | STANDING.at(FLOORS * record.mobility as u32 + floor)
        | VOICES_CLASS.at(u32::from(class_of(&VOICES, record.voices)))
        | OBSERVATIONS_CLASS.at(u32::from(class_of(&OBSERVATIONS, record.observations)));
    let mut payload = [0; PAYLOAD_BYTES];
    payload.copy_from_slice(&number.to_le_bytes()[..PAYLOAD_BYTES]);
    Some(payload)
}

/// The record of a payload that [`check`] accepts; `None` for another.
#[expect(clippy::inline_always, reason = "measured: a call and a copy of the record, 4 ns a key")]
#[inline(always)]
pub(crate) fn decode(key: TransmitterKey, payload: &Payload) -> Option<TransmitterRecord> {
    let n = number(payload);
    let lat_deg = coordinate_deg(LAT.of(n), 90.0);
    let lng_deg = coordinate_deg(LNG.of(n), 180.0);
    let standing = STANDING.of(n);
    Some(TransmitterRecord {
        key,
        kind: kind_of(key, CELL_KIND.of(n))?,
        place: LatLng::new(lat_deg, lng_deg).ok()?,
        covariance: ellipse(SIGMA_LONG.of(n), FLATNESS.of(n), DIRECTION.of(n)),
        reach_m: REACH_M.decode(small(REACH.of(n))),
        reference_dbm: reference_of(REFERENCE.of(n)),
        mobility: Mobility::from_number(small(standing / FLOORS))?,
        last_day: Day::new(DAY_MIN + u16::try_from(DAY.of(n)).ok()?),
        voices: VOICES[VOICES_CLASS.of(n) as usize],
        observations: OBSERVATIONS[OBSERVATIONS_CLASS.of(n) as usize],
        floor: floor_of(standing % FLOORS),
    })
}

/// Whether a payload is canonical: what [`encode`] could have written for this key.
pub(crate) fn check(key: TransmitterKey, payload: &Payload) -> Result<(), &'static str> {
    let n = number(payload);
    if kind_of(key, CELL_KIND.of(n)).is_none() {
        return Err("kind and key disagree");
    }
    if STANDING.of(n) >= 3 * FLOORS {
        return Err("unknown mobility");
    }
    let (flatness, direction) = (FLATNESS.of(n), DIRECTION.of(n));
    if flatness > SIGMA_LONG.of(n) || (flatness == 0 && direction != 0) {
        return Err("ellipse is not canonical");
    }
    Ok(())
}

/// The observations class, which decides between two records of one key.
pub(crate) const fn observations_code(payload: &Payload) -> u8 {
    payload[0] & 15
}

/// A column of at most 8 bits.
fn small(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

/// The kind that a key's tag and the number among the cells' kinds name.
fn kind_of(key: TransmitterKey, cell_kind: u32) -> Option<TransmitterKind> {
    let kind = match (key.get() >> 54, cell_kind) {
        (0, 0) => TransmitterKind::Wifi,
        (1, 0) => TransmitterKind::Ble,
        (2, _) => TransmitterKind::from_number(small(CELL_KIND_MIN + cell_kind))?,
        _ => return None,
    };
    Some(kind)
}

fn floor_of(code: u32) -> Option<Floor> {
    let level = i32::try_from(code).ok()? + FLOOR_MIN;
    if code == NO_FLOOR { None } else { Floor::new(level).ok() }
}

fn reference_code(reference_dbm: Option<f32>) -> u32 {
    let Some(dbm) = reference_dbm else { return NO_REFERENCE };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..=126 on the same line"
    )]
    let code = (dbm - REFERENCE_MIN_DBM).round().clamp(0.0, 126.0) as u32;
    code
}

fn reference_of(code: u32) -> Option<f32> {
    (code != NO_REFERENCE).then(|| f32::from(small(code)) + REFERENCE_MIN_DBM)
}

/// Codes of the long axis, of how many steps the short one is below it, and of the direction; a circle
/// has direction 0.
fn ellipse_codes(covariance: &Covariance) -> [u32; 3] {
    let (long_m, short_m, angle_rad) = covariance.axes();
    let (long, short) = (SIGMA_M.encode(long_m), SIGMA_M.encode(short_m));
    let flatness = long.saturating_sub(short).min(31);
    let direction = if flatness == 0 { 0 } else { direction_code(angle_rad, DIRECTIONS) };
    [u32::from(long), u32::from(flatness), u32::from(direction)]
}

#[inline]
fn ellipse(long: u32, flatness: u32, direction: u32) -> Covariance {
    // Of a circle too: with direction 0 and equal axes nothing is rounded.
    let long_m2 = SIGMA_M.decode(small(long)).powi(2);
    let short_m2 = SIGMA_M.decode(small(long.saturating_sub(flatness))).powi(2);
    let (sin, cos) = direction_sin_cos(small(direction * 256 / u32::from(DIRECTIONS)));
    covariance_of(long_m2, short_m2, (sin, cos))
}

/// The covariance of an ellipse with these squared axes in this direction.
#[inline]
#[expect(
    clippy::suboptimal_flops,
    reason = "measured: a fused operation is a call here, 3 ns each"
)]
fn covariance_of(long_m2: f64, short_m2: f64, (sin, cos): (f64, f64)) -> Covariance {
    Covariance {
        ee_m2: long_m2 * cos * cos + short_m2 * sin * sin,
        en_m2: (long_m2 - short_m2) * sin * cos,
        nn_m2: long_m2 * sin * sin + short_m2 * cos * cos,
    }
}

#[cfg(test)]
#[path = "payload_tests.rs"]
mod tests;
