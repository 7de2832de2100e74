//! The checkpoint: a map as bytes, canonical and checksummed.
//!
//! Little-endian throughout. Equal maps are equal bytes; bytes that are not exactly what `encode`
//! writes for some map are refused (M4). Version 4 (1 kept several votes of one
//! rank, 2 at most 24 voices of a cell, 3 none for being late):
//!
//! | part | layout |
//! |---|---|
//! | head | `CAIRNMAP`, version u16, number of polls u64 |
//! | poll, rising by transmitter | transmitter, first day u16, last day u16, ballots u8 (≥ 1) |
//! | ballot, rising by rank | voice u64, votes u8 (≥ 1); the rank is recomputed |
//! | vote, rising | rank u64, lat i32 e-7°, lng i32 e-7°, sigma u16, day u16, dBm i8, floor i8, flags u8, unit u16, timing advance u16, height i16 m |
//! | sample | voices u8; each: voice u64, evidence u8 (≥ 1) |
//! | evidence, rising by rank | id u64, lat i32, lng i32, fix sigma u16 (65,535 none), floor i8, height i16 m and, if stated, its sigma u16, day u16, surveyed u8, readings u8 (≥ 1) |
//! | reading, rising by transmitter | transmitter, dBm i8, sigma u16, gap u16 ms, frequency u16 MHz (0 none), of a cell unit u16 and timing advance u16 |
//! | places | blocks u32; each, rising: H3 index u64, voices u16 (≥ 1); each: voice u64, fingerprints u16 (≥ 1) |
//! | fingerprint, rising by rank | rank u64, lat i32, lng i32, floor i8, day u16, readings u8 (≥ 4) |
//! | its reading, rising by key | key u64, dBm i8, age u8 in 128 ms |
//! | foot | BLAKE3 of all before it, 32 bytes |
//!
//! A transmitter is its kind u8 and six octets (Wi-Fi, Bluetooth), or MCC u16, MNC u16, area u32,
//! cell u64; an MNC of 65,535 is an unknown network. A dBm or floor of −128, a height of −32,768, a unit or timing advance
//! of 65,535 are "not stated"; sigma is the code of `sigma.rs`; bands and
//! flags are those of `vote.rs`. Everything kept is a pure function of the set of evidence and of
//! `limits.rs`; a change of either the hashes, the limits or the layout needs a new version.

mod decode;
mod encode;
mod places;
mod scan;
mod source;

pub(crate) use decode::read_part;
pub(crate) use encode::{evidence_bytes, put_poll};
pub use scan::{Scanned, scan};
pub use source::DecodeError;

/// The first bytes of a checkpoint.
const MAGIC: &[u8; 8] = b"CAIRNMAP";
/// The version written, and the only one read.
const VERSION: u16 = 4;
/// Bytes of the checksum at the end.
const CHECKSUM_BYTES: usize = 32;
/// A power or floor that was not stated.
const ABSENT: i8 = i8::MIN;
/// The network code of a cell whose network is not known.
const MNC_UNKNOWN: u16 = u16::MAX;
/// A sigma that was not claimed.
const SIGMA_ABSENT: u16 = u16::MAX;

#[cfg(test)]
#[path = "codec_tests.rs"]
mod tests;
