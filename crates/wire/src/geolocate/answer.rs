//! The answer: a place with its radii, in the peers' shape and our extension of it.

use super::raw::{Entry, RawNetwork};
use crate::number;
use cairn_ground::{Confidence, Floor, LatLng, Radii};
use serde::Deserialize;

/// An answer as it goes out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LocateAnswer {
    /// Where.
    pub place: LatLng,
    /// How sure; `accuracy` on the wire is R95.
    pub radii: Radii,
    /// Whether `uncertainty` is written: the radii at all levels. With a floor it always is.
    pub with_uncertainty: bool,
    /// Whether the answer is outside of what its radii were measured on: `extrapolated` in `uncertainty`.
    pub extrapolated: bool,
    /// The height, when it is known.
    pub height: Option<Height>,
    /// The level, with the probability of being right, when it is known.
    pub floor: Option<(Floor, f32)>,
    /// What was fallen back to: `ipf` (address) or `lacf` (cell area); `None` for a radio answer.
    pub fallback: Option<&'static str>,
}

impl LocateAnswer {
    /// A place and its radii, and nothing else.
    pub const fn at(place: LatLng, radii: Radii) -> Self {
        let (with_uncertainty, extrapolated) = (false, false);
        let (height, floor, fallback) = (None, None, None);
        Self { place, radii, with_uncertainty, extrapolated, height, floor, fallback }
    }
}

/// A height with its half widths.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Height {
    /// Metres above the WGS 84 ellipsoid (as Android's `getAltitude`): `altitude` on the wire.
    pub hae_m: f64,
    /// Metres within which the truth lies with 68 %.
    pub r68_m: f64,
    /// The same with 95 %: `verticalAccuracy` on the wire, as `accuracy` is R95.
    pub r95_m: f64,
}

impl Height {
    /// A height with the standard deviation of a normal distribution.
    ///
    /// # Source
    /// Standard normal quantiles: 0.9945 (68 %) and 1.9600 (95 %).
    pub fn of_sigma_m(hae_m: f64, sigma_m: f64) -> Self {
        Self { hae_m, r68_m: 0.9945 * sigma_m, r95_m: 1.96 * sigma_m }
    }

    /// A height whose stated width is the one at 95 %, of a normal distribution.
    ///
    /// # Source
    /// Standard normal quantiles: 0.9945 (68 %) and 1.9600 (95 %).
    fn of_r95_m(hae_m: f64, r95_m: f64) -> Option<Self> {
        let is_possible = HEIGHTS_M.contains(&hae_m) && (0.0..=EARTH_M).contains(&r95_m);
        is_possible.then(|| Self { hae_m, r68_m: r95_m * (0.9945 / 1.96), r95_m })
    }
}

/// Heights that phones can be at. Source: peers.md §2.6.
pub(crate) const HEIGHTS_M: std::ops::RangeInclusive<f64> = -10_911.0..=100_000.0;
/// The fallbacks there are.
const FALLBACKS: [&str; 2] = ["ipf", "lacf"];
/// Stands for a radius that is not a number: the whole Earth.
pub(crate) const EARTH_M: f64 = 4.0e7;

/// A JSON object: place with at most 7 decimals, radii with 1.
///
/// # Example
/// ```
/// use cairn_ground::{LatLng, Radii};
/// use cairn_wire::geolocate::{LocateAnswer, encode_answer};
/// let place = LatLng::new(51.5, -0.125)?;
/// let radii = Radii::rising([8.0, 11.0, 16.0, 20.0]);
/// let body = encode_answer(&LocateAnswer::at(place, radii));
/// let want = br#"{"location":{"lat":51.5,"lng":-0.125},"accuracy":20.0}"#;
/// assert_eq!(body, want);
/// # Ok::<(), cairn_ground::OutOfRange>(())
/// ```
pub fn encode_answer(answer: &LocateAnswer) -> Vec<u8> {
    encode_answer_with_raw(answer, &[])
}

/// The same with microG's `raw` list of what is known of single networks; without it when it is empty.
///
/// # Cost
/// One allocation for an answer of the usual size, without floor or list.
pub fn encode_answer_with_raw(answer: &LocateAnswer, raw: &[RawNetwork]) -> Vec<u8> {
    let mut body = Vec::with_capacity(USUAL_BYTES);
    add_answer(&mut body, answer, raw);
    body
}

/// Adds an answer to a body; allocates nothing where there is room, but for a list.
pub fn add_answer(body: &mut Vec<u8>, answer: &LocateAnswer, raw: &[RawNetwork]) {
    add_place(body, answer);
    add_metres(body, b",\"accuracy\":", answer.radii.r95_m());
    if answer.with_uncertainty || answer.floor.is_some() {
        let [r50, r68, r90, r95] = Confidence::ALL.map(|level| answer.radii.at_m(level));
        add_metres(body, b",\"uncertainty\":{\"r50\":", r50);
        add_metres(body, b",\"r68\":", r68);
        add_metres(body, b",\"r90\":", r90);
        add_metres(body, b",\"r95\":", r95);
        let end: &[u8] = if answer.extrapolated { b",\"extrapolated\":true}" } else { b"}" };
        body.extend_from_slice(end);
    }
    if let Some((floor, confidence)) = answer.floor {
        let confidence = if confidence.is_finite() { confidence.clamp(0.0, 1.0) } else { 0.0 };
        let level = floor.get();
        let floor = format!(",\"floor\":{{\"level\":{level},\"confidence\":{confidence:.2}}}");
        body.extend_from_slice(floor.as_bytes());
    }
    if let Some(fallback) = answer.fallback {
        body.extend_from_slice(b",\"fallback\":\"");
        body.extend_from_slice(fallback.as_bytes());
        body.push(b'"');
    }
    if !raw.is_empty() {
        add_list(body, raw);
    }
    body.push(b'}');
}

