//! The fixes of a batch in the order of time, each once.

use super::instant_ms;
use crate::clean::on_grid;
use crate::limits::{CLOCK_COARSE_MS, CLOCK_STEP_MS};
use crate::spread;
use cairn_ground::{Floor, LatLng};
use cairn_report::{Fix, FixSource, Report};

/// One fix on the way, with the reports that carry it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stop {
    /// When it was taken, ms since 1970.
    pub(crate) at_ms: i64,
    /// Where, to 1e-7 degrees.
    pub(crate) place: LatLng,
    /// Claimed standard deviation per axis, or the one assumed, m.
    pub(crate) sigma_m: f64,
    /// Stated speed over ground, m/s.
    pub(crate) speed_m_s: Option<f32>,
    /// Stated level.
    pub(crate) floor: Option<Floor>,
    /// True for a place somebody set: taken as it is, never smoothed.
    pub(crate) is_set: bool,
    /// The reports that carry it, by their number in the batch.
    pub(crate) reports: Vec<usize>,
}

impl Stop {
    fn of(number: usize, report: &Report) -> Self {
        let fix = report.fix();
        Self {
            at_ms: instant_ms(report, fix.age.get()),
            place: on_grid(fix.place),
            sigma_m: spread::fix_sigma_m(fix),
            speed_m_s: fix.speed_m_s,
            floor: fix.floor,
            is_set: matches!(fix.source, FixSource::Survey | FixSource::Manual),
            reports: vec![number],
        }
    }

    /// What tells stops apart, and orders them: nothing of it is where a report stood in the batch.
    fn key(&self) -> (i64, (i32, i32), bool, Option<Floor>) {
        (self.at_ms, self.place.to_e7(), self.is_set, self.floor)
    }

    /// Seconds to a later stop.
    pub(crate) fn seconds_to(&self, later: &Self) -> f64 {
        seconds(self.at_ms, later.at_ms)
    }
}

/// Seconds from one instant to another.
#[expect(clippy::cast_precision_loss, reason = "ms within a batch; what is far apart is far apart")]
pub(crate) fn seconds(from_ms: i64, to_ms: i64) -> f64 {
    to_ms.saturating_sub(from_ms) as f64 / 1_000.0
}

/// The stops of the reports that teach, in the order of time; a table's rows are no way.
pub(super) fn of(reports: &[Report], teaches: &[bool]) -> Vec<Stop> {
    let is_walked = |fix: &Fix| fix.source != FixSource::Table;
    let mut stops: Vec<Stop> = (reports.iter().enumerate())
        .filter(|(number, report)| teaches[*number] && is_walked(report.fix()))
        .map(|(number, report)| Stop::of(number, report))
        .collect();
    stops.sort_by(|a, b| {
        let speed = |stop: &Stop| stop.speed_m_s.map(f32::to_bits);
        (a.key().cmp(&b.key())).then(a.sigma_m.total_cmp(&b.sigma_m)).then(speed(a).cmp(&speed(b)))
    });
    stops.dedup_by(|next, kept| {
        let is_same = next.key() == kept.key();
        if is_same {
            kept.reports.append(&mut next.reports);
        }
        is_same
    });
    stops
}

/// The step of the clock that took these stops: a minute when all fall on one, else a second.
pub(super) fn clock_step_ms(stops: &[Stop]) -> i64 {
    let is_coarse = stops.len() > 1 && stops.iter().all(|stop| stop.at_ms % CLOCK_COARSE_MS == 0);
    if is_coarse { CLOCK_COARSE_MS } else { CLOCK_STEP_MS }
}
