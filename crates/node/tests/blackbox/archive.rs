//! The archive: what the journal no longer holds is there, and the map comes out of both the same.

use crate::support::client::{get, post};
use crate::support::kept::{ARCHIVING, append, batch, forget_the_start};
use crate::support::reports::{query, submission, walk};
use crate::support::taught::settle;
use crate::support::{Data, Server, cairn, said, wait_for};

/// A folder with some submissions in its journal.
fn seeded() -> Data {
    let data = Data::new();
    let batches: Vec<_> = (0..8_u8).map(|n| batch(n, 51.5, 1 + u64::from(n) * 3)).collect();
    append(&data, &batches);
    data
}

/// Waits until everything is learned, sealed and archived.
fn archived(server: &Server) {
    settle(server);
    wait_for("a base", || server.metric("snapshot_overlays") < 0.5);
    wait_for("the archive", || {
        server.metric("archive_lag_bytes") < 0.5 && server.metric("archive_rows") > 0.5
    });
}

fn n_archived(server: &Server) -> u64 {
    let text = get(server.address(), "/metrics").text();
    let line = text.lines().find_map(|line| line.strip_prefix("archive_rows "));
    line.unwrap().parse().unwrap()
}

fn rebuilt(data: &Data, flags: &[&str]) -> String {
    let dir = data.path().to_str().unwrap();
    let said = said(&cairn(&[&["rebuild", "--data", dir], flags].concat()));
    said.lines().next().unwrap().to_owned()
}

fn is_equal(data: &Data, flags: &[&str]) -> bool {
    let dir = data.path().to_str().unwrap();
    said(&cairn(&[&["rebuild", "--data", dir, "--check"], flags].concat())).contains("equal to")
}

fn answers(server: &Server) -> bool {
    post(server.address(), "/v1/geolocate", &query(&[1, 2, 3, 4])).status == 200
}

#[test]
fn journal_archive_and_both_together_make_the_same_map_and_a_lost_checkpoint_is_learned_again() {
    let data = seeded();
    let server = Server::start_under(&data, ARCHIVING, &[]);
    archived(&server);
    server.stop();
    let from_journal = rebuilt(&data, &[]);
    assert_eq!(rebuilt(&data, &["--from", "archive"]), from_journal);
    forget_the_start(&data);
    assert_eq!(rebuilt(&data, &[]), from_journal, "the archive and the rest of the journal");
    assert!(is_equal(&data, &[]));
    std::fs::remove_dir_all(data.path().join("map")).unwrap();
    let server = Server::start_under(&data, ARCHIVING, &[]);
    wait_for("the map from the archive", || server.metric("radiomap_relearned_total") > 0.5);
    wait_for("an answer", || answers(&server));
    archived(&server);
    server.stop();
    assert!(is_equal(&data, &[]));
    assert_eq!(rebuilt(&data, &["--threads", "3"]), from_journal);
}

#[test]
fn old_reports_leave_the_journal_once_archived_and_learned_and_the_map_stays_the_same() {
    let data = seeded();
    let server = Server::start_under(&data, ARCHIVING, &[]);
    archived(&server);
    let mut seed = 50;
    wait_for("old reports to go", || {
        // The former manifest must be past them too.
        let body = submission(&walk(51.6, -0.12, 200, seed));
        assert_eq!(post(server.address(), "/v2/geosubmit", &body).status, 200);
        seed += 1;
        settle(&server);
        server.metric("archive_trimmed_bytes_total") > 0.5
    });
    archived(&server);
    let log = server.stop();
    assert!(log.contains("old reports removed from the journal"), "{log}");
    assert!(is_equal(&data, &[]));
    assert!(is_equal(&data, &["--from", "archive"]));
}

