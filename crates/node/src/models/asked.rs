//! The row of a query and its answer: one function for training and serving.

use cairn_answer::{Found, Method};
use cairn_ground::{Confidence, Dbm};
use cairn_learning::feature::radius::{
    self, Asked, METHOD_BLE, METHOD_CELL, METHOD_VENUE, METHOD_WIFI, RadiusRow, Reading, Scratch,
};
use cairn_report::Observation;

/// What `radius` is told of a query that was answered so.
pub fn radius_row(observations: &[Observation], found: &Found) -> RadiusRow {
    RowDesk::default().row(observations, found)
}

/// Memory of a row, used again by the next one; what is in it decides nothing.
#[derive(Debug, Default)]
pub(super) struct RowDesk {
    heard: Vec<Reading>,
    scratch: Scratch,
}

impl RowDesk {
    /// The row; allocates nothing once the memory has grown.
    pub(super) fn row(&mut self, observations: &[Observation], found: &Found) -> RadiusRow {
        let reading = |observation: &Observation| Reading {
            kind: observation.transmitter.kind(),
            rssi_dbm: observation.power.map(Dbm::get),
            age_ms: observation.age.get(),
        };
        self.heard.clear();
        self.heard.extend(observations.iter().map(reading));
        let asked = Asked {
            heard: &self.heard,
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
        };
        radius::row_in(&asked, &mut self.scratch)
    }
}
