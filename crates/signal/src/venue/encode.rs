//! A learned model as bytes.
//!
//! Little-endian: `VEN6`; origin lat i32, lng i32 (1e-7°); number of networks u32; number of levels u8,
//! 1 for a draft u8, two bytes of 0; number of transmitters u32; [`Promise::FLOATS`] f32 of the promise;
//! [`Shares::FLOATS`] f32, how much the prints count; the levels, i8 each, rising; the networks' keys, u64 each, rising;
//! for each network its transmitter's number, u32; for each transmitter a scale f32 and `net::ROWS` i8 of its rows;
//! for each a scale f32 and `BASIS` i8 a level, what it says of levels by itself; then of each layer the biases
//! and the weights, f32; then the prints (`prints`). Nothing else, nothing less. A model of version 5,
//! `VEN5`, does not say what scans it was tried on ([`Promise::FLOATS_5`]); one of version 4, `VEN4`, nor how far its net is off.

use super::fuse::Shares;
use super::layer::ROW_BYTES;
use super::learn::Effort;
use super::net::Net;
use super::networks::Networks;
use super::promise::Promise;
use cairn_ground::LatLng;

/// How a model begins. Source: choice, the layout above.
pub(super) const MAGIC: [u8; 4] = *b"VEN6";
/// How one of the version before begins. Source: as [`MAGIC`].
pub(super) const MAGIC_5: [u8; 4] = *b"VEN5";
/// How one of the version before that begins. Source: as [`MAGIC`].
pub(super) const MAGIC_4: [u8; 4] = *b"VEN4";
pub(super) const HEAD_BYTES: usize = 20;
pub(super) const KEY_BYTES: usize = 8;
pub(super) const NUMBER_BYTES: usize = 4;

/// All that a model is.
pub(super) struct Learned<'a> {
    pub(super) net: &'a Net,
    pub(super) origin: LatLng,
    /// Those it knows.
    pub(super) networks: &'a Networks,
    /// Levels, rising.
    pub(super) levels: &'a [i8],
    pub(super) promise: Promise,
    pub(super) shares: Shares,
    /// Its prints' bytes.
    pub(super) prints: &'a [u8],
    pub(super) effort: Effort,
}

/// The bytes of a model.
pub(super) fn encode(learned: &Learned<'_>) -> Vec<u8> {
    let (lat_e7, lng_e7) = learned.origin.to_e7();
    let Networks { keys, transmitters, n_transmitters } = learned.networks;
    let mut bytes = Vec::with_capacity(keys.len() * KEY_BYTES + n_transmitters * ROW_BYTES);
    bytes.extend(MAGIC);
    bytes.extend(lat_e7.to_le_bytes());
    bytes.extend(lng_e7.to_le_bytes());
    bytes.extend(u32::try_from(keys.len()).unwrap_or(0).to_le_bytes());
    bytes.extend([
        u8::try_from(learned.levels.len()).unwrap_or(0),
        u8::from(learned.effort == Effort::Draft),
        0,
        0,
    ]);
    bytes.extend(u32::try_from(*n_transmitters).unwrap_or(0).to_le_bytes());
    bytes.extend(learned.promise.floats().into_iter().flat_map(f32::to_le_bytes));
    bytes.extend(learned.shares.floats().into_iter().flat_map(f32::to_le_bytes));
    bytes.extend(learned.levels.iter().map(|level| level.cast_unsigned()));
    bytes.extend(keys.iter().flat_map(|key| key.to_le_bytes()));
    bytes.extend(transmitters.iter().flat_map(|number| number.to_le_bytes()));
    for transmitter in 0..*n_transmitters {
        put_rows(&mut bytes, learned.net.rows_of(transmitter));
    }
    for transmitter in 0..*n_transmitters {
        put_rows(&mut bytes, learned.net.levels.rows_of(transmitter));
    }
    for layer in &learned.net.layers {
        bytes.extend(layer.biases.iter().chain(&layer.weights).flat_map(|n| n.to_le_bytes()));
    }
    bytes.extend(learned.prints);
    bytes
}

/// Writes rows in steps of a 127th of the largest.
fn put_rows(bytes: &mut Vec<u8>, rows: &[f32]) {
    let largest = rows.iter().map(|value| value.abs()).fold(1e-9, f32::max);
    let scale = largest / 127.0;
    bytes.extend(scale.to_le_bytes());
    #[expect(clippy::cast_possible_truncation, reason = "at most ±127")]
    let steps = rows.iter().map(|value| ((value / scale).round() as i8).cast_unsigned());
    bytes.extend(steps);
}
