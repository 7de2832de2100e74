//! A query's messages of `cairn.proto` as prost derives them.

/// As of the proto file.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct RttRange {
    #[prost(double, optional, tag = "1")]
    pub distance_m: Option<f64>,
    #[prost(double, optional, tag = "2")]
    pub sigma_m: Option<f64>,
}

/// As of the proto file.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct WifiAccessPoint {
    #[prost(fixed64, tag = "1")]
    pub bssid: u64,
    #[prost(sint32, optional, tag = "2")]
    pub rssi_dbm: Option<i32>,
    #[prost(sint32, optional, tag = "3")]
    pub age_ms: Option<i32>,
    #[prost(uint32, optional, tag = "4")]
    pub frequency_mhz: Option<u32>,
    #[prost(uint32, optional, tag = "5")]
    pub channel: Option<u32>,
    #[prost(string, optional, tag = "6")]
    pub ssid: Option<String>,
    #[prost(message, optional, tag = "7")]
    pub range: Option<RttRange>,
}

/// As of the proto file.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct BluetoothBeacon {
    #[prost(fixed64, tag = "1")]
    pub address: u64,
    #[prost(sint32, optional, tag = "2")]
    pub rssi_dbm: Option<i32>,
    #[prost(sint32, optional, tag = "3")]
    pub age_ms: Option<i32>,
    #[prost(message, optional, tag = "7")]
    pub range: Option<RttRange>,
}

/// As of the proto file.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct CellTower {
    #[prost(int32, tag = "1")]
    pub radio: i32,
    #[prost(uint32, tag = "2")]
    pub mcc: u32,
    #[prost(uint32, optional, tag = "3")]
    pub mnc: Option<u32>,
    #[prost(uint32, tag = "4")]
    pub area: u32,
    #[prost(uint64, tag = "5")]
    pub cell: u64,
    #[prost(sint32, optional, tag = "6")]
    pub power_dbm: Option<i32>,
    #[prost(sint32, optional, tag = "7")]
    pub age_ms: Option<i32>,
    #[prost(uint32, optional, tag = "8")]
    pub unit: Option<u32>,
    #[prost(uint32, optional, tag = "9")]
    pub timing_advance: Option<u32>,
}

/// As of the proto file.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct LocateRequest {
    #[prost(message, repeated, tag = "1")]
    pub wifi: Vec<WifiAccessPoint>,
    #[prost(message, repeated, tag = "2")]
    pub bluetooth: Vec<BluetoothBeacon>,
    #[prost(message, repeated, tag = "3")]
    pub cells: Vec<CellTower>,
    #[prost(int32, tag = "4")]
    pub radio: i32,
    #[prost(bool, optional, tag = "5")]
    pub consider_ip: Option<bool>,
    #[prost(bool, tag = "7")]
    pub uncertainty: bool,
    #[prost(string, tag = "8")]
    pub id: String,
}
