//! The row of a query and its answer: one function for training and serving.

use cairn_answer::{Found, Method};
use cairn_ground::{Confidence, Dbm};
use cairn_learning::feature::radius::{
    self, Asked, FEATURES, METHOD_BLE, METHOD_CELL, METHOD_VENUE, METHOD_WIFI, Reading,
};
use cairn_report::Observation;

/// What `radius` is told of a query that was answered so.
pub fn radius_row(observations: &[Observation], found: &Found) -> [f32; FEATURES.len()] {
    let reading = |observation: &Observation| Reading {
        kind: observation.transmitter.kind(),
        rssi_dbm: observation.power.map(Dbm::get),
        age_ms: observation.age.get(),
    };
    let heard: Vec<Reading> = observations.iter().map(reading).collect();
    radius::row(&Asked {
        heard: &heard,
        method: match found.method {
            Method::Venue => METHOD_VENUE,
            Method::Wifi => METHOD_WIFI,
            Method::Ble => METHOD_BLE,
            Method::Cell => METHOD_CELL,
        },
        radii_m: Confidence::ALL.map(|level| found.radii.at_m(level)),
        n_known: found.n_known,
        n_used: found.n_used,
        floor_share: found.floor.map(|(_, share)| share),
    })
}
