//! The answer: a place with its radii, in the peers' shape and our extension of it.

use cairn_ground::{Confidence, Floor, LatLng, Radii};
use serde::Deserialize;

/// An answer as it goes out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LocateAnswer {
    /// Where.
    pub place: LatLng,
    /// How sure; `accuracy` on the wire is R95.
    pub radii: Radii,
    /// The level, with the probability of being right, when it is known.
    pub floor: Option<(Floor, f32)>,
    /// What was fallen back to: `ipf` (address) or `lacf` (cell area); `None` for a radio answer.
    pub fallback: Option<&'static str>,
}

/// The fallbacks there are.
const FALLBACKS: [&str; 2] = ["ipf", "lacf"];
/// Stands for a radius that is not a number: the whole Earth.
const EARTH_M: f64 = 4.0e7;

/// A JSON object: place with at most 7 decimals, radii with 1.
///
/// # Example
/// ```
/// use cairn_ground::{LatLng, Radii};
/// use cairn_wire::geolocate::{LocateAnswer, encode_answer};
/// let place = LatLng::new(51.5, -0.125)?;
/// let radii = Radii::rising([8.0, 11.0, 16.0, 20.0]);
/// let body = encode_answer(&LocateAnswer { place, radii, floor: None, fallback: None });
/// let want = r#"{"location":{"lat":51.5,"lng":-0.125},"accuracy":20.0,"#;
/// assert!(String::from_utf8_lossy(&body).starts_with(want));
/// # Ok::<(), cairn_ground::OutOfRange>(())
/// ```
pub fn encode_answer(answer: &LocateAnswer) -> Vec<u8> {
    let radius = |level| metres(answer.radii.at_m(level));
    let mut body = format!(
        "{{\"location\":{{\"lat\":{},\"lng\":{}}},\"accuracy\":{},\"uncertainty\":{{\"r50\":{},\"r68\":{},\"r90\":{},\"r95\":{}}}",
        degrees(answer.place.lat_deg()),
        degrees(answer.place.lng_deg()),
        metres(answer.radii.r95_m()),
        radius(Confidence::P50),
        radius(Confidence::P68),
        radius(Confidence::P90),
        radius(Confidence::P95),
    );
    let mut add = |member: std::fmt::Arguments<'_>| body.push_str(&member.to_string());
    if let Some((floor, confidence)) = answer.floor {
        let confidence = if confidence.is_finite() { confidence.clamp(0.0, 1.0) } else { 0.0 };
        let level = floor.get();
        add(format_args!(",\"floor\":{{\"level\":{level},\"confidence\":{confidence:.2}}}"));
    }
    if let Some(fallback) = answer.fallback {
        add(format_args!(",\"fallback\":\"{fallback}\""));
    }
    add(format_args!("}}"));
    body.into_bytes()
}

/// At most 7 decimals, at least one.
fn degrees(value: f64) -> String {
    let text = format!("{value:.7}");
    let text = text.trim_end_matches('0');
    let text = if text == "-0." { "0." } else { text };
    if text.ends_with('.') { format!("{text}0") } else { text.to_owned() }
}

fn metres(value: f64) -> String {
    let value = if value.is_finite() { value.clamp(0.0, EARTH_M) } else { EARTH_M };
    format!("{value:.1}")
}

/// Reads an answer, ours or a peer's; for our own clients. `None` when it is none.
///
/// A peer states one radius at 95 %; the others are then those of a circular normal.
pub fn decode_answer(body: &[u8]) -> Option<LocateAnswer> {
    let raw: RawAnswer = serde_json::from_slice(body).ok()?;
    let place = LatLng::new(raw.location.lat, raw.location.lng).ok()?;
    let accuracy = raw.accuracy;
    let radii = match raw.uncertainty {
        Some(raw) => [raw.r50, raw.r68, raw.r90, raw.r95],
        None => {
            Confidence::ALL.map(|level| accuracy * level.rayleigh() / Confidence::P95.rayleigh())
        }
    };
    if !radii.iter().all(|m| (0.0..=EARTH_M).contains(m)) {
        return None;
    }
    let floor = match raw.floor {
        Some(raw) => Some((Floor::new(raw.level).ok()?, raw.confidence)),
        None => None,
    };
    let fallback = raw.fallback.and_then(|said| FALLBACKS.into_iter().find(|word| *word == said));
    Some(LocateAnswer { place, radii: Radii::rising(radii), floor, fallback })
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
}

#[derive(Deserialize)]
struct RawUncertainty {
    r50: f64,
    r68: f64,
    r90: f64,
    r95: f64,
}

#[derive(Deserialize)]
struct RawFloor {
    level: i32,
    confidence: f32,
}
