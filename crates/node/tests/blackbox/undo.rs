//! Undo: the map is the one that never saw what was taken out, by its digest.

use crate::support::kept::{ARCHIVING, append, batch, forget_the_start};
use crate::support::taught::settle;
use crate::support::{Data, Server, cairn, said, wait_for};
use cairn_ground::{LatLng, Region};
use cairn_report::Batch;

/// The day on which all of it was heard.
const DAY: &str = "2025-10-09";

/// Five submissions; the third walks elsewhere, the others around one place.
fn batches() -> Vec<Batch> {
    let lat = |n: u8| if n == 2 { 52.5 } else { 51.5 };
    (0..5_u8).map(|n| batch(n, lat(n), 1 + u64::from(n))).collect()
}

fn seeded(batches: &[Batch]) -> Data {
    let data = Data::new();
    append(&data, batches);
    data
}

/// The digest of the map that a folder's journal and archive make.
fn rebuilt(data: &Data) -> String {
    let dir = data.path().to_str().unwrap();
    said(&cairn(&["rebuild", "--data", dir])).lines().next().unwrap().to_owned()
}

/// The digest of the map that never saw one of the submissions.
fn never_saw(index: usize) -> String {
    let mut others = batches();
    others.remove(index);
    rebuilt(&seeded(&others))
}

fn undo(data: &Data, what: &[&str]) -> String {
    let dir = data.path().to_str().unwrap();
    said(&cairn(&[&["undo", "--data", dir, "--why", "a test"], what].concat()))
}

/// True when the base that is served is the one that archive and journal make.
fn is_current(data: &Data) -> bool {
    let dir = data.path().to_str().unwrap();
    let told = cairn(&["rebuild", "--data", dir, "--check"]);
    String::from_utf8_lossy(&told.stdout).contains("equal to")
}

/// Takes something out of a running service; the map must be the one that never saw `index`.
fn undone_while_serving(what: &[&str], index: usize) {
    let data = seeded(&batches());
    let server = Server::start_under(&data, ARCHIVING, &[]);
    settle(&server);
    wait_for("the archive", || server.metric("archive_rows") > 239.5);
    let dry = undo(&data, &[what, &["--dry-run"]].concat());
    assert!(dry.contains("would take out 12 pieces of evidence, 48 readings"), "{dry}");
    assert_ne!(rebuilt(&data), never_saw(index), "nothing was taken out yet");
    undo(&data, what);
    wait_for("the map without it", || server.metric("radiomap_relearned_total") > 0.5);
    wait_for("a base of it", || is_current(&data));
    wait_for("the archive without it", || server.metric("archive_rows") < 192.5);
    server.stop();
    assert_eq!(rebuilt(&data), never_saw(index), "{what:?}");
    assert!(is_current(&data));
    forget_the_start(&data);
    assert_eq!(rebuilt(&data), never_saw(index), "{what:?}, from the archive");
}

#[test]
fn a_contributor_s_day_taken_out_was_never_seen() {
    undone_while_serving(&["--voice", "0000000011110001", "--day", DAY], 1);
}

#[test]
fn a_submission_taken_out_was_never_seen() {
    undone_while_serving(&["--submission", "03030303030303030303030303030303"], 3);
}

#[test]
fn an_app_s_version_taken_out_was_never_seen() {
    undone_while_serving(&["--app", "walker/1.4"], 4);
}

#[test]
fn a_region_s_day_taken_out_was_never_seen() {
    let region = Region::of(LatLng::new(52.5, -0.12).unwrap(), 5).unwrap().to_string();
    undone_while_serving(&["--region", &region, "--day", DAY], 2);
}

#[test]
fn what_is_taken_out_of_a_stopped_service_is_gone_when_it_starts_and_stays_listed() {
    let data = seeded(&batches());
    let server = Server::start_under(&data, ARCHIVING, &[]);
    settle(&server);
    wait_for("the archive", || server.metric("archive_rows") > 239.5);
    server.stop();
    undo(&data, &["--app", "walker/1.0"]);
    let server = Server::start_under(&data, ARCHIVING, &[]);
    wait_for("a base without it", || is_current(&data));
    server.kill();
    let server = Server::start_under(&data, ARCHIVING, &[]);
    wait_for("the same after a kill", || is_current(&data));
    server.stop();
    assert_eq!(rebuilt(&data), never_saw(0));
    let dir = data.path().to_str().unwrap();
    let list = said(&cairn(&["undo", "--data", dir, "--list"]));
    assert!(
        list.contains("app:") && list.contains("a test") && list.contains("operator"),
        "{list}"
    );
    let again = cairn(&["undo", "--data", dir, "--app", "walker/1.0", "--why", "again"]);
    assert_eq!(again.status.code(), Some(1), "it is gone already");
    let wrong = cairn(&["undo", "--data", dir, "--submission", "12", "--why", "a slip"]);
    assert_eq!(wrong.status.code(), Some(2));
}
