//! The meaning of numbers: units, coordinates, geodesy, time, identity, confidence.
//!
//! Not here: input, output, serialization (each room that needs bytes writes them itself).
//! Every number that crosses a room's door has one of these types; a level and a difference are
//! different types ([`Dbm`] and [`Db`], [`LatLng`] and [`Enu`]), and constructors refuse what cannot be.
//!
//! Invariants: G1 no value here holds NaN or infinity. G2 a [`TransmitterKey`] is exact for Wi-Fi and
//! Bluetooth (two addresses never share a key).
//!
//! Reading order: `units`, `angle`, `latlng`, `frame`, `geodesic`, `time`, `uncertainty`, `bssid`,
//! `cell_id`, `cell_hearing`, `cell_unit`, `rtt_range`, `transmitter`, `block`, `tile`, `region`, `country`.

mod angle;
mod block;
mod bssid;
mod cell_hearing;
mod cell_id;
mod cell_unit;
mod country;
mod error;
mod frame;
mod geodesic;
mod latlng;
mod region;
mod rtt_range;
mod tile;
mod time;
mod transmitter;
mod uncertainty;
mod units;

pub use angle::{Degrees, Radians};
pub use block::Block;
pub use bssid::{Bssid, DeviceKey};
pub use cell_hearing::{CellHearing, SiteId};
pub use cell_id::{AreaId, CellId, CellRadio};
pub use cell_unit::UnitId;
pub use country::{
    Country, Surroundings, could_be_heard_in, countries_of_mcc, country_at, is_known_mcc,
    is_near_land,
};
pub use error::OutOfRange;
pub use frame::{Enu, LocalFrame};
pub use geodesic::Geodesic;
pub use latlng::LatLng;
pub use region::Region;
pub use rtt_range::RttRange;
pub use tile::Tile;
pub use time::{AgeMs, Day, Timestamp};
pub use transmitter::{Mobility, TransmitterId, TransmitterKey, TransmitterKind};
pub use uncertainty::{Confidence, Covariance, Radii};
pub use units::{Db, Dbm, Floor, Meters};
