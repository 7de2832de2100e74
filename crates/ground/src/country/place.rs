//! What is asked of the outlines: whose a place is, whether land is near, whose networks reach it.

use super::code::Country;
use super::crossing::side_at;
use super::mcc::{also_heard_in, countries_of_mcc};
use super::outlines::{Drawn, Square};
use super::plane::{Countries, Plane};
use super::segment::Fine;
use crate::LatLng;
use std::cell::OnceCell;

/// How far from the nearest land a place still counts as near it, in metres: boats, bridges, piers, and
/// islands too small to be drawn.
///
/// # Source
/// Ichnaea drops what lies outside every country's outline widened by about a quarter of a degree
/// (peers.md §2.6).
const NEAR_LAND_M: f64 = 30_000.0;

/// How far off its coast a place is still a country's, in metres: the outlines are drawn to a kilometre,
/// and towns have harbours.
///
/// # Source
/// Choice: coasts in the outlines are within about 1.4 km of the source's, and Natural Earth's own within
/// some kilometres.
const OFF_COAST_M: f64 = 5_000.0;

/// How far beyond its countries a network may be heard, in metres.
///
/// # Source
/// The longest preamble of LTE allows cells of 100 km: 3GPP TS 36.211 §5.7.1, format 3.
const HEARD_BEYOND_M: f64 = 100_000.0;

/// The country a place lies in or, off a coast, the nearest within 5 km; `None` farther out at sea.
///
/// Lakes are land.
///
/// # Source
/// Natural Earth 1:10m, simplified to a few hundred metres; disputed areas as Natural Earth draws them,
/// by who governs (docs/decisions/2026-11-25-country-boundaries.md).
///
/// # Cost
/// One table entry for most places; near an outline the segments of one square degree, about a
/// microsecond.
///
/// # Example
/// ```
/// use cairn_ground::{Country, LatLng, country_at};
/// let vienna = LatLng::new(48.21, 16.37)?;
/// assert_eq!(country_at(vienna), Some(Country::AT));
/// # Ok::<(), cairn_ground::OutOfRange>(())
/// ```
pub fn country_at(place: LatLng) -> Option<Country> {
    inside(place).or_else(|| Plane::around(place, OFF_COAST_M).nearest())
}

/// The country whose outline holds a place.
fn inside(place: LatLng) -> Option<Country> {
    let at = Fine::of(place);
    match Square::of(at).drawn() {
        Drawn::Whole(side) => side.country(),
        Drawn::Pieces(pieces) => side_at(pieces, at).country(),
    }
}

/// Whether a place is in a country or within 30 km of one.
pub fn is_near_land(place: LatLng) -> bool {
    Surroundings::of(place).is_near_land()
}

/// Whether a network of this country code could be heard at a place: in one of the code's countries or
/// within 100 km of it, and around Antarctica. Codes that are unknown or no country's are heard anywhere.
pub fn could_be_heard_in(mcc: u16, place: LatLng) -> bool {
    Surroundings::of(place).could_hear(mcc)
}

/// The countries around one place, for several questions about it: what costs is looked up once.
///
/// # Cost
/// As [`country_at`]; what lies around it is looked up when first asked for, up to some 20 µs.
#[derive(Debug)]
pub struct Surroundings {
    place: LatLng,
    inside: Option<Country>,
    within: OnceCell<Countries>,
}

impl Surroundings {
    /// Those of a place.
    pub fn of(place: LatLng) -> Self {
        Self { place, inside: inside(place), within: OnceCell::new() }
    }

    /// Whether the place is in a country or within 30 km of one.
    pub fn is_near_land(&self) -> bool {
        self.inside.is_some() || Plane::around(self.place, NEAR_LAND_M).reaches_land()
    }

    /// Whether a network of this country code could be heard here, as [`could_be_heard_in`].
    pub fn could_hear(&self, mcc: u16) -> bool {
        let theirs = countries_of_mcc(mcc);
        if theirs.is_empty() || self.inside.is_some_and(|here| theirs.contains(&here)) {
            return true;
        }
        let mut reached = theirs.iter().chain(also_heard_in(mcc)).chain(&[Country::AQ]);
        reached.any(|country| self.reaches(*country))
    }

    fn reaches(&self, country: Country) -> bool {
        let within = || Plane::around(self.place, HEARD_BEYOND_M).countries();
        self.inside == Some(country) || self.within.get_or_init(within).holds(country)
    }
}

#[cfg(test)]
#[path = "place_tests.rs"]
mod tests;
