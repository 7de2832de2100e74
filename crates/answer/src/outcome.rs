//! What is answered: a position with radii that are promises, or a typed refusal.

use crate::floors::Floors;
use cairn_ground::{LatLng, Radii};
use cairn_signal::calibration::Class;

/// The answer to a query.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Answer {
    /// A position.
    Found(Found),
    /// No position, and why.
    Refused(Refusal),
}

/// A position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Where the phone is believed to be.
    pub place: LatLng,
    /// Radii claimed to hold the truth with 50, 68, 90 and 95 %.
    pub radii: Radii,
    /// True where the radii were measured on no such answers: they are wider for it.
    pub extrapolated: bool,
    /// Levels of the building it may be on.
    pub floors: Floors,
    /// How high phones are there, when that is known.
    pub height: Option<Height>,
    /// What it was found by.
    pub method: Method,
    /// Transmitters of the query that the map knows.
    pub n_known: u16,
    /// Transmitters that agree with the answer.
    pub n_used: u16,
}

/// How high a phone is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Height {
    /// Metres above the WGS 84 ellipsoid.
    pub hae_m: f32,
    /// Standard deviation, m.
    pub sigma_m: f32,
}

/// What a position was found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// The model of the building it is in.
    Venue,
    /// Wi-Fi, alone or with Bluetooth.
    Wifi,
    /// Bluetooth alone.
    Ble,
    /// Cells.
    Cell,
}

impl Method {
    /// All methods.
    pub const ALL: [Self; 4] = [Self::Venue, Self::Wifi, Self::Ble, Self::Cell];

    /// The word for it in metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Venue => "venue",
            Self::Wifi => "wifi",
            Self::Ble => "ble",
            Self::Cell => "cell",
        }
    }

    pub(crate) const fn of(class: Class) -> Self {
        match class {
            Class::WifiTwo | Class::WifiFew | Class::WifiMany => Self::Wifi,
            Class::Ble => Self::Ble,
            Class::CellOne | Class::CellMany => Self::Cell,
        }
    }
}

/// Why there is no position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The query names no transmitter at all.
    NothingHeard,
    /// Fewer boxes are known than an answer needs (A3).
    TooFewKnown {
        /// Boxes known.
        known: u16,
        /// Boxes needed.
        needed: u16,
    },
    /// What is known contradicts itself: no two boxes agree on a place.
    Inconsistent {
        /// Groups that contradict each other.
        groups: u16,
    },
}

impl Refusal {
    /// The word for it in metrics and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NothingHeard => "nothing_heard",
            Self::TooFewKnown { .. } => "too_few_known",
            Self::Inconsistent { .. } => "inconsistent",
        }
    }
}
