//! The messages of `cairn.proto` as prost derives them: somebody else's reading of the same file.

use crate::query::{BluetoothBeacon, CellTower, WifiAccessPoint};

/// As of the proto file.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Place {
    #[prost(double, tag = "1")]
    pub lat_deg: f64,
    #[prost(double, tag = "2")]
    pub lng_deg: f64,
    #[prost(double, tag = "3")]
    pub r95_m: f64,
    #[prost(int32, tag = "7")]
    pub fallback: i32,
}

/// As of the proto file.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Error {
    #[prost(int32, tag = "1")]
    pub reason: i32,
    #[prost(uint32, tag = "2")]
    pub code: u32,
    #[prost(string, tag = "3")]
    pub message: String,
    #[prost(uint32, tag = "4")]
    pub known: u32,
    #[prost(uint32, tag = "5")]
    pub needed: u32,
}

/// As of the proto file.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct LocateResponse {
    #[prost(message, optional, tag = "1")]
    pub place: Option<Place>,
    #[prost(message, optional, tag = "2")]
    pub error: Option<Error>,
    #[prost(string, tag = "3")]
    pub id: String,
}

/// As of the proto file.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct LocateBatchResponse {
    #[prost(message, repeated, tag = "1")]
    pub answers: Vec<LocateResponse>,
    #[prost(message, optional, tag = "2")]
    pub ended: Option<Error>,
}

/// As of the proto file.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Position {
    #[prost(double, optional, tag = "1")]
    pub lat_deg: Option<f64>,
    #[prost(double, optional, tag = "2")]
    pub lng_deg: Option<f64>,
    #[prost(double, optional, tag = "3")]
    pub r68_m: Option<f64>,
    #[prost(double, optional, tag = "4")]
    pub height_msl_m: Option<f64>,
    #[prost(double, optional, tag = "5")]
    pub height_r68_m: Option<f64>,
    #[prost(sint32, optional, tag = "6")]
    pub age_ms: Option<i32>,
    #[prost(double, optional, tag = "7")]
    pub pressure_hpa: Option<f64>,
    #[prost(double, optional, tag = "8")]
    pub speed_m_s: Option<f64>,
    #[prost(sint32, optional, tag = "9")]
    pub floor: Option<i32>,
    #[prost(int32, tag = "10")]
    pub source: i32,
    #[prost(double, optional, tag = "11")]
    pub height_hae_m: Option<f64>,
}

/// As of the proto file.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Report {
    #[prost(int64, tag = "1")]
    pub timestamp_ms: i64,
    #[prost(message, optional, tag = "2")]
    pub position: Option<Position>,
    #[prost(message, repeated, tag = "3")]
    pub wifi: Vec<WifiAccessPoint>,
    #[prost(message, repeated, tag = "4")]
    pub bluetooth: Vec<BluetoothBeacon>,
    #[prost(message, repeated, tag = "5")]
    pub cells: Vec<CellTower>,
    #[prost(int32, tag = "6")]
    pub radio: i32,
}

/// As of the proto file.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct SubmitRequest {
    #[prost(message, repeated, tag = "1")]
    pub reports: Vec<Report>,
}

/// As of the proto file.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct SubmitResponse {
    #[prost(uint32, tag = "1")]
    pub kept: u32,
    #[prost(uint32, tag = "2")]
    pub refused: u32,
}
