//! What the page draws: the town, true and learned transmitters, answers against truths.

use super::ask::Outcome;
use cairn_ground::{Confidence, LatLng, TransmitterId};
use cairn_sim::Town;
use cairn_snapshot::SnapshotSet;
use serde_json::{Value, json};

/// The town in a few numbers.
pub(super) fn summary(town: &Town, n_reports: usize) -> Value {
    let corners = town.buildings.iter().flat_map(|b| &b.outline);
    let places: Vec<&LatLng> = corners.chain(town.streets.iter().flatten()).collect();
    let least = |of: fn(&LatLng) -> f64| places.iter().map(|p| of(p)).fold(f64::MAX, f64::min);
    let most = |of: fn(&LatLng) -> f64| places.iter().map(|p| of(p)).fold(f64::MIN, f64::max);
    let (lat, lng) = (|p: &LatLng| p.lat_deg(), |p: &LatLng| p.lng_deg());
    json!({
        "name": "the demo town",
        "seed": town.config.seed,
        "center": point(town.config.center),
        "bounds": { "south": least(lat), "west": least(lng), "north": most(lat), "east": most(lng) },
        "transmitter_count": town.transmitters.len(),
        "report_count": n_reports,
    })
}

/// Streets and buildings as GeoJSON.
pub(super) fn town(town: &Town) -> Value {
    let position = |p: &LatLng| json!([short(p.lng_deg()), short(p.lat_deg())]);
    let streets = town.streets.iter().map(|line| {
        json!({
            "type": "Feature",
            "properties": { "kind": "street" },
            "geometry": {
                "type": "LineString",
                "coordinates": line.iter().map(position).collect::<Vec<_>>(),
            },
        })
    });
    let buildings = town.buildings.iter().map(|building| {
        let ring = building.outline.iter().chain(building.outline.first());
        json!({
            "type": "Feature",
            "properties": { "kind": "building", "floors": building.floors },
            "geometry": { "type": "Polygon", "coordinates": [ring.map(position).collect::<Vec<_>>()] },
        })
    });
    json!({
        "type": "FeatureCollection",
        "features": streets.chain(buildings).collect::<Vec<_>>(),
    })
}

/// Every true transmitter with where it was learned to stand.
pub(super) fn transmitters(town: &Town, map: &SnapshotSet) -> Value {
    let rows: Vec<Value> = town
        .transmitters
        .iter()
        .map(|truth| {
            let kind = match truth.id {
                TransmitterId::Wifi(_) => "wifi",
                TransmitterId::Ble(_) => "ble",
                TransmitterId::Cell(_) => "cell",
            };
            let (lat, lng) = (short(truth.place.lat_deg()), short(truth.place.lng_deg()));
            match map.get(truth.id.key()) {
                Some(record) => json!([
                    kind,
                    lat,
                    lng,
                    short(record.place.lat_deg()),
                    short(record.place.lng_deg()),
                    (Confidence::P95.rayleigh() * record.covariance.sigma_m()).round(),
                ]),
                None => json!([kind, lat, lng, null, null, null]),
            }
        })
        .collect();
    json!({
        "columns": ["kind", "true_lat", "true_lng", "learned_lat", "learned_lng", "r95_m"],
        "rows": rows,
    })
}

/// Every query with its truth and what was answered.
pub(super) fn answers(outcomes: &[Outcome]) -> Value {
    let rows: Vec<Value> = outcomes.iter().map(answer).collect();
    json!({ "rows": rows })
}

fn answer(outcome: &Outcome) -> Value {
    let mut truth = point(outcome.query.truth);
    truth["floor"] = json!(outcome.query.floor.map(cairn_ground::Floor::get));
    let heard = outcome.query.observations.len();
    let found = outcome.answer.as_ref().ok();
    let radius = |level| found.map(|a| a.radii.at_m(level));
    let place = found.map(|a| {
        let mut place = point(a.place);
        place["floor"] = json!(a.floor.map(|(level, _)| level.get()));
        place
    });
    json!({
        "truth": truth,
        "answer": place,
        "refusal": outcome.answer.as_ref().err(),
        "r68_m": radius(Confidence::P68),
        "r95_m": radius(Confidence::P95),
        "error_m": outcome.error_m.map(|m| (m * 10.0).round() / 10.0),
        "slice": outcome.query.slice.name(),
        "heard": heard,
        "known": heard,
    })
}

fn point(place: LatLng) -> Value {
    json!({ "lat": short(place.lat_deg()), "lng": short(place.lng_deg()) })
}

/// Six decimals: a tenth of a metre, enough to draw.
fn short(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}
