//! The 17 payload bytes of a record of versions 1 and 2, which are read and no longer written; spec § 10.

use crate::TransmitterRecord;
use crate::record::kind_agrees;
use crate::scale::{
    OBSERVATIONS, REACH_M_V2 as REACH_M, SIGMA_M_V2 as SIGMA_M, VOICES, coordinate_deg,
    direction_sin_cos,
};
use cairn_ground::{Covariance, Day, Floor, LatLng, Mobility, TransmitterKey, TransmitterKind};

/// Length of a payload.
pub(crate) const PAYLOAD_BYTES: usize = 17;

/// A record's columns, without its key.
pub(crate) type Payload = [u8; PAYLOAD_BYTES];

/// The code of "none" in the columns reference power and floor.
const NONE: i8 = i8::MIN;

const SIGMA_LONG: usize = 7;
const SIGMA_SHORT: usize = 8;
const DIRECTION: usize = 9;
const REACH: usize = 10;
const REFERENCE: usize = 11;
const KIND: usize = 12;
const COUNTS: usize = 15;
const FLOOR: usize = 16;

/// The record of a payload that [`check`] accepts; `None` for another.
#[inline]
pub(crate) fn decode(key: TransmitterKey, payload: &Payload) -> Option<TransmitterRecord> {
    let p = payload;
    let coordinates = u64::from_le_bytes([p[0], p[1], p[2], p[3], p[4], p[5], p[6], 0]);
    let low_28 = |n: u64| u32::try_from(n & 0x0fff_ffff).unwrap_or(0);
    let lat_deg = coordinate_deg(low_28(coordinates >> 28), 90.0);
    let lng_deg = coordinate_deg(low_28(coordinates), 180.0);
    let reference = p[REFERENCE].cast_signed();
    Some(TransmitterRecord {
        key,
        kind: TransmitterKind::from_number(p[KIND] & 7)?,
        place: LatLng::new(lat_deg, lng_deg).ok()?,
        covariance: ellipse(p[SIGMA_LONG], p[SIGMA_SHORT], p[DIRECTION]),
        reach_m: REACH_M.decode(p[REACH]),
        reference_dbm: (reference != NONE).then(|| f32::from(reference)),
        mobility: Mobility::from_number(p[KIND] >> 3 & 3)?,
        last_day: Day::new(u16::from_le_bytes([p[KIND + 1], p[KIND + 2]])),
        voices: VOICES[usize::from(p[COUNTS] & 15)],
        observations: OBSERVATIONS[usize::from(p[COUNTS] >> 4)],
        floor: floor_of(p[FLOOR].cast_signed()).ok()?,
    })
}

/// Whether a payload is canonical: what [`encode`] could have written for this key.
pub(crate) fn check(key: TransmitterKey, payload: &Payload) -> Result<(), &'static str> {
    let p = payload;
    if p[KIND] >> 5 != 0 {
        return Err("reserved bits are set");
    }
    let kind = TransmitterKind::from_number(p[KIND] & 7).ok_or("unknown kind")?;
    if !kind_agrees(key, kind) {
        return Err("kind and key disagree");
    }
    Mobility::from_number(p[KIND] >> 3 & 3).ok_or("unknown mobility")?;
    floor_of(p[FLOOR].cast_signed())?;
    let is_circle = p[SIGMA_LONG] == p[SIGMA_SHORT];
    if p[SIGMA_LONG] < p[SIGMA_SHORT] || (is_circle && p[DIRECTION] != 0) {
        return Err("ellipse is not canonical");
    }
    Ok(())
}

fn floor_of(code: i8) -> Result<Option<Floor>, &'static str> {
    if code == NONE {
        return Ok(None);
    }
    Floor::new(i32::from(code)).map(Some).or(Err("floor is out of range"))
}

fn ellipse(long: u8, short: u8, direction: u8) -> Covariance {
    let long_m2 = SIGMA_M.decode(long).powi(2);
    if long == short {
        return Covariance::circular(long_m2);
    }
    let short_m2 = SIGMA_M.decode(short).powi(2);
    let (sin, cos) = direction_sin_cos(direction);
    Covariance {
        ee_m2: (long_m2 * cos).mul_add(cos, short_m2 * sin * sin),
        en_m2: (long_m2 - short_m2) * sin * cos,
        nn_m2: (long_m2 * sin).mul_add(sin, short_m2 * cos * cos),
    }
}

#[cfg(test)]
#[path = "payload_v2_tests.rs"]
mod tests;
