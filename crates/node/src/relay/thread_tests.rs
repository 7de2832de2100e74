//! Tests of where a further server goes on.

use super::*;
use cairn_ground::{Bssid, Day, LatLng, Timestamp, TransmitterId};
use cairn_report::{Batch, ContributorToken, Fix, Observation, Report, SubmissionId};

fn batch(n: u8) -> Batch {
    let fix = Fix::at(LatLng::new(51.5, -0.12).unwrap());
    let heard = vec![Observation::of(TransmitterId::Wifi(Bssid::from_u48(u64::from(n) + 1)))];
    let report = Report::new(Timestamp::from_ms(1_760_000_000_000), fix, heard).unwrap();
    Batch {
        id: SubmissionId([n; 16]),
        received: Day::new(20_000),
        contributor: ContributorToken(u64::from(n)),
        app: None,
        reports: vec![report],
    }
}

/// A journal of several segments, trimmed, and where its records end.
fn trimmed(folder: &Path) -> (Journal, Vec<Position>) {
    let config =
        cairn_journal::Config { segment_bytes_max: 500, ..cairn_journal::Config::standard() };
    let (journal, _) = Journal::open(folder, config).unwrap();
    let ends = (0..30).map(|n| journal.append_blocking(batch(n)).unwrap().position).collect();
    journal.trim(journal.committed()).unwrap();
    (journal, ends)
}

#[test]
fn a_server_goes_on_where_it_is_or_where_the_journal_begins_when_that_was_trimmed() {
    let folder = tempfile::tempdir().unwrap();
    let (journal, ends) = trimmed(&folder.path().join("journal"));
    let start = journal.start();
    assert!(start > ends[0] && start < journal.committed());
    let server = |from: &str| -> RelayServer {
        toml::from_str(&format!("name = \"a\"\nurl = \"http://127.0.0.1:1\"\nfrom = \"{from}\""))
            .unwrap()
    };
    let begins = |name: &str, from: &str, kept: Option<Position>| {
        let mark = Mark::at(folder.path(), name);
        if let Some(kept) = kept {
            mark.store(kept).unwrap();
        }
        let reached = begin(&server(from), &mark, &journal).unwrap().reached();
        assert_eq!(mark.load().unwrap(), Some(reached));
        reached
    };
    let (end, beyond) = (journal.committed(), Position::new(1 << 40));
    assert_eq!(begins("new", "start", None), start);
    assert_eq!(begins("late", "now", None), end);
    assert_eq!(begins("behind", "now", Some(ends[0])), start);
    assert_eq!(begins("there", "start", Some(ends[28])), ends[28]);
    assert_eq!(begins("ahead", "start", Some(beyond)), end);
}
