//! The 17 payload bytes of a record; columns, units and errors are listed in the spec, § 5.

use crate::TransmitterRecord;
use crate::record::kind_agrees;
use crate::scale::{
    OBSERVATIONS, REACH_M, SIGMA_M, VOICES, class_of, coordinate_code, coordinate_deg,
    direction_code, direction_sin_cos,
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

/// The payload of a record; `None` when a number is not finite or the kind is not the key's.
pub(crate) fn encode(record: &TransmitterRecord) -> Option<Payload> {
    let Covariance { ee_m2, en_m2, nn_m2 } = record.covariance;
    let is_finite = [ee_m2, en_m2, nn_m2, record.reach_m].iter().all(|n| n.is_finite());
    let is_reference_finite = record.reference_dbm.is_none_or(f32::is_finite);
    if !(is_finite && is_reference_finite && kind_agrees(record.key, record.kind)) {
        return None;
    }
    let mut payload = [0; PAYLOAD_BYTES];
    let lat = u64::from(coordinate_code(record.place.lat_deg(), 90.0));
    let lng = u64::from(coordinate_code(record.place.lng_deg(), 180.0));
    payload[..7].copy_from_slice(&(lat << 28 | lng).to_le_bytes()[..7]);
    let [long, short, direction] = ellipse_codes(&record.covariance);
    payload[SIGMA_LONG] = long;
    payload[SIGMA_SHORT] = short;
    payload[DIRECTION] = direction;
    payload[REACH] = REACH_M.encode(record.reach_m);
    payload[REFERENCE] = reference_code(record.reference_dbm).cast_unsigned();
    payload[KIND] = record.kind as u8 | (record.mobility as u8) << 3;
    payload[KIND + 1..COUNTS].copy_from_slice(&record.last_day.get().to_le_bytes());
    payload[COUNTS] =
        class_of(&VOICES, record.voices) | class_of(&OBSERVATIONS, record.observations) << 4;
    payload[FLOOR] = record.floor.map_or(NONE, Floor::get).cast_unsigned();
    Some(payload)
}

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

/// The observations class, which decides between two records of one key.
pub(crate) const fn observations_code(payload: &Payload) -> u8 {
    payload[COUNTS] >> 4
}

fn floor_of(code: i8) -> Result<Option<Floor>, &'static str> {
    if code == NONE {
        return Ok(None);
    }
    Floor::new(i32::from(code)).map(Some).or(Err("floor is out of range"))
}

fn reference_code(reference_dbm: Option<f32>) -> i8 {
    let Some(dbm) = reference_dbm else { return NONE };
    #[expect(clippy::cast_possible_truncation, reason = "clamped to i8 on the same line")]
    let code = dbm.round().clamp(-127.0, 127.0) as i8;
    code
}

/// Codes of the long axis, the short axis and the direction; a circle has direction 0.
fn ellipse_codes(covariance: &Covariance) -> [u8; 3] {
    let (long_m, short_m, angle_rad) = covariance.axes();
    let (long, short) = (SIGMA_M.encode(long_m), SIGMA_M.encode(short_m));
    [long, short, if long == short { 0 } else { direction_code(angle_rad) }]
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
#[path = "payload_tests.rs"]
mod tests;
