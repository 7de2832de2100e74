//! From a record of an address database to a guess with an honest radius.
//!
//! Read field by field, so that a database of another vendor, or one odd field, costs itself only:
//! MaxMind's nested names (also DB-IP's and IP2Location's), or flat ones (`country_code`, `latitude`).

use cairn_ground::LatLng;
use maxminddb::{LookupResult, PathElement, path};
use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// Radius holding 95 % as a multiple of the one holding 67 %, which is what MaxMind says of its
/// `accuracy_radius`. Source: Rayleigh distribution, √(ln 0.05 ÷ ln 0.33).
const R95_PER_R67: f64 = 1.643_8;

/// What a guess is as fine as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// A city.
    City,
    /// A part of a country.
    Region,
    /// A country.
    Country,
}

/// A guess from an address: a place with its radius, a country, or both.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IpGuess {
    /// Where; `None` when only the country is known.
    pub place: Option<LatLng>,
    /// Radius meant to hold the truth with 95 %: the vendor's claim, not measured by us.
    pub r95_m: f64,
    /// ISO 3166-1 code of two letters.
    pub country: Option<[u8; 2]>,
    /// What the guess is as fine as.
    pub level: Level,
}

impl Level {
    /// The word for it in metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::City => "city",
            Self::Region => "region",
            Self::Country => "country",
        }
    }

    /// Least, usual and largest R95 in metres.
    ///
    /// The usual one is for a vendor who states none. Stated ones are kept within the others: an address
    /// that is called exact to a kilometre is not, and "in this city" means no more than its surroundings.
    ///
    /// # Source
    /// Ichnaea's table of radii: 25 to 68 km for cities, at most 400 km for most subdivisions, up to some
    /// thousands for countries. The usual city is 50 km wide here and not 25: that is the distance within
    /// which vendors themselves call a city right.
    const fn r95_m(self) -> (f64, f64, f64) {
        match self {
            Self::City => (5e3, 50e3, 68e3),
            Self::Region => (25e3, 200e3, 400e3),
            Self::Country => (100e3, 1_000e3, 5_000e3),
        }
    }
}

/// What a record says; `None` when it says neither place nor country.
pub(super) fn read<S: AsRef<[u8]>>(record: &LookupResult<'_, S>) -> Option<IpGuess> {
    let country = country(record);
    let place = place(record);
    if country.is_none() && place.is_none() {
        return None;
    }
    let level = if is_anywhere(record) { Level::Country } else { level(record) };
    Some(IpGuess { place, r95_m: r95_m(level, stated_km(record)), country, level })
}

/// R95 from what a vendor states in kilometres at 67 %.
fn r95_m(level: Level, stated_km: Option<f64>) -> f64 {
    let (least, usual, most) = level.r95_m();
    stated_km.map_or(usual, |km| (km * 1e3 * R95_PER_R67).clamp(least, most))
}

/// The vendor's radius; zero says nothing.
fn stated_km<S: AsRef<[u8]>>(record: &LookupResult<'_, S>) -> Option<f64> {
    number(record, &path!["location", "accuracy_radius"]).filter(|km| *km > 0.0)
}

/// The country the address is in, else the one it is registered in.
fn country<S: AsRef<[u8]>>(record: &LookupResult<'_, S>) -> Option<[u8; 2]> {
    let names: [&[PathElement<'_>]; 4] = [
        &path!["country", "iso_code"],
        &path!["country_code"],
        &path!["country"],
        &path!["registered_country", "iso_code"],
    ];
    names.into_iter().find_map(|name| code(text(record, name)?))
}

/// A country's code: two letters.
fn code(text: &str) -> Option<[u8; 2]> {
    let code: [u8; 2] = text.as_bytes().try_into().ok()?;
    let letters = code.iter().all(u8::is_ascii_alphabetic);
    letters.then(|| code.map(|letter| letter.to_ascii_uppercase()))
}

/// The place; the crossing of equator and prime meridian is how some vendors write "unknown".
fn place<S: AsRef<[u8]>>(record: &LookupResult<'_, S>) -> Option<LatLng> {
    let pair = |lat: &[PathElement<'_>], lng: &[PathElement<'_>]| {
        Some((number(record, lat)?, number(record, lng)?))
    };
    let (lat, lng) = pair(&path!["location", "latitude"], &path!["location", "longitude"])
        .or_else(|| pair(&path!["latitude"], &path!["longitude"]))
        .or_else(|| pair(&path!["lat"], &path!["lng"]))?;
    let known = lat != 0.0 || lng != 0.0;
    LatLng::new(lat, lng).ok().filter(|_| known)
}

/// The finest thing the record names.
fn level<S: AsRef<[u8]>>(record: &LookupResult<'_, S>) -> Level {
    let named = |names: &[&[PathElement<'_>]]| {
        names.iter().any(|name| text(record, name).is_some_and(|text| !text.is_empty()))
    };
    let numbered = number(record, &path!["city", "geoname_id"]).is_some();
    if numbered || named(&[&path!["city", "names", "en"], &path!["city"]]) {
        Level::City
    } else if named(&[
        &path!["subdivisions", 0, "iso_code"],
        &path!["subdivisions", 0, "names", "en"],
        &path!["region"],
    ]) {
        Level::Region
    } else {
        Level::Country
    }
}

/// Whether the record says of itself that who uses the address may be anywhere: behind a proxy that
/// hides people, behind a satellite, or one address served from many places.
fn is_anywhere<S: AsRef<[u8]>>(record: &LookupResult<'_, S>) -> bool {
    ["is_anonymous_proxy", "is_satellite_provider", "is_anycast"]
        .into_iter()
        .any(|name| value(record, &path!["traits", name]) == Some(true))
}

/// A finite number of any kind, also one written as text.
fn number<S: AsRef<[u8]>>(record: &LookupResult<'_, S>, at: &[PathElement<'_>]) -> Option<f64> {
    value(record, at).map(|Number(number)| number).filter(|number| number.is_finite())
}

fn text<'a, S: AsRef<[u8]>>(
    record: &LookupResult<'a, S>,
    at: &[PathElement<'_>],
) -> Option<&'a str> {
    value(record, at)
}

/// A value that is there and of the kind asked for.
fn value<'a, T: Deserialize<'a>, S: AsRef<[u8]>>(
    record: &LookupResult<'a, S>,
    at: &[PathElement<'_>],
) -> Option<T> {
    record.decode_path(at).ok().flatten()
}

/// The format has nine kinds of numbers, and the decoder turns none into another by itself.
struct Number(f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(AnyNumber)
    }
}

struct AnyNumber;

impl Visitor<'_> for AnyNumber {
    type Value = Number;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a number")
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Number, E> {
        Ok(Number(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Number, E> {
        u32::try_from(number).map(|n| Number(n.into())).map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Number, E> {
        i32::try_from(number).map(|n| Number(n.into())).map_err(E::custom)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
        text.parse().map(Number).map_err(E::custom)
    }
}

#[cfg(test)]
#[path = "guess_tests.rs"]
mod tests;
