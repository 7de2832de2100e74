//! One fix with what was heard around it.

use crate::{Fix, Observation, limits::OBSERVATIONS_PER_REPORT_MAX};
use cairn_ground::Timestamp;
use std::cmp::Ordering;

/// One fix with the observations around it; what a phone contributes.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    timestamp: Timestamp,
    fix: Fix,
    observations: Vec<Observation>,
}

impl Report {
    /// A report of at least one observation; `None` without any.
    ///
    /// Observations are put in the order of their transmitters; of two with one transmitter the
    /// stronger stays (then the younger). What exceeds the limit is cut, weakest first. So the same
    /// set of observations makes the same report, whatever order it came in (R2).
    pub fn new(timestamp: Timestamp, fix: Fix, mut observations: Vec<Observation>) -> Option<Self> {
        distinct(&mut observations);
        (!observations.is_empty()).then_some(Self { timestamp, fix, observations })
    }

    /// The instant all ages count back from (R1).
    pub const fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// Where the phone says it was.
    pub const fn fix(&self) -> &Fix {
        &self.fix
    }

    /// What it heard, each transmitter once, in the order of their identities.
    pub fn observations(&self) -> &[Observation] {
        &self.observations
    }
}

/// Keeps each transmitter once, its stronger and fresher reading, and of more than a report holds the strongest;
/// in the order of their identities, whatever order they came in (R2).
pub fn distinct(observations: &mut Vec<Observation>) {
    let is_so = observations.is_sorted_by(|a, b| a.transmitter < b.transmitter);
    if is_so && observations.len() <= OBSERVATIONS_PER_REPORT_MAX {
        return;
    }
    observations
        .sort_unstable_by(|a, b| a.transmitter.cmp(&b.transmitter).then_with(|| preference(a, b)));
    observations.dedup_by_key(|o| o.transmitter);
    if observations.len() > OBSERVATIONS_PER_REPORT_MAX {
        observations.sort_unstable_by(|a, b| {
            power(b).total_cmp(&power(a)).then(a.transmitter.cmp(&b.transmitter))
        });
        observations.truncate(OBSERVATIONS_PER_REPORT_MAX);
        observations.sort_unstable_by_key(|o| o.transmitter);
    }
}

/// Whether of two readings of one transmitter the first stays: the stronger, then the younger (R2).
pub fn is_preferred(one: &Observation, other: &Observation) -> bool {
    preference(one, other).is_lt()
}

/// Which of two readings of one transmitter comes first.
fn preference(a: &Observation, b: &Observation) -> Ordering {
    (power(b).total_cmp(&power(a)))
        .then(a.age.get().abs().cmp(&b.age.get().abs()))
        .then(a.age.cmp(&b.age))
        .then(a.frequency_mhz.cmp(&b.frequency_mhz))
        .then((a.unit, a.timing_advance).cmp(&(b.unit, b.timing_advance)))
}

/// How strong a reading is, dBm; one that does not say it is weaker than any.
fn power(one: &Observation) -> f32 {
    one.power.map_or(f32::NEG_INFINITY, cairn_ground::Dbm::get)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::{Bssid, Dbm, LatLng, TransmitterId};

    fn heard(address: u64, dbm: f32) -> Observation {
        let id = TransmitterId::Wifi(Bssid::from_u48(address));
        Observation { power: Some(Dbm::new(dbm).unwrap()), ..Observation::of(id) }
    }

    #[test]
    fn the_same_set_makes_the_same_report_and_doubles_keep_the_stronger() {
        // invariant: R2
        let fix = Fix::at(LatLng::new(1.0, 2.0).unwrap());
        let now = Timestamp::from_ms(5);
        let one = Report::new(now, fix, vec![heard(1, -50.0), heard(2, -60.0), heard(1, -40.0)]);
        let two = Report::new(now, fix, vec![heard(1, -40.0), heard(1, -50.0), heard(2, -60.0)]);
        assert_eq!(one, two);
        assert_eq!(one.unwrap().observations(), [heard(1, -40.0), heard(2, -60.0)]);
        assert_eq!(Report::new(now, fix, vec![]), None);
    }

    #[test]
    fn one_observation_past_the_limit_costs_the_weakest() {
        let fix = Fix::at(LatLng::new(1.0, 2.0).unwrap());
        let many = (0..=OBSERVATIONS_PER_REPORT_MAX as u64)
            .map(|n| heard(n + 1, if n == 7 { -99.0 } else { -60.0 }))
            .collect();
        let report = Report::new(Timestamp::from_ms(0), fix, many).unwrap();
        assert_eq!(report.observations().len(), OBSERVATIONS_PER_REPORT_MAX);
        assert!(!report.observations().contains(&heard(8, -99.0)));
    }
}
