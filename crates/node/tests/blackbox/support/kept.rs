//! Journals filled without a server, so that tests say whose voice and which app it was.

use super::Data;
use super::reports::{WHEN_MS, address};
use cairn_ground::{AgeMs, Bssid, Day, Dbm, LatLng, Meters, Timestamp, TransmitterId};
use cairn_journal::{Config, Journal, Position};
use cairn_report::{App, Batch, ContributorToken, Fix, Observation, Report, SubmissionId};

/// The settings of a server that archives within a second.
pub(crate) const ARCHIVING: &str = "connections_max = 100\n[archive]\nflush_seconds = 1";

/// The day of receipt of what these journals hold: long ago.
pub(crate) const RECEIVED: u16 = 20_371;

/// A submission: twelve reports around a place that hear the transmitters `first..first + 4`.
pub(crate) fn batch(n: u8, lat: f64, first: u64) -> Batch {
    let reports = (0..12_i16).map(|step| {
        let turn = f64::from(step) * 0.5;
        let place =
            LatLng::new(turn.sin().mul_add(2e-4, lat), turn.cos().mul_add(3e-4, -0.12)).unwrap();
        let heard = (0..4).map(|k| Observation {
            power: Some(Dbm::new(-55.0 - f32::from(step)).unwrap()),
            age: AgeMs::ZERO,
            ..Observation::of(TransmitterId::Wifi(Bssid::parse(&address(first + k)).unwrap()))
        });
        let ms = WHEN_MS + i64::from(n) * 100_000 + i64::from(step) * 5_000;
        let fix = Fix { r68: Some(Meters::new(8.0).unwrap()), ..Fix::at(place) };
        Report::new(Timestamp::from_ms(ms), fix, heard.collect()).unwrap()
    });
    Batch {
        id: SubmissionId([n; 16]),
        received: Day::new(RECEIVED),
        contributor: ContributorToken(0x1111_0000 + u64::from(n)),
        app: App::parse(&format!("walker/1.{n}")),
        reports: reports.collect(),
    }
}

/// Appends submissions to the journal of a folder that nobody serves, in small files.
pub(crate) fn append(data: &Data, batches: &[Batch]) {
    let config = Config { segment_bytes_max: 2_000, ..Config::standard() };
    let (journal, _) = Journal::open(&data.path().join("journal"), config).unwrap();
    for batch in batches {
        journal.append_blocking(batch.clone()).unwrap();
    }
}

/// Removes all journal files but the last, those that the service did not remove by itself.
pub(crate) fn forget_the_start(data: &Data) {
    let (journal, _) = Journal::open(&data.path().join("journal"), Config::standard()).unwrap();
    journal.trim(journal.committed()).unwrap();
    assert!(journal.start() > Position::START);
}
