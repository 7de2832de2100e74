//! beaconDB's estimator, rebuilt from a description: boxes that only grow, and their middles.
//!
//! Chosen here, where the harness cannot follow: every network is given a name (without one beaconDB drops
//! it); a query's cells come in the order of their identities, and their codes are not compared. Its import
//! of other people's cells is absent.

use crate::method::{Estimate, Method, Standing};
use crate::plane::{Bounds, mean};
use cairn_ground::{TransmitterId, TransmitterKind};
use cairn_report::{Batch, Fix, Observation};
use cairn_wire::geolocate::LocateRequest;
use std::collections::BTreeMap;

/// Claimed radius of a fix beyond which its report is dropped, m.
const FIX_R68_MAX_M: f64 = 250.0;
/// Height of a fix above which its report is dropped, m.
const HEIGHT_MAX_M: f32 = 5_000.0;
/// Time and way between a fix and a reading beyond which the reading is dropped.
const GAP_MAX_S: f64 = 30.0;
/// See [`GAP_MAX_S`].
const GAP_MAX_M: f64 = 150.0;
/// Half-diagonals of boxes that may answer for Wi-Fi, m.
const HALF_DIAGONAL_M: (f64, f64) = (1.0, 500.0);
/// Least radius answered, m.
const RADIUS_MIN_M: f64 = 50.0;

/// The box of each transmitter.
#[derive(Debug, Default)]
pub(crate) struct Beacondb {
    boxes: BTreeMap<TransmitterId, Bounds>,
}

impl Beacondb {
    fn wifi(&self, observations: &[Observation]) -> Option<Estimate> {
        let known: Vec<(Bounds, f64)> = (observations.iter())
            .filter(|o| o.transmitter.kind() == TransmitterKind::Wifi)
            .filter_map(|o| Some((*self.boxes.get(&o.transmitter)?, weight(o)?)))
            .filter(|(bounds, _)| is_usable(bounds))
            .collect();
        if known.len() < 2 {
            return None;
        }
        let middles: Vec<_> = known.iter().map(|(bounds, w)| (bounds.center(), *w)).collect();
        let total: f64 = known.iter().map(|(_, w)| w).sum();
        let radius_m: f64 = known.iter().map(|(bounds, w)| w * half_diagonal_m(bounds)).sum();
        let r95_m = Some((radius_m / total).max(RADIUS_MIN_M));
        Some(Estimate { r95_m, ..Estimate::at(mean(&middles)?) })
    }

    fn cell(&self, observations: &[Observation]) -> Option<Estimate> {
        let mut cells = observations.iter().map(|o| o.transmitter).filter(|id| id.kind().is_cell());
        let bounds = cells.find_map(|id| self.boxes.get(&id))?;
        let r95_m = Some(half_diagonal_m(bounds).max(RADIUS_MIN_M));
        Some(Estimate { r95_m, ..Estimate::at(bounds.center()) })
    }
}

impl Method for Beacondb {
    fn teach(&mut self, batch: &Batch) {
        for report in batch.reports.iter().filter(|report| is_kept(report.fix())) {
            let fix = report.fix();
            let heard = report.observations().iter().filter(|o| is_near(fix, o) && has_code(o));
            for observation in heard {
                let here = Bounds::of(fix.place);
                let bounds = self.boxes.entry(observation.transmitter).or_insert(here);
                *bounds = bounds.with(&here);
            }
        }
    }

    fn seal(&mut self) -> anyhow::Result<()> {
        Ok(())
    }

    fn locate(&self, query: &LocateRequest) -> Option<Estimate> {
        self.wifi(&query.observations).or_else(|| self.cell(&query.observations))
    }

    /// A Wi-Fi network with a box too wide to answer is out of use; one seen from a single spot has a place.
    fn transmitter(&self, id: TransmitterId) -> Option<Standing> {
        let bounds = self.boxes.get(&id)?;
        let is_too_wide = half_diagonal_m(bounds) > HALF_DIAGONAL_M.1;
        let is_wifi = id.kind() == TransmitterKind::Wifi;
        let standing = Standing { place: bounds.center(), covariance: None, floor: None };
        (!(is_wifi && is_too_wide)).then_some(standing)
    }
}

fn is_kept(fix: &Fix) -> bool {
    fix.r68.is_none_or(|r68| r68.get() <= FIX_R68_MAX_M)
        && fix.height_hae_m.is_none_or(|height_m| height_m <= HEIGHT_MAX_M)
}

fn is_near(fix: &Fix, observation: &Observation) -> bool {
    let gap_s = f64::from((observation.age.get() - fix.age.get()).abs()) / 1_000.0;
    let speed_m_s = f64::from(fix.speed_m_s.unwrap_or(0.0));
    gap_s <= GAP_MAX_S && gap_s * speed_m_s <= GAP_MAX_M
}

/// A cell without a scrambling code is dropped.
fn has_code(observation: &Observation) -> bool {
    !observation.transmitter.kind().is_cell() || observation.unit.is_some()
}

fn half_diagonal_m(bounds: &Bounds) -> f64 {
    bounds.diagonal_m() / 2.0
}

fn is_usable(bounds: &Bounds) -> bool {
    (HALF_DIAGONAL_M.0..=HALF_DIAGONAL_M.1).contains(&half_diagonal_m(bounds))
}

/// How much a network of a query counts; `None` when its power is impossible.
fn weight(observation: &Observation) -> Option<f64> {
    let stated = observation.power.map_or(0.0, |power| f64::from(power.get()));
    let dbm = if stated.abs() < f64::EPSILON { -80.0 } else { stated };
    let is_possible = (-100.0..=0.0).contains(&dbm);
    is_possible.then(|| (1e4 / (dbm.min(-50.0) - 20.0).powi(2)).powi(2))
}

#[cfg(test)]
#[path = "beacondb_tests.rs"]
mod tests;
