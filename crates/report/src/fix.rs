//! A device's claim of where it was.

use cairn_ground::{AgeMs, Floor, LatLng, Meters};

/// Where a position claim comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum FixSource {
    /// A satellite receiver; also what is assumed when a client does not say.
    Gnss = 0,
    /// A platform's fusion of several sensors.
    Fused = 1,
    /// A person said so ("manual", Ichnaea's "fixed").
    Manual = 2,
    /// A surveyed point.
    Survey = 3,
    /// An earlier answer of a location service: never taught from.
    Query = 4,
    /// A published table of transmitter positions.
    Table = 5,
}

impl FixSource {
    /// The source whose number is `n`.
    pub const fn from_number(n: u8) -> Option<Self> {
        match n {
            0 => Some(Self::Gnss),
            1 => Some(Self::Fused),
            2 => Some(Self::Manual),
            3 => Some(Self::Survey),
            4 => Some(Self::Query),
            5 => Some(Self::Table),
            _ => None,
        }
    }
}

/// A device's claim of where it was at an instant, with its uncertainty and source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fix {
    /// The claimed place.
    pub place: LatLng,
    /// Claimed radius, as the phone states it (Android: 68 %), when stated.
    pub r68: Option<Meters>,
    /// Age of the fix relative to the report's timestamp.
    pub age: AgeMs,
    /// Ground speed in m/s, when stated; 0 to 300.
    pub speed_m_s: Option<f32>,
    /// Height above the WGS 84 ellipsoid in metres, as Android states it (geosubmit v2 `altitude`), when stated.
    pub height_hae_m: Option<f32>,
    /// Claimed 68 % half width of the height in metres (geosubmit v2 `altitudeAccuracy`), when stated.
    pub height_r68_m: Option<f32>,
    /// Air pressure in hPa, when stated; 100 to 1200.
    pub pressure_hpa: Option<f32>,
    /// Level of the building, ground = 0, when stated.
    pub floor: Option<Floor>,
    /// Where the claim comes from.
    pub source: FixSource,
}

impl Fix {
    /// A claim of a place and nothing else, from a satellite receiver.
    pub const fn at(place: LatLng) -> Self {
        Self {
            place,
            r68: None,
            age: AgeMs::ZERO,
            speed_m_s: None,
            height_hae_m: None,
            height_r68_m: None,
            pressure_hpa: None,
            floor: None,
            source: FixSource::Gnss,
        }
    }
}
