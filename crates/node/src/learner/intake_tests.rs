//! Tests of records that cannot be learned.

use super::*;
use crate::learner::seal::empty_map;
use cairn_ground::{Bssid, Day, LatLng, Timestamp, TransmitterId};
use cairn_journal::{Config, Journal};
use cairn_report::{ContributorToken, Fix, Observation, Report, SubmissionId};
use std::path::Path;
use tempfile::TempDir;

/// The batch that some of these tests cannot learn.
const POISON: u8 = 3;

fn batch(n: u8) -> Batch {
    let fix = Fix::at(LatLng::new(51.5, -0.12).unwrap());
    let id = TransmitterId::Wifi(Bssid::from_u48(0x0200_5e00_0000 + u64::from(n) * 16));
    let when = Timestamp::from_ms(1_760_000_000_000 + i64::from(n));
    let report = Report::new(when, fix, vec![Observation::of(id)]).unwrap();
    Batch {
        id: SubmissionId([n; 16]),
        received: Day::new(20_400),
        contributor: ContributorToken(u64::from(n)),
        app: None,
        reports: vec![report],
    }
}

fn poisoned(map: &mut RadioMap, batch: &Batch) -> Learned {
    assert!(batch.contributor.0 != u64::from(POISON), "poison");
    learn(map, batch)
}

fn journal(folder: &Path) -> Arc<Journal> {
    Arc::new(Journal::open(&folder.join("journal"), Config::standard()).unwrap().0)
}

fn intake(folder: &Path, journal: &Arc<Journal>, how: Learn) -> Intake {
    let reader = journal.read_from(Position::START).unwrap();
    let parked = Parked::at(&folder.join("parked"));
    let (origin, reader) = (Origin::Own(Arc::clone(journal)), Reading::Own(reader));
    Intake { learn: how, ..Intake::new(&origin, reader, parked, &Arc::new(Metrics::new())) }
}

fn learn_all(intake: &mut Intake) -> RadioMap {
    let mut map = empty_map(1);
    while intake.step(&mut map).unwrap().is_some() {}
    map
}

/// A folder whose journal holds a record that panics, learned once.
fn learned() -> (TempDir, Arc<Journal>, RadioMap) {
    let folder = tempfile::tempdir().unwrap();
    let journal = journal(folder.path());
    for n in 0..6 {
        journal.append_blocking(batch(n)).unwrap();
    }
    let mut intake = intake(folder.path(), &journal, poisoned);
    let map = learn_all(&mut intake);
    let shown = &intake.metrics.learner;
    assert_eq!((shown.parked.get(), shown.parked_total.get()), (1, 1));
    (folder, journal, map)
}

#[test]
fn a_record_whose_learning_panics_is_parked_by_its_place_and_the_others_are_learned() {
    let (folder, journal, map) = learned();
    assert_eq!(map.len(), 5);
    let parked = Parked::at(&folder.path().join("parked")).all().unwrap();
    let label = &parked[0].label;
    let place = journal.place_of(Position::new(label.position)).unwrap();
    assert_eq!(
        (&label.segment, label.offset, label.reason.as_str()),
        (&place.segment, place.offset, "poison")
    );
    assert_eq!(codec::decode(&parked[0].payload), Ok(batch(POISON)));
}

#[test]
fn a_parked_record_is_learned_by_a_program_that_can_and_goes_when_that_is_sealed() {
    let (folder, journal, mut map) = learned();
    let mut still = intake(folder.path(), &journal, poisoned);
    assert!(!still.retry(&mut map));
    let mut able = intake(folder.path(), &journal, learn);
    assert!(able.retry(&mut map));
    assert_eq!((map.len(), able.metrics.learner.parked.get()), (6, 1));
    let whole = learn_all(&mut intake(folder.path(), &journal, learn));
    assert_eq!(map.digest(), whole.digest(), "as if it had never been parked");
    able.sealed(Position::START);
    assert_eq!((able.parked.count().unwrap(), able.metrics.learner.parked.get()), (0, 0));
}

#[test]
fn a_record_of_a_newer_program_is_parked_with_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let journal = journal(folder.path());
    let at = journal.append_blocking(batch(0)).unwrap().position;
    journal.append_blocking(batch(1)).unwrap();
    drop(journal);
    let payload = renew(&folder.path().join("journal"), at);
    let journal = self::journal(folder.path());
    let mut intake = intake(folder.path(), &journal, learn);
    assert_eq!(learn_all(&mut intake).len(), 1);
    let parked = intake.parked.all().unwrap();
    assert_eq!((parked.len(), &parked[0].payload), (1, &payload));
    assert!(parked[0].label.reason.contains("version 99"), "{}", parked[0].label.reason);
    assert_eq!(parked[0].label.position, at.get());
}

/// Makes the last record one of a newer program, with its checksum right; returns its payload.
fn renew(folder: &Path, at: Position) -> Vec<u8> {
    let path = folder.join("segment-00000000000000000000.log");
    let mut bytes = fs::read(&path).unwrap();
    let from = 24 + usize::try_from(at.get()).unwrap();
    let n = u32::from_le_bytes(bytes[from..from + 4].try_into().unwrap());
    let payload = from + 12..from + 12 + usize::try_from(n).unwrap();
    bytes[payload.start] = 99;
    let distance: [u8; 4] = bytes[from + 4..from + 8].try_into().unwrap();
    let head = [&at.get().to_le_bytes()[..], &u64::from(n).to_le_bytes(), &distance].concat();
    let crc = crc32c::crc32c_append(crc32c::crc32c(&head), &bytes[payload.clone()]);
    bytes[from + 8..from + 12].copy_from_slice(&crc.to_le_bytes());
    fs::write(&path, &bytes).unwrap();
    bytes[payload].to_vec()
}
