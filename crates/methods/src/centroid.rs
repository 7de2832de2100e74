//! A plain yardstick: transmitters stand at the power-weighted centroid of where they were heard, phones
//! at that of what they hear. The weights are milliwatts.

use crate::method::{Estimate, Method, Standing};
use crate::plane::mean;
use cairn_ground::{Enu, Floor, LatLng, LocalFrame, TransmitterId};
use cairn_report::{Batch, Observation};
use cairn_wire::geolocate::LocateRequest;
use std::collections::BTreeMap;

/// Power taken where none is stated, dBm.
const UNSTATED_DBM: f64 = -90.0;

/// Sums of one transmitter, in a frame around where it was heard first.
#[derive(Debug)]
struct Sums {
    frame: LocalFrame,
    east: f64,
    north: f64,
    weight: f64,
    floors: BTreeMap<Floor, f64>,
}

/// The centroids.
#[derive(Debug, Default)]
pub(crate) struct Centroid {
    known: BTreeMap<TransmitterId, Sums>,
}

impl Sums {
    fn at(place: LatLng) -> Self {
        let frame = LocalFrame::at(place);
        Self { frame, east: 0.0, north: 0.0, weight: 0.0, floors: BTreeMap::new() }
    }

    fn add(&mut self, place: LatLng, floor: Option<Floor>, weight: f64) {
        let at = self.frame.enu_from_latlng(place);
        self.east += weight * at.east_m;
        self.north += weight * at.north_m;
        self.weight += weight;
        if let Some(level) = floor {
            *self.floors.entry(level).or_insert(0.0) += weight;
        }
    }

    fn place(&self) -> LatLng {
        let (east_m, north_m) = (self.east / self.weight, self.north / self.weight);
        self.frame.latlng_from_enu(Enu { east_m, north_m })
    }
}

impl Method for Centroid {
    fn teach(&mut self, batch: &Batch) {
        for report in &batch.reports {
            let fix = report.fix();
            for heard in report.observations() {
                let sums =
                    self.known.entry(heard.transmitter).or_insert_with(|| Sums::at(fix.place));
                sums.add(fix.place, fix.floor, milliwatts(heard));
            }
        }
    }

    fn seal(&mut self) -> anyhow::Result<()> {
        Ok(())
    }

    fn locate(&self, query: &LocateRequest) -> Option<Estimate> {
        let known: Vec<(&Sums, f64)> = (query.observations.iter())
            .filter_map(|heard| Some((self.known.get(&heard.transmitter)?, milliwatts(heard))))
            .collect();
        let places: Vec<_> = known.iter().map(|(sums, weight)| (sums.place(), *weight)).collect();
        let mut floors = BTreeMap::new();
        for (sums, weight) in &known {
            for (level, share) in &sums.floors {
                *floors.entry(*level).or_insert(0.0) += weight * share / sums.weight;
            }
        }
        Some(Estimate { floor: heaviest(&floors), ..Estimate::at(mean(&places)?) })
    }

    fn transmitter(&self, id: TransmitterId) -> Option<Standing> {
        let sums = self.known.get(&id)?;
        Some(Standing { place: sums.place(), covariance: None, floor: heaviest(&sums.floors) })
    }
}

fn milliwatts(observation: &Observation) -> f64 {
    let dbm = observation.power.map_or(UNSTATED_DBM, |power| f64::from(power.get()));
    10_f64.powf(dbm / 10.0)
}

/// The level with the most weight, the lower of equals.
pub(crate) fn heaviest(floors: &BTreeMap<Floor, f64>) -> Option<Floor> {
    let heaviest = floors.iter().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0)));
    heaviest.map(|(level, _)| *level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batches::testing::{at, batch, query, wifi};
    use crate::plane::distance_m;

    #[test]
    fn ten_decibels_are_ten_times_the_weight() {
        // Heard at 0 m with -40 dBm and at 110 m with -50 dBm: 10 parts to 1, 110 / 11 = 10 m.
        let mut centroid = Centroid::default();
        centroid.teach(&batch(&[(at(0.0, 0.0), &[(1, -40)]), (at(110.0, 0.0), &[(1, -50)])]));
        let place = centroid.transmitter(wifi(1)).unwrap().place;
        assert!(distance_m(place, at(10.0, 0.0)) < 0.05);
        let found = centroid.locate(&query(&[(1, -70)])).unwrap();
        assert!(distance_m(found.place, place) < 0.05);
        assert_eq!(centroid.locate(&query(&[(2, -70)])), None);
    }
}
