//! The fixed hash that decides what is kept: keyless, so that every worker and every year agrees.

use cairn_evidence::{EvidenceId, Voice};
use cairn_ground::TransmitterId;

/// Salt of a vote's rank.
const VOTE: u64 = 0x9c1a_51b6_0f64_e1d3;
/// Salt of a voice's rank at one transmitter.
const VOICE: u64 = 0x3d8f_07c2_a4be_9b17;
/// Salt of an evidence's rank in the calibration sample.
const SAMPLE: u64 = 0x6ad1_92e8_574c_33f9;
/// Salt of a voice's rank in the calibration sample.
const SAMPLE_VOICE: u64 = 0xb7e4_5d09_c86f_7a25;

/// Salt of a fingerprint's rank within its voice.
const FINGERPRINT: u64 = 0x51c7_e80b_3a96_d24f;
/// Salt of a height's rank within its voice and tile.
const HEIGHT: u64 = 0x8a35_c4d1_6e90_2bf7;
/// Salt of a voice's rank in a block.
const PLACE_VOICE: u64 = 0xe205_94f3_7b1d_6c8a;

/// Source: Steele, Lea, Flood, *Fast splittable pseudorandom number generators* (2014), `mix64`,
/// with David Stafford's variant 13 constants.
pub(crate) const fn mix(mut x: u64) -> u64 {
    x ^= x >> 30;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^= x >> 27;
    x = x.wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}

/// Key and kind as one number: distinct for distinct transmitters as far as keys are.
fn number(id: TransmitterId) -> u64 {
    (id.kind() as u64) << 56 | id.key().get()
}

/// Rank of an evidence's vote at a transmitter; the same whoever's voice it is.
pub(crate) fn vote_rank(evidence: EvidenceId, transmitter: TransmitterId) -> u64 {
    mix(mix(evidence.0 ^ VOTE) ^ number(transmitter))
}

/// Rank of a voice at a transmitter: each transmitter keeps another choice of voices.
pub(crate) fn voice_rank(voice: Voice, transmitter: TransmitterId) -> u64 {
    mix(mix(voice.0 ^ VOICE) ^ number(transmitter))
}

/// Rank of an evidence in the calibration sample.
pub(crate) const fn sample_rank(evidence: EvidenceId) -> u64 {
    mix(mix(evidence.0 ^ SAMPLE))
}

/// Rank of a voice in the calibration sample.
pub(crate) const fn sample_voice_rank(voice: Voice) -> u64 {
    mix(mix(voice.0 ^ SAMPLE_VOICE))
}

/// Rank of a fingerprint among its voice's.
pub(crate) const fn fingerprint_rank(evidence: EvidenceId) -> u64 {
    mix(mix(evidence.0 ^ FINGERPRINT))
}

/// Rank of a voice in a block.
pub(crate) const fn place_voice_rank(voice: Voice) -> u64 {
    mix(mix(voice.0 ^ PLACE_VOICE))
}

/// Rank of a height stated at a place, among a voice's.
pub(crate) const fn height_rank((lat_e7, lng_e7): (i32, i32), height_m: i16) -> u64 {
    let place = (lat_e7.cast_unsigned() as u64) << 32 | lng_e7.cast_unsigned() as u64;
    mix(mix(place ^ HEIGHT) ^ height_m.cast_unsigned() as u64)
}

/// The part of the map a transmitter lives in, below 2^`bits`.
pub(crate) fn shard_of(transmitter: TransmitterId, bits: u32) -> usize {
    usize::try_from(mix(number(transmitter)) >> (64 - bits)).unwrap_or(0)
}
