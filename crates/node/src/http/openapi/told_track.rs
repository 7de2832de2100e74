//! What is told about a track.
#![expect(dead_code, reason = "described, never built")]

use super::told::{FloorAnswer, Location, Uncertainty};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr};

/// A place for each scan, in the order of the scans.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
pub(super) struct TrackAnswer {
    /// One entry for each scan of the request.
    positions: Vec<TrackPlace>,
    /// In a session: places told before that this request changed.
    #[schema(nullable = false)]
    revised: Option<Vec<TrackPlace>>,
    /// The session's name.
    #[schema(nullable = false)]
    session: Option<String>,
}

/// Where one scan was, or why nobody knows.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
struct TrackPlace {
    /// The scan's time in milliseconds; null when it has none.
    #[schema(required)]
    timestamp: Option<i64>,
    /// Where; null when nobody knows.
    #[schema(required, schema_with = place_or_null)]
    location: Option<Location>,
    /// Radius in metres that holds the truth with 95 %; there when a place is.
    #[schema(nullable = false, minimum = 0, maximum = 40_000_000)]
    accuracy: Option<f64>,
    /// The radii at all levels, when asked for, and always with a floor.
    #[schema(nullable = false)]
    uncertainty: Option<Uncertainty>,
    /// The level, when it is known.
    #[schema(nullable = false)]
    floor: Option<FloorAnswer>,
    /// Why there is no place: `malformed`, `no_timestamp`, `too_late`, `nothing_heard`, `too_few_known`,
    /// `inconsistent`.
    #[schema(nullable = false)]
    refusal: Option<String>,
}

/// A place, or null, with the description on top.
fn place_or_null() -> RefOr<Schema> {
    let place = Ref::from_schema_name(Location::name());
    let null = ObjectBuilder::new().schema_type(Type::Null);
    let either = OneOfBuilder::new().item(place).item(null);
    either.description(Some("Where; null when nobody knows.")).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::{Floor, LatLng, Radii, Timestamp};
    use cairn_wire::geolocate::LocateAnswer;
    use cairn_wire::track;

    #[test]
    fn what_is_written_is_described() {
        let radii = Radii::rising([8.0, 11.0, 16.0, 20.0]);
        let answer = LocateAnswer::at(LatLng::new(51.5, -0.125).unwrap(), radii);
        let found = Ok(LocateAnswer { floor: Some((Floor::new(2).unwrap(), 0.5)), ..answer });
        let here = track::TrackPlace { at: Some(Timestamp::from_ms(5)), found };
        let none = track::TrackPlace { at: None, found: Err(track::NoPlace::Malformed) };
        for session in [None, Some("a")] {
            let (places, revised) = (vec![here, none], vec![here]);
            let body = track::encode_answer(&track::TrackAnswer { session, places, revised });
            let read = serde_json::from_slice::<TrackAnswer>(&body);
            assert!(read.is_ok(), "{}", read.err().unwrap());
        }
    }
}
