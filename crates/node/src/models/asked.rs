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
            floor_share: found.floors.likeliest().map(|(_, share)| share),
        };
        radius::row_in(&asked, &mut self.scratch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_answer::Floors;
    use cairn_ground::{AgeMs, Bssid, LatLng, Radii, TransmitterId};

    #[test]
    fn a_row_knows_nothing_of_the_one_before() {
        let observation = |n: u8| Observation {
            power: Some(Dbm::new(-40.0 - f32::from(n)).unwrap()),
            age: AgeMs::new(i64::from(n)).unwrap(),
            ..Observation::of(TransmitterId::Wifi(
                Bssid::parse(&format!("0200000000{n:02x}")).unwrap(),
            ))
        };
        let all: Vec<Observation> = (0..20).map(observation).collect();
        let found = Found {
            place: LatLng::new(51.5, -0.1).unwrap(),
            radii: Radii::rising([10.0, 15.0, 25.0, 30.0]),
            extrapolated: false,
            floors: Floors::NONE,
            height: None,
            method: Method::Wifi,
            n_known: 3,
            n_used: 2,
        };
        let mut desk = RowDesk::default();
        for heard in [&all[..], &all[3..6], &[], &all[7..]] {
            let again = desk.row(heard, &found).map(f32::to_bits);
            assert_eq!(again, radius_row(heard, &found).map(f32::to_bits), "{}", heard.len());
        }
    }
}
