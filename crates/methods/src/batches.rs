//! From what sets, towns and worlds send to the submissions that methods learn.

use cairn_evidence::token::contributor_token;
use cairn_ground::Day;
use cairn_report::{Batch, Report, SubmissionId};
use cairn_sim::Contribution;

/// Scrambling codes that every radio has. Source: 3GPP TS 36.211, 6.11: LTE has 504, fewest of all with one.
const CODES: u64 = 504;

/// Numbers submissions and gives each its sender's voice.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    n_taken: u64,
}

impl Desk {
    /// One submission that arrived on `received`; a sender has one voice a day, as a node's keys give it.
    pub(crate) fn take(&mut self, sender: &str, received: Day, reports: Vec<Report>) -> Batch {
        let mut day_key = [0; 32];
        day_key[..2].copy_from_slice(&received.get().to_le_bytes());
        let mut id = [0; 16];
        id[..8].copy_from_slice(&self.n_taken.to_le_bytes());
        self.n_taken += 1;
        let contributor = contributor_token(&day_key, &[sender.as_bytes()]);
        Batch { id: SubmissionId(id), received, contributor, app: None, reports }
    }

    /// A simulated contribution, received on the day of its first report.
    pub(crate) fn contribution(&mut self, sent: &Contribution) -> Option<Batch> {
        let received = sent.reports.first()?.timestamp().day();
        let reports = sent.reports.iter().filter_map(with_codes);
        Some(self.take(&sent.nickname, received, reports.collect()))
    }
}

/// The report with a scrambling code for each cell, which real phones state and simulated ones do not; a
/// peer drops cells without one.
fn with_codes(report: &Report) -> Option<Report> {
    let mut heard = report.observations().to_vec();
    for observation in heard.iter_mut().filter(|it| it.transmitter.kind().is_cell()) {
        let code = observation.transmitter.key().get() % CODES;
        observation.unit = observation.unit.or_else(|| u16::try_from(code).ok());
    }
    Report::new(report.timestamp(), *report.fix(), heard)
}

#[cfg(test)]
pub(crate) mod testing {
    //! Small submissions and queries for the tests of this crate.

    use super::*;
    use cairn_ground::{Bssid, Dbm, Enu, LatLng, LocalFrame, Timestamp, TransmitterId};
    use cairn_report::{Fix, Observation};
    use cairn_wire::geolocate::{LocateRequest, decode, encode_request};

    /// A day on which nothing special happened.
    pub(crate) const DAY: Day = Day::new(20_000);

    /// A place so many metres east and north of 50° N 8° E.
    pub(crate) fn at(east_m: f64, north_m: f64) -> LatLng {
        LocalFrame::at(LatLng::wrapped(50.0, 8.0)).latlng_from_enu(Enu { east_m, north_m })
    }

    /// The `n`th Wi-Fi network, in a box of its own.
    pub(crate) fn wifi(n: u64) -> TransmitterId {
        TransmitterId::Wifi(Bssid::from_u48(0x0c00_0000_0000 | n << 4))
    }

    /// Readings of (network, dBm), fresh.
    pub(crate) fn heard(heard: &[(u64, i16)]) -> Vec<Observation> {
        let one = |(n, dbm): &(u64, i16)| Observation {
            power: Dbm::new(f32::from(*dbm)).ok(),
            ..Observation::of(wifi(*n))
        };
        heard.iter().map(one).collect()
    }

    /// A submission of one report at each place, on [`DAY`], in an order of its own by the second.
    pub(crate) fn batch(reports: &[(LatLng, &[(u64, i16)])]) -> Batch {
        batch_on(DAY, reports)
    }

    /// The same on another day.
    pub(crate) fn batch_on(day: Day, reports: &[(LatLng, &[(u64, i16)])]) -> Batch {
        let reports = reports.iter().zip(0..).map(|((place, readings), second)| {
            let now = Timestamp::from_ms(day.start().ms() + 1_000 * second);
            Report::new(now, Fix::at(*place), heard(readings)).unwrap()
        });
        Desk::default().take("tester", day, reports.collect())
    }

    /// A query of such readings.
    pub(crate) fn query(readings: &[(u64, i16)]) -> LocateRequest {
        decode(&encode_request(&heard(readings))).unwrap()
    }

    #[test]
    fn a_sender_has_one_voice_a_day_and_each_submission_its_own_number() {
        let mut desk = Desk::default();
        let mut take = |sender: &str, day| desk.take(sender, Day::new(day), Vec::new());
        let (one, two, later) = (take("ada", 1), take("ada", 1), take("ada", 2));
        assert_eq!(one.contributor, two.contributor);
        assert_ne!(one.contributor, later.contributor);
        assert_ne!(one.contributor, take("bob", 1).contributor);
        assert_ne!(one.id, two.id);
    }
}
