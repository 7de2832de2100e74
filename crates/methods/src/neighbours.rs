//! Fingerprints: the phone is where scans like its own were taken. No transmitter has a place.
//!
//! Yardsticks for what a map of a building should reach, without its compression, robustness or privacy.

use crate::centroid::heaviest;
use crate::method::{Estimate, Method, Standing};
use crate::plane::mean;
use cairn_ground::{Floor, LatLng, TransmitterId};
use cairn_report::{Batch, Observation};
use cairn_wire::geolocate::LocateRequest;
use std::collections::BTreeMap;

/// Level below every reading, dBm: what is not heard counts as this.
const FLOOR_DBM: f64 = -105.0;
/// Readings older than this are left out, ms. Source: the evaluation study, 8 s beat 1.5 to 30 s.
const AGE_MAX_MS: i32 = 8_000;
/// Neighbours of the Sørensen method. Source: the evaluation study (`UJIIndoorLoc`).
const N_NEIGHBOURS: usize = 11;
/// A neighbour counts with its distance to this power. Source: the evaluation study.
const DISTANCE_POWER: i32 = -6;

/// How alike two scans are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Likeness {
    /// Σ|a − b| / Σ(a + b) of powers above the floor, raised to e.
    Sorensen,
    /// √Σ(a − b)² of powers above the floor.
    Euclid,
}

/// One scan that was taught.
#[derive(Debug)]
struct Fingerprint {
    place: LatLng,
    floor: Option<Floor>,
    /// Σa of Sørensen, Σa² of Euclid.
    sum: f64,
}

/// All scans, and which of them heard a transmitter how loudly.
#[derive(Debug)]
pub(crate) struct Neighbours {
    likeness: Likeness,
    k: usize,
    scans: Vec<Fingerprint>,
    heard_by: BTreeMap<TransmitterId, Vec<(u32, f32)>>,
}

impl Neighbours {
    /// The weighted mean of the nearest by Sørensen's distance.
    pub(crate) const fn sorensen() -> Self {
        Self::new(Likeness::Sorensen, N_NEIGHBOURS)
    }

    /// The place of the nearest by Euclid's.
    pub(crate) const fn euclid() -> Self {
        Self::new(Likeness::Euclid, 1)
    }

    const fn new(likeness: Likeness, k: usize) -> Self {
        Self { likeness, k, scans: Vec::new(), heard_by: BTreeMap::new() }
    }

    /// Distances to every scan that shares a transmitter, in the order of the scans.
    fn distances(&self, heard: &[(TransmitterId, f64)]) -> Vec<(f64, u32)> {
        let mut shared = vec![0.0; self.scans.len()];
        for (id, level) in heard {
            for (scan, theirs) in self.heard_by.get(id).into_iter().flatten() {
                shared[*scan as usize] += match self.likeness {
                    Likeness::Sorensen => level.min(f64::from(*theirs)),
                    Likeness::Euclid => level * f64::from(*theirs),
                };
            }
        }
        let own: f64 = heard.iter().map(|(_, level)| self.likeness.share_of_sum(*level)).sum();
        (shared.iter().zip(&self.scans).zip(0..))
            .filter(|((shared, _), _)| **shared > 0.0)
            .map(|((shared, scan), number)| {
                let left = own + scan.sum - 2.0 * shared;
                let distance = match self.likeness {
                    Likeness::Sorensen => left / (own + scan.sum),
                    Likeness::Euclid => left.max(0.0).sqrt(),
                };
                (distance, number)
            })
            .collect()
    }
}

impl Likeness {
    /// A reading as the distance sees it; `None` for what is not looked at.
    fn level(self, observation: &Observation) -> Option<(TransmitterId, f64)> {
        let id = observation.transmitter;
        let above_db = (f64::from(observation.power?.get()) - FLOOR_DBM).max(0.0);
        let is_fresh = observation.age.get().abs() <= AGE_MAX_MS;
        let level = match self {
            Self::Sorensen => above_db.powf(std::f64::consts::E),
            Self::Euclid => above_db,
        };
        (is_fresh && !id.kind().is_cell() && level > 0.0).then_some((id, level))
    }

    fn share_of_sum(self, level: f64) -> f64 {
        match self {
            Self::Sorensen => level,
            Self::Euclid => level * level,
        }
    }
}

impl Method for Neighbours {
    fn teach(&mut self, batch: &Batch) {
        for report in &batch.reports {
            let number = u32::try_from(self.scans.len()).unwrap_or(u32::MAX);
            let mut sum = 0.0;
            for observation in report.observations() {
                let Some((id, level)) = self.likeness.level(observation) else { continue };
                sum += self.likeness.share_of_sum(level);
                self.heard_by.entry(id).or_default().push((number, level as f32));
            }
            let fix = report.fix();
            self.scans.push(Fingerprint { place: fix.place, floor: fix.floor, sum });
        }
    }

    fn seal(&mut self) -> anyhow::Result<()> {
        Ok(())
    }

    fn locate(&self, query: &LocateRequest) -> Option<Estimate> {
        let heard: Vec<_> =
            query.observations.iter().filter_map(|one| self.likeness.level(one)).collect();
        let mut ranked = self.distances(&heard);
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        ranked.truncate(self.k);
        let mut floors = BTreeMap::new();
        let mut places = Vec::with_capacity(ranked.len());
        for (distance, number) in ranked {
            let scan = &self.scans[number as usize];
            let weight = distance.max(1e-3).powi(DISTANCE_POWER);
            places.push((scan.place, weight));
            if let Some(level) = scan.floor {
                *floors.entry(level).or_insert(0.0) += weight;
            }
        }
        Some(Estimate { floor: heaviest(&floors), ..Estimate::at(mean(&places)?) })
    }

    fn transmitter(&self, _: TransmitterId) -> Option<Standing> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batches::testing::{at, batch, query};
    use crate::plane::distance_m;

    #[test]
    fn the_scan_that_sounds_alike_wins_and_a_stranger_gets_no_answer() {
        for mut method in [Neighbours::sorensen(), Neighbours::euclid()] {
            method.teach(&batch(&[
                (at(0.0, 0.0), &[(1, -40), (2, -80)]),
                (at(50.0, 0.0), &[(1, -80), (2, -40)]),
            ]));
            let found = method.locate(&query(&[(1, -42), (2, -81)])).unwrap();
            assert!(distance_m(found.place, at(0.0, 0.0)) < 1.0, "{found:?}");
            assert_eq!(method.locate(&query(&[(9, -40)])), None);
        }
    }

    #[test]
    fn distances_are_those_of_the_formulas() {
        // Euclid, dB above -105: (65, 25) against (60, 0): √(25 + 625).
        let mut euclid = Neighbours::euclid();
        euclid.teach(&batch(&[(at(0.0, 0.0), &[(1, -45)])]));
        let heard =
            [(crate::batches::testing::wifi(1), 65.0), (crate::batches::testing::wifi(2), 25.0)];
        assert!((euclid.distances(&heard)[0].0 - 650_f64.sqrt()).abs() < 1e-4);
        // Sørensen on levels 4 and 1 against 2 and 0: (2 + 1) / 7.
        let mut sorensen = Neighbours::sorensen();
        sorensen.teach(&batch(&[(at(0.0, 0.0), &[(1, -45)])]));
        let own = 60_f64.powf(std::f64::consts::E);
        let heard = [
            (crate::batches::testing::wifi(1), 2.0 * own),
            (crate::batches::testing::wifi(2), own / 2.0),
        ];
        assert!((sorensen.distances(&heard)[0].0 - 3.0 / 7.0).abs() < 1e-4);
    }
}