/// Bytes of an answer with its radii at all levels.
const USUAL_BYTES: usize = 192;

fn add_place(body: &mut Vec<u8>, answer: &LocateAnswer) {
    body.extend_from_slice(b"{\"location\":{\"lat\":");
    add_degrees(body, answer.place.lat_deg());
    body.extend_from_slice(b",\"lng\":");
    add_degrees(body, answer.place.lng_deg());
    if let Some(height) = answer.height.filter(|height| HEIGHTS_M.contains(&height.hae_m)) {
        body.extend_from_slice(b",\"altitude\":");
        number::add(body, height.hae_m, 1, false);
        add_metres(body, b",\"verticalAccuracy\":", height.r95_m);
    }
    body.push(b'}');
}

fn add_list(body: &mut Vec<u8>, raw: &[RawNetwork]) {
    let raw: Vec<_> = raw.iter().filter_map(Entry::of).collect();
    if let Some(raw) = serde_json::to_vec(&raw).ok().filter(|_| !raw.is_empty()) {
        body.extend_from_slice(b",\"raw\":");
        body.extend_from_slice(&raw);
    }
}

/// At most 7 decimals, at least one.
fn add_degrees(body: &mut Vec<u8>, value: f64) {
    number::add(body, value, 7, true);
}

fn add_metres(body: &mut Vec<u8>, before: &[u8], value: f64) {
    body.extend_from_slice(before);
    let value = if value.is_finite() { value.clamp(0.0, EARTH_M) } else { EARTH_M };
    number::add(body, value, 1, false);
}

/// At most 7 decimals, at least one.
pub(crate) fn degrees(value: f64) -> String {
    text(|body| add_degrees(body, value))
}

pub(super) fn metres(value: f64) -> String {
    text(|body| add_metres(body, b"", value))
}

fn text(add: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut body = Vec::new();
    add(&mut body);
    String::from_utf8(body).unwrap_or_default()
}

/// Reads an answer, ours or a peer's (Ichnaea, beaconDB, Google). `None` when it is none.
///
/// A peer states one radius at 95 %; the others are then those of a circular normal.
pub fn decode_answer(body: &[u8]) -> Option<LocateAnswer> {
    let raw: RawAnswer = serde_json::from_slice(body).ok()?;
    let place = LatLng::new(raw.location.lat, raw.location.lng).ok()?;
    let radii = match &raw.uncertainty {
        Some(raw) => checked([raw.r50, raw.r68, raw.r90, raw.r95])?,
        None => radii_of_r95_m(raw.accuracy)?,
    };
    let floor = match raw.floor {
        Some(raw) => Some((Floor::new(raw.level).ok()?, raw.confidence)),
        None => None,
    };
    let height = raw.location.altitude.zip(raw.location.vertical);
    let fallback = raw.fallback.and_then(|said| FALLBACKS.into_iter().find(|word| *word == said));
    Some(LocateAnswer {
        place,
        radii,
        with_uncertainty: raw.uncertainty.is_some(),
        extrapolated: raw.uncertainty.is_some_and(|raw| raw.extrapolated),
        height: height.and_then(|(hae_m, r95_m)| Height::of_r95_m(hae_m, r95_m)),
        floor,
        fallback,
    })
}

/// The radii of a circular normal whose 95 % are known; `None` for a radius no answer has.
pub fn radii_of_r95_m(r95_m: f64) -> Option<Radii> {
    checked(Confidence::ALL.map(|level| r95_m * level.rayleigh() / Confidence::P95.rayleigh()))
}

fn checked(radii_m: [f64; 4]) -> Option<Radii> {
    radii_m.iter().all(|m| (0.0..=EARTH_M).contains(m)).then(|| Radii::rising(radii_m))
}

#[derive(Deserialize)]
struct RawAnswer {
    location: RawLocation,
    accuracy: f64,
    uncertainty: Option<RawUncertainty>,
    floor: Option<RawFloor>,
    fallback: Option<String>,
}

#[derive(Deserialize)]
struct RawLocation {
    lat: f64,
    lng: f64,
    altitude: Option<f64>,
    #[serde(rename = "verticalAccuracy")]
    vertical: Option<f64>,
}

#[derive(Deserialize)]
struct RawUncertainty {
    r50: f64,
    r68: f64,
    r90: f64,
    r95: f64,
    #[serde(default)]
    extrapolated: bool,
}

#[derive(Deserialize)]
struct RawFloor {
    level: i32,
    confidence: f32,
}
