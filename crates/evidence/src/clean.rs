//! From a batch of reports to evidence: every rule in turn, every refusal counted.

use crate::repeat::Repeats;
use crate::trace::{Traces, Whereabouts};
use crate::{Evidence, Heard, day, identity, rules, spread, token};
use cairn_ground::{Dbm, LatLng, Surroundings};
use cairn_report::{Batch, Fix, FixSource, Observation, Reason, Refusals, Report};

/// What a batch teaches, and why the rest of it does not.
///
/// The unit of counting is the observation: those that came in are those kept in some evidence plus
/// those refused (E2). A report of which nothing is left makes no evidence.
///
/// # Cost
/// O(observations); one allocation per report, one blake3 of about 24 bytes per observation.
pub fn clean(batch: &Batch) -> (Vec<Evidence>, Refusals) {
    let mut refusals = Refusals::default();
    let mut evidence = Vec::with_capacity(batch.reports.len());
    let judged: Vec<_> = batch.reports.iter().map(judge).collect();
    let mut teaches: Vec<bool> = judged.iter().map(Result::is_ok).collect();
    let traces = Traces::of(&batch.reports, &teaches);
    for (number, teaches) in teaches.iter_mut().enumerate() {
        *teaches &= traces.refusal(number).is_none();
    }
    let repeats = Repeats::of(&batch.reports, &teaches);
    for (number, (report, judged)) in batch.reports.iter().zip(judged).enumerate() {
        let surroundings = match (judged, traces.refusal(number)) {
            (Ok(surroundings), None) => surroundings,
            (Err(reason), _) | (Ok(_), Some(reason)) => {
                refusals.add_n(reason, report.observations().len() as u64);
                continue;
            }
        };
        let fix = traces.believed_fix(number, report.fix());
        if traces.is_widened(number, report.fix()) {
            refusals.add(Reason::ValueFixClaim);
        }
        let from = Heedful { traces: &traces, repeats: &repeats, number, report, fix };
        let heard = from.heard(&surroundings, &mut refusals);
        if !heard.is_empty() {
            evidence.push(joined(batch, report, &fix, heard));
        }
    }
    (evidence, refusals)
}

/// What a report's place lies in, or why nothing of the report teaches.
fn judge(report: &Report) -> Result<Surroundings, Reason> {
    let surroundings = Surroundings::of(report.fix().place);
    match rules::refusal_of_report(report, &surroundings) {
        Some(reason) => Err(reason),
        None => Ok(surroundings),
    }
}

/// One report of a batch, with what the batch says of it.
struct Heedful<'a> {
    traces: &'a Traces,
    repeats: &'a Repeats,
    number: usize,
    report: &'a Report,
    fix: Fix,
}

impl Heedful<'_> {
    /// The observations that pass every rule; the others are counted.
    fn heard(&self, surroundings: &Surroundings, refusals: &mut Refusals) -> Vec<Heard> {
        let mut heard = Vec::with_capacity(self.report.observations().len());
        for (entry, observation) in self.report.observations().iter().enumerate() {
            let whereabouts = self.traces.whereabouts(self.number, self.report, observation);
            match rules::refusal_of_entry(&self.fix, surroundings, observation, &whereabouts) {
                Some(reason) => refusals.add(reason),
                None => heard.push(self.heard_once(entry, observation, &whereabouts)),
            }
        }
        heard
    }

    fn heard_once(
        &self,
        entry: usize,
        observation: &Observation,
        whereabouts: &Whereabouts,
    ) -> Heard {
        Heard {
            transmitter: observation.transmitter,
            rssi_dbm: observation.power.map(whole_dbm),
            place: whereabouts.place,
            sigma_m: spread::narrow(whereabouts.sigma_m),
            gap_ms: spread::gap_ms(&self.fix, observation),
            repeated: self.repeats.contain(self.number, entry),
            frequency_mhz: observation.frequency_mhz,
            unit: observation.unit,
            timing_advance: observation.timing_advance,
        }
    }
}

fn joined(batch: &Batch, report: &Report, fix: &Fix, heard: Vec<Heard>) -> Evidence {
    Evidence {
        id: identity::evidence_id(report),
        place: on_grid(fix.place),
        fix_sigma_m: spread::claimed_sigma_m(fix),
        floor: fix.floor,
        height: spread::height(fix),
        day: day::believed(report.timestamp(), batch.received),
        voice: token::voice(batch.contributor),
        surveyed: fix.source == FixSource::Survey,
        heard,
    }
}

/// The place as votes and checkpoints keep it, so that nothing downstream depends on finer digits.
pub(crate) fn on_grid(place: LatLng) -> LatLng {
    let (lat_e7, lng_e7) = place.to_e7();
    LatLng::from_e7(lat_e7, lng_e7).unwrap_or(place)
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to i8 on the same line")]
pub(crate) fn whole_dbm(power: Dbm) -> i8 {
    power.get().round().clamp(-127.0, 50.0) as i8
}

#[cfg(test)]
#[path = "clean_tests.rs"]
mod tests;
