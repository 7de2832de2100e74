//! A backup taken while reports come in, restored, and compared with its source.

use crate::support::client::post;
use crate::support::reports::{address, heard, report, submission, walk};
use crate::support::{Data, Server, cairn, said, wait_for};
use cairn_ground::{Bssid, TransmitterId};
use cairn_journal::{Journal, Position};
use cairn_node::clock::Clock;
use cairn_report::Report;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Clients that post at once.
const CLIENTS: usize = 3;
/// First marker: far from the transmitters of the walk.
const MARKERS: u64 = 0x10_0000;

/// A submission that only one report could have made: it hears the transmitter `marker`.
fn marked(marker: u64) -> Vec<u8> {
    let mut item = report(51.5, -0.12, &[heard(1, -60), heard(2, -61), heard(marker, -62)]);
    item["timestamp"] = json!(item["timestamp"].as_i64().unwrap() + i64::try_from(marker).unwrap());
    submission(&[item])
}

/// How often each transmitter is in a journal.
fn in_the_journal(data: &Path) -> BTreeMap<TransmitterId, usize> {
    let journal = Journal::open_read_only(&data.join("journal")).unwrap();
    let mut seen = BTreeMap::new();
    for record in journal.read_from(Position::START).unwrap() {
        let reports = record.unwrap().1.reports;
        for observation in reports.iter().flat_map(Report::observations) {
            *seen.entry(observation.transmitter).or_insert(0) += 1;
        }
    }
    seen
}

/// Backs `data` up to `copy` while clients post; returns what was acknowledged before it began.
fn backed_up_under_load(server: &Server, data: &Data, copy: &Path) -> Vec<u64> {
    let (next, done) = (AtomicU64::new(MARKERS), AtomicBool::new(false));
    let acknowledged = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let marker = next.fetch_add(1, Ordering::Relaxed);
                    assert_eq!(
                        post(server.address(), "/v2/geosubmit", &marked(marker)).status,
                        200
                    );
                    acknowledged.lock().unwrap().push(marker);
                }
            });
        }
        wait_for("some reports", || acknowledged.lock().unwrap().len() > 200);
        let before = acknowledged.lock().unwrap().clone();
        let (from, to) = (data.path().to_str().unwrap(), copy.to_str().unwrap());
        let outcome = cairn(&["backup", "--data", from, "--out", to]);
        // A little longer, so that the source goes beyond what was copied.
        Clock::System.sleep(Duration::from_millis(100));
        done.store(true, Ordering::Relaxed);
        assert!(said(&outcome).starts_with("journal 0 to "));
        before
    })
}

#[test]
fn a_backup_taken_during_ingest_restores_to_the_source_s_map_at_that_position() {
    let data = Data::new();
    let server = Server::start(&data);
    let learned = submission(&walk(51.5, -0.12, 1, 0));
    assert_eq!(post(server.address(), "/v2/geosubmit", &learned).status, 200);
    wait_for("a base", || !data.sealed(".checkpoint").is_empty());
    let folder = tempfile::tempdir().unwrap();
    let (copy, back) = (folder.path().join("copy"), Data::new());
    let acknowledged = backed_up_under_load(&server, &data, &copy);
    server.stop();

    let (from, to) = (copy.to_str().unwrap(), back.path().to_str().unwrap());
    let told = said(&cairn(&["restore", "--from", from, "--data", to]));
    let end = told.trim_end().rsplit(' ').next().unwrap();
    let seen = in_the_journal(back.path());
    for marker in &acknowledged {
        let id = TransmitterId::Wifi(Bssid::parse(&address(*marker)).unwrap());
        assert_eq!(seen.get(&id), Some(&1), "marker {marker} of {}", acknowledged.len());
    }
    assert!(said(&cairn(&["rebuild", "--data", to, "--check"])).contains("equal to"));
    // The source, learned up to where the backup ends, is the restored map.
    let source = data.path().to_str().unwrap();
    let there = folder.path().join("there");
    let replay =
        ["journal", "replay", "--data", source, "--to", end, "--out", there.to_str().unwrap()];
    let digest = said(&cairn(&replay)).trim_end().to_owned();
    let rebuilt = said(&cairn(&["rebuild", "--data", to]));
    assert_eq!(rebuilt.split(' ').next(), Some(&*digest), "{rebuilt}");
    // And the restored folder goes on.
    let server = Server::start(&back);
    assert_eq!(post(server.address(), "/v2/geosubmit", &marked(MARKERS - 1)).status, 200);
    server.stop();
    assert!(said(&cairn(&["rebuild", "--data", to, "--check"])).contains("equal to"));
}
