//! Guesses from the asker's address: an MMDB file in memory, read again when it changes.
//!
//! Reading order: `guess` (what a record says), `database` (one file, whole), `fresh` (the file that is
//! in use, and its replacement).

mod database;
mod fresh;
mod guess;
#[cfg(test)]
mod mmdb;

pub use database::DatabaseError;
pub use fresh::{GeoIp, GeoIpStatus};
pub use guess::{IpGuess, Level};
