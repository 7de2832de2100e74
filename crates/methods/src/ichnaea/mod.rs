//! Ichnaea's estimator, rebuilt from a description: weighted means of where a network was heard, clusters
//! of them, and the group of answers with the highest score.
//!
//! Chosen here: a submission is processed on its newest day and its networks are batched by it (the service
//! batches whatever its queue holds); there is no answer from an address. The non-linear fit is taken in
//! its closed form, which is 0.06 m away at the median.
//!
//! Reading order: `weight` (what an observation counts), `record` (one network's states), `near` (Wi-Fi,
//! Bluetooth), `cells`, `choice`.

mod cells;
mod choice;
mod cluster;
mod near;
mod record;
mod weight;

use crate::method::{Estimate, Method, Standing};
use cairn_ground::{AreaId, Day, TransmitterId};
use cairn_report::{Batch, FixSource};
use cairn_wire::geolocate::LocateRequest;
use cells::Area;
use record::{Record, Seen};
use std::collections::BTreeMap;

/// Which 20 (of Bluetooth 10) networks of a large cluster its place rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Twenty {
    /// Those with the lowest scores: what the service does, for it sorts ascending.
    LowestScores,
    /// Those with the highest: what its comment says.
    HighestScores,
}

/// All records.
#[derive(Debug)]
pub(crate) struct Ichnaea {
    twenty: Twenty,
    records: BTreeMap<TransmitterId, Record>,
    areas: BTreeMap<AreaId, Area>,
    today: Day,
}

impl Ichnaea {
    /// A service that has learned nothing.
    pub(crate) const fn new(twenty: Twenty) -> Self {
        Self { twenty, records: BTreeMap::new(), areas: BTreeMap::new(), today: Day::new(0) }
    }

    /// The record of a network that may answer.
    fn usable(&self, id: TransmitterId) -> Option<&Record> {
        self.records.get(&id).filter(|record| !record.is_blocked(self.today))
    }
}

impl Method for Ichnaea {
    fn teach(&mut self, batch: &Batch) {
        let mut seen: BTreeMap<TransmitterId, Vec<Seen>> = BTreeMap::new();
        for report in &batch.reports {
            let fix = report.fix();
            for observation in report.observations() {
                let Some(weight) = weight::of(fix, observation) else { continue };
                let is_query = fix.source == FixSource::Query;
                let one = Seen { place: fix.place, weight, is_query };
                seen.entry(observation.transmitter).or_default().push(one);
            }
        }
        let day = batch.reports.iter().map(|report| report.timestamp().day()).max();
        let day = day.unwrap_or(Day::new(0));
        self.today = self.today.max(day);
        for (id, seen) in seen {
            let next = Record::after(self.records.get(&id), id.kind(), &seen, day);
            self.records.insert(id, next);
        }
    }

    fn seal(&mut self) -> anyhow::Result<()> {
        self.areas = cells::areas(&self.records, self.today);
        Ok(())
    }

    fn locate(&self, query: &LocateRequest) -> Option<Estimate> {
        let mut answers = near::wifi(self, &query.observations);
        answers.extend(near::ble(self, &query.observations));
        let from_cells = cells::locate(self, &query.observations);
        if from_cells.is_empty() && query.fallback_area {
            answers.extend(cells::locate_areas(self, &query.areas));
        }
        answers.extend(from_cells);
        let best = choice::best(&answers)?;
        Some(Estimate { r95_m: Some(best.radius_m), ..Estimate::at(best.place) })
    }

    fn transmitter(&self, id: TransmitterId) -> Option<Standing> {
        let place = self.usable(id)?.place()?;
        Some(Standing { place, covariance: None, floor: None })
    }
}

#[cfg(test)]
#[path = "ichnaea_tests.rs"]
mod tests;
