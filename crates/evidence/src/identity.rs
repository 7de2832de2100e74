//! The keyless hash that makes a report sent twice one piece of evidence (E3).

use crate::EvidenceId;
use cairn_report::{Observation, Report};

/// Milliseconds in an hour. Source: 60 · 60 · 1,000.
const HOUR_MS: i64 = 3_600_000;

/// The content's hash: the place to 1e-7°, the hour, the source, and of every observation the transmitter, its power, age
/// and frequency.
///
/// Not in it: the floor, the height, and an observation's unit, timing advance or range. Two copies of a report that
/// differ in these alone are one piece of evidence, of which the map keeps the copy that states more.
///
/// The hour and not the instant: whoever holds evidence knows all the rest, and could find an exact
/// instant within a day by trying 86 million of them. Two reports of one hour, one place to the
/// centimetre and the very same readings teach the same thing, so nothing is lost.
pub(crate) fn evidence_id(report: &Report) -> EvidenceId {
    let fix = report.fix();
    let (lat_e7, lng_e7) = fix.place.to_e7();
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"cairn evidence 1");
    hasher.update(&lat_e7.to_le_bytes());
    hasher.update(&lng_e7.to_le_bytes());
    hasher.update(&report.timestamp().ms().div_euclid(HOUR_MS).to_le_bytes());
    hasher.update(&[fix.source as u8]);
    for observation in report.observations() {
        hasher.update(&bytes_of(observation));
    }
    EvidenceId(first_u64(&hasher.finalize()))
}

/// One observation in 24 bytes: key and kind, power in centi-dBm, age, frequency; absences have
/// values that no reading has.
fn bytes_of(observation: &Observation) -> [u8; 24] {
    let kind = observation.transmitter.kind() as u64;
    let key = kind << 56 | observation.transmitter.key().get();
    #[expect(clippy::cast_possible_truncation, reason = "at most ±20,000 centi-dBm")]
    let power = observation.power.map_or(i32::MIN, |dbm| (dbm.get() * 100.0).round() as i32);
    let frequency = observation.frequency_mhz.map_or(u64::MAX, u64::from);
    let mut bytes = [0; 24];
    bytes[..8].copy_from_slice(&key.to_le_bytes());
    bytes[8..12].copy_from_slice(&power.to_le_bytes());
    bytes[12..16].copy_from_slice(&observation.age.get().to_le_bytes());
    bytes[16..].copy_from_slice(&frequency.to_le_bytes());
    bytes
}

/// The first eight bytes of a digest as a number.
pub(crate) fn first_u64(digest: &blake3::Hash) -> u64 {
    let b = digest.as_bytes();
    u64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]])
}
