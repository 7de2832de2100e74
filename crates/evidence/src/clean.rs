//! From a batch of reports to evidence: every rule in turn, every refusal counted.

use crate::{Evidence, Heard, day, identity, rules, spread, token};
use cairn_ground::{Dbm, LatLng, Surroundings};
use cairn_report::{Batch, Fix, FixSource, Observation, Refusals, Report};

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
    for report in &batch.reports {
        let surroundings = Surroundings::of(report.fix().place);
        if let Some(reason) = rules::refusal_of_report(report, &surroundings) {
            refusals.add_n(reason, report.observations().len() as u64);
            continue;
        }
        let heard = heard_by(report, &surroundings, &mut refusals);
        if !heard.is_empty() {
            evidence.push(joined(batch, report, heard));
        }
    }
    (evidence, refusals)
}

/// The observations of a report that pass every rule; the others are counted.
fn heard_by(report: &Report, surroundings: &Surroundings, refusals: &mut Refusals) -> Vec<Heard> {
    let fix = report.fix();
    let mut heard = Vec::with_capacity(report.observations().len());
    for observation in report.observations() {
        match rules::refusal_of_entry(fix, surroundings, observation) {
            Some(reason) => refusals.add(reason),
            None => heard.push(heard_once(fix, observation)),
        }
    }
    heard
}

fn heard_once(fix: &Fix, observation: &Observation) -> Heard {
    Heard {
        transmitter: observation.transmitter,
        rssi_dbm: observation.power.map(whole_dbm),
        sigma_m: spread::reading_sigma_m(fix, observation),
        gap_ms: spread::gap_ms(fix, observation),
        frequency_mhz: observation.frequency_mhz,
        unit: observation.unit,
        timing_advance: observation.timing_advance,
    }
}

fn joined(batch: &Batch, report: &Report, heard: Vec<Heard>) -> Evidence {
    let fix = report.fix();
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
fn on_grid(place: LatLng) -> LatLng {
    let (lat_e7, lng_e7) = place.to_e7();
    LatLng::from_e7(lat_e7, lng_e7).unwrap_or(place)
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to i8 on the same line")]
fn whole_dbm(power: Dbm) -> i8 {
    power.get().round().clamp(-127.0, 50.0) as i8
}

#[cfg(test)]
#[path = "clean_tests.rs"]
mod tests;