#[test]
fn a_kill_at_any_moment_leaves_every_submission_in_the_archive_once() {
    let data = seeded();
    let sharded = format!("{ARCHIVING}\nshards = 4");
    for turn in 0..6_u64 {
        let server = Server::start_under(&data, &sharded, &[]);
        let body = submission(&walk(51.7, -0.12, 300 + turn, i64::try_from(turn).unwrap()));
        assert_eq!(post(server.address(), "/v2/geosubmit", &body).status, 200);
        cairn_node::clock::Clock::System.sleep(std::time::Duration::from_millis(900 + turn * 60));
        server.kill();
    }
    let server = Server::start_under(&data, ARCHIVING, &[]);
    archived(&server);
    let n_rows = n_archived(&server);
    server.stop();
    // 8 submissions and 6 more of 12 reports that hear 4 transmitters each.
    assert_eq!(n_rows, 14 * 48);
    assert!(is_equal(&data, &["--from", "archive"]));
    let dir = data.path().to_str().unwrap();
    let told = said(&cairn(&["archive", "verify", "--data", dir]));
    assert!(told.contains("all whole"), "{told}");
}

#[test]
fn a_damaged_file_is_named_and_a_compacted_archive_holds_the_same() {
    let data = seeded();
    let server = Server::start_under(&data, ARCHIVING, &[]);
    archived(&server);
    server.stop();
    let dir = data.path().to_str().unwrap();
    let status = || said(&cairn(&["archive", "status", "--data", dir, "--json"]));
    let before: serde_json::Value = serde_json::from_str(&status()).unwrap();
    assert_eq!(before["rows"], 8 * 48, "{before}");
    said(&cairn(&["archive", "compact", "--data", dir]));
    let after: serde_json::Value = serde_json::from_str(&status()).unwrap();
    assert_eq!(after["rows"], before["rows"]);
    assert!(said(&cairn(&["archive", "status", "--data", dir])).contains("readings"));
    let (path, mut bytes) = data
        .all_bytes()
        .into_iter()
        .find(|(path, _)| path.to_str().unwrap().ends_with(".parquet"))
        .unwrap();
    bytes.truncate(bytes.len() / 2);
    std::fs::write(&path, bytes).unwrap();
    let folders = path.to_str().unwrap();
    assert!(folders.contains("/day=2025-10-09/cell=83"), "the day it was heard on: {folders}");
    let told = cairn(&["archive", "verify", "--data", dir]);
    assert_eq!(told.status.code(), Some(1));
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let name = path.file_name().unwrap().to_str().unwrap();
    assert!(told.contains(name) && told.contains("not whole"), "{told}");
}

#[test]
fn evidence_of_days_that_are_no_longer_kept_leaves_the_archive_and_its_files_the_disk() {
    let data = seeded();
    let server = Server::start_under(&data, &format!("{ARCHIVING}\nevidence_days = 30"), &[]);
    settle(&server);
    wait_for("evidence to come", || server.metric("archive_published_total") > 0.5);
    wait_for("and to go", || {
        server.metric("archive_lag_bytes") < 0.5 && server.metric("archive_rows") < 0.5
    });
    server.stop();
    let dir = data.path().to_str().unwrap();
    let status = said(&cairn(&["archive", "status", "--data", dir, "--json"]));
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    assert_eq!(status["files"], 0, "{status}");
}

#[test]
fn an_archive_that_cannot_be_written_is_named_and_nothing_is_lost() {
    let data = seeded();
    // A file where the folder should be.
    let elsewhere = data.path().join("elsewhere");
    let settings = format!("{ARCHIVING}\nurl = {:?}", elsewhere.to_str().unwrap());
    std::fs::create_dir_all(data.path().join("elsewhere")).unwrap();
    std::fs::write(data.path().join("elsewhere/readings"), "in the way").unwrap();
    let mut server = Server::start_under(&data, &settings, &[]);
    server.expect("evidence cannot be archived");
    wait_for("a failure", || server.metric("archive_failures_total") > 0.5);
    wait_for("an answer", || answers(&server));
    std::fs::remove_file(data.path().join("elsewhere/readings")).unwrap();
    archived(&server);
    assert_eq!(n_archived(&server), 8 * 48);
    let log = server.stop();
    assert!(log.contains("evidence is archived again"), "{log}");
}
