//! Rows of one time and place, joined into one report.

use super::Out;
use crate::heard::{Heard, Hearing};
use crate::once::Once;
use cairn_ground::{LatLng, Timestamp};
use cairn_report::{Fix, Observation, Reason, Report};
use std::collections::BTreeMap;

/// A row as far as its format goes: when, where, and one thing heard.
pub(super) struct Row {
    pub(super) timestamp: Timestamp,
    pub(super) fix: Fix,
    pub(super) heard: Hearing,
}

/// The open reports of a file, by time and place.
#[derive(Debug)]
pub(super) struct Joiner {
    open: BTreeMap<(Timestamp, i32, i32), Open>,
    n_readings: usize,
    n_readings_max: usize,
}

#[derive(Debug)]
struct Open {
    line: u64,
    fix: Fix,
    observations: Once<Observation>,
}

impl Joiner {
    pub(super) const fn new(n_readings_max: usize) -> Self {
        Self { open: BTreeMap::new(), n_readings: 0, n_readings_max }
    }

    /// Takes a row; its first refusal of an entry, if any, is the row's fate.
    pub(super) fn take(&mut self, line: u64, row: Row, out: &mut Out<'_, '_>) {
        let Heard { observations: heard, refusals, .. } =
            row.heard.finish(crate::field::Field::Missing);
        let Some(observation) = heard.first().copied() else {
            // One entry went in, so one reason of an entry comes out; values are not counted for it.
            let reason =
                refusals.iter().map(|(reason, _)| reason).find(|r| *r < Reason::ValuePower);
            out.row_refused(line, reason.unwrap_or(Reason::EntryMalformed));
            return;
        };
        let key = key(row.timestamp, row.fix.place);
        let open = self.open.entry(key).or_insert_with(|| Open {
            line,
            fix: row.fix,
            observations: Once::default(),
        });
        if let Err(reason) = open.observations.keep(observation) {
            out.row_refused(line, reason);
            return;
        }
        open.line = open.line.min(line);
        self.n_readings += 1;
        out.row_kept();
        out.values_refused(line, &refusals);
        if self.n_readings >= self.n_readings_max {
            self.finish(out);
        }
    }

    /// Hands the open reports on, oldest first.
    pub(super) fn finish(&mut self, out: &mut Out<'_, '_>) {
        self.n_readings = 0;
        for ((timestamp, ..), open) in std::mem::take(&mut self.open) {
            if let Some(report) = Report::new(timestamp, open.fix, open.observations.into_all()) {
                out.report(open.line, report);
            }
        }
    }
}

fn key(timestamp: Timestamp, place: LatLng) -> (Timestamp, i32, i32) {
    let (lat_e7, lng_e7) = place.to_e7();
    (timestamp, lat_e7, lng_e7)
}
