//! The three dialects of a submission: the names they write, turned into version 2's.
//!
//! Clients send items of one version to the route of another, so every route reads the names of all; where an
//! item says the same under two names, the route's own counts.

use crate::field::{Field, Object, Scalar};
use crate::time::ms_from_text;
use serde::de::MapAccess;

/// The version of the submission format a route speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Version {
    /// `/v1/submit`: short names, `time` as ISO 8601.
    V0,
    /// `/v1/geosubmit`: the names of version 2, the position's beside the item's own.
    V1,
    /// `/v2/geosubmit`.
    #[default]
    V2,
}

impl Version {
    /// All versions, oldest first.
    pub const ALL: [Self; 3] = [Self::V0, Self::V1, Self::V2];
}

/// An entry of version 0's lists, read by its version 2 names.
#[derive(Debug, Default)]
pub(super) struct Old<T>(pub(super) T);

impl<T: Object> Object for Old<T> {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        self.0.read(entry_name(key), map)
    }
}

/// What version 2 calls a member of an entry; the empty name is skipped.
fn entry_name(key: &str) -> &str {
    match key {
        "key" => "macAddress",
        "signal" => "signalStrength",
        "radio" => "radioType",
        "mcc" => "mobileCountryCode",
        "mnc" => "mobileNetworkCode",
        "lac" => "locationAreaCode",
        "cid" => "cellId",
        "psc" => "primaryScramblingCode",
        "ta" => "timingAdvance",
        "age" | "asu" | "channel" | "frequency" | "ssid" => key,
        _ => "",
    }
}

/// Milliseconds since the epoch as version 0 writes an instant: ISO 8601 text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Written(pub(super) f64);

impl Scalar for Written {
    fn from_text(text: &str) -> Field<Self> {
        ms_from_text(text).map(Self)
    }
}

#[cfg(test)]
#[path = "dialect_tests.rs"]
mod tests;
