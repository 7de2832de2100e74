//! The way a phone went through one submission: its fixes in time, and where it was between them.
//!
//! A reading belongs where the phone was when it heard it, which may be between two fixes. All reports
//! of a batch are one contributor's, so their fixes, put in the order of time, are a way: [`stop`] gathers
//! them, [`link`] cuts the way where nobody could have gone or nothing is known, [`smooth`] (by [`kalman`])
//! evens out a satellite receiver's, and [`way`] says where the phone was at an instant.
//!
//! Nothing depends on the order of the reports in the batch. Several phones in one batch (an import, a
//! relay) are several ways where their places tell them apart.

mod kalman;
pub(crate) mod link;
mod smooth;
mod stop;
mod way;

#[cfg(test)]
#[path = "trace_tests.rs"]
mod tests;

pub(crate) use stop::Stop;
pub(crate) use way::Whereabouts;

use crate::rules;
use cairn_ground::{Confidence, Meters};
use cairn_report::{Fix, Observation, Reason, Report};
use way::Trace;

/// How a report stands to the ways of its batch.
#[derive(Debug, Clone, Copy)]
enum Standing {
    /// On none: its place stands for itself.
    Apart,
    /// Its fix is a stop of this way.
    On(usize),
    /// Its fix lies.
    Refused(Reason),
}

/// The ways of one batch.
#[derive(Debug)]
pub(crate) struct Traces {
    traces: Vec<Trace>,
    standings: Vec<Standing>,
}

impl Traces {
    /// The ways of those reports that `teaches` says are let through so far.
    ///
    /// # Cost
    /// O(reports · log reports), some 200 ns a report.
    pub(crate) fn of(reports: &[Report], teaches: &[bool]) -> Self {
        let mut stops = stop::of(reports, teaches);
        let step_ms = stop::clock_step_ms(&stops);
        let mut standings = vec![Standing::Apart; reports.len()];
        for (reason, refused) in rules::lying_stops(&mut stops, step_ms) {
            for report in refused.reports {
                standings[report] = Standing::Refused(reason);
            }
        }
        let mut traces = Vec::new();
        for way in link::ways(&stops, step_ms) {
            for report in way.iter().flat_map(|stop| &stop.reports) {
                standings[*report] = Standing::On(traces.len());
            }
            traces.push(Trace::of(&way));
        }
        Self { traces, standings }
    }

    /// Why nothing of a report teaches, if its way says so.
    pub(crate) fn refusal(&self, report: usize) -> Option<Reason> {
        match self.standings[report] {
            Standing::Refused(reason) => Some(reason),
            Standing::Apart | Standing::On(_) => None,
        }
    }

    /// True when a report's claimed radius is widened, because its way contradicts it.
    pub(crate) fn is_widened(&self, report: usize, fix: &Fix) -> bool {
        fix.r68.is_some() && self.trace(report).is_some_and(|trace| trace.claim_factor > 1.0)
    }

    /// A report's fix with the radius it should have claimed.
    pub(crate) fn believed_fix(&self, report: usize, fix: &Fix) -> Fix {
        let factor = self.trace(report).map_or(1.0, |trace| trace.claim_factor);
        let least_m = crate::limits::FIX_SIGMA_MIN_M * Confidence::P68.rayleigh();
        let wider = |r68: Meters| Meters::new(r68.get().max(least_m) * factor).unwrap_or(r68);
        let r68 = if factor > 1.0 { fix.r68.map(wider) } else { fix.r68 };
        Fix { r68, ..*fix }
    }

    /// Where the phone was when it made an observation of a report.
    pub(crate) fn whereabouts(
        &self,
        index: usize,
        report: &Report,
        observation: &Observation,
    ) -> Whereabouts {
        let fix = report.fix();
        match self.trace(index) {
            Some(trace) => trace.at(instant_ms(report, observation.age.get())),
            None => Whereabouts::about(fix, observation),
        }
    }

    fn trace(&self, report: usize) -> Option<&Trace> {
        match self.standings[report] {
            Standing::On(trace) => self.traces.get(trace),
            Standing::Apart | Standing::Refused(_) => None,
        }
    }
}

/// The instant of something `age_ms` before a report's (R1), in ms since 1970.
pub(crate) fn instant_ms(report: &Report, age_ms: i32) -> i64 {
    report.timestamp().ms().saturating_sub(i64::from(age_ms))
}
