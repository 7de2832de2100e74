//! Tests of what goes on to further servers.

use super::*;
use cairn_ground::{Bssid, Day, LatLng, Timestamp, TransmitterId};
use cairn_journal::{Config, Journal};
use cairn_report::{Batch, ContributorToken, Fix, Observation, SubmissionId};

fn report(n: u64, source: FixSource, n_heard: u64) -> Report {
    let fix = Fix { source, ..Fix::at(LatLng::new(51.5, -0.12).unwrap()) };
    let heard = (1..=n_heard)
        .map(|address| Observation::of(TransmitterId::Wifi(Bssid::from_u48(n * 1_000 + address))))
        .collect();
    Report::new(Timestamp::from_ms(1_760_000_000_000), fix, heard).unwrap()
}

fn batch(n: u8, reports: Vec<Report>) -> Batch {
    let contributor = ContributorToken(0x5eed_5eed_5eed_5eed);
    let (id, received) = (SubmissionId([n; 16]), Day::new(20_000));
    Batch { id, received, contributor, app: None, reports }
}

#[test]
fn small_submissions_travel_together_and_no_packet_is_above_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(folder.path(), Config::standard()).unwrap();
    let many = |id: u64, n: u64| {
        (0..n).map(|n| report(id * 10_000 + n, FixSource::Gnss, 1)).collect::<Vec<_>>()
    };
    let n_max = RELAY_REPORTS_MAX as u64;
    for (id, n) in [(1, 2), (2, n_max - 2), (3, 1), (4, 5)] {
        journal.append_blocking(batch(id, many(u64::from(id), n))).unwrap();
    }
    let mut reader = journal.read_from(Position::START).unwrap();
    let (mut held, mut seen) = (None, Seen::new(10_000));
    let first = next_packet(&mut reader, &mut held, &mut seen).unwrap().unwrap();
    assert_eq!(first.reports.len(), RELAY_REPORTS_MAX);
    assert!(first.end < journal.committed());
    let second = next_packet(&mut reader, &mut held, &mut seen).unwrap().unwrap();
    assert_eq!((second.reports.len(), second.end), (6, journal.committed()));
    assert!(next_packet(&mut reader, &mut held, &mut seen).unwrap().is_none());
}

#[test]
fn a_report_that_comes_back_does_not_go_on_again() {
    let folder = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(folder.path(), Config::standard()).unwrap();
    for id in [1, 2] {
        journal.append_blocking(batch(id, vec![report(7, FixSource::Gnss, 2)])).unwrap();
    }
    let mut reader = journal.read_from(Position::START).unwrap();
    let packet = next_packet(&mut reader, &mut None, &mut Seen::new(9)).unwrap().unwrap();
    assert_eq!((packet.reports.len(), packet.end), (1, journal.committed()));
}

#[test]
fn answers_and_tables_do_not_go_on_but_are_passed() {
    let folder = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(folder.path(), Config::standard()).unwrap();
    let sources = [FixSource::Query, FixSource::Table, FixSource::Fused, FixSource::Manual];
    let reports = sources.map(|source| report(1, source, 2)).to_vec();
    journal.append_blocking(batch(1, reports)).unwrap();
    let mut reader = journal.read_from(Position::START).unwrap();
    let packet = next_packet(&mut reader, &mut None, &mut Seen::new(9)).unwrap().unwrap();
    let kept: Vec<FixSource> = packet.reports.iter().map(|it| it.fix().source).collect();
    assert_eq!(kept, [FixSource::Fused, FixSource::Manual]);
    assert_eq!(packet.end, journal.committed());
}

#[test]
fn a_body_says_nothing_about_the_contributor() {
    let said = bodies(&[report(1, FixSource::Gnss, 2)]);
    let text = String::from_utf8(said[0].1.clone()).unwrap();
    for word in ["5eed", "6840", "contributor", "key", "nickname"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
}

#[test]
fn reports_too_large_for_one_body_go_in_parts_and_none_is_lost() {
    assert!(bodies(&[]).is_empty());
    let large: Vec<Report> = (0..600).map(|n| report(n, FixSource::Gnss, 512)).collect();
    let parts = bodies(&large);
    assert!(parts.len() > 1);
    assert_eq!(parts.iter().map(|(n, _)| n).sum::<usize>(), 600);
    assert!(parts.iter().all(|(_, body)| body.len() <= RELAY_BODY_BYTES_MAX));
}
