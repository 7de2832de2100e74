//! `cairn journal`: how far it is, whether it is whole, what is in it; and what a nearly full disk does.

use crate::support::client::{get, post};
use crate::support::reports::{query, submission, walk};
use crate::support::{CAIRN, Data, Server, cairn, said, wait_for};
use serde_json::Value;
use std::process::Command;

/// A folder with two submissions, learned and sealed.
fn learned() -> Data {
    let data = Data::new();
    let server = Server::start(&data);
    for n in 0..2 {
        let body = submission(&walk(51.5, -0.12, 1 + n * 100, i64::try_from(n).unwrap()));
        assert_eq!(post(server.address(), "/v2/geosubmit", &body).status, 200);
    }
    server.stop();
    data
}

fn dir(data: &Data) -> &str {
    data.path().to_str().unwrap()
}

#[test]
fn status_says_how_far_everything_is() {
    let data = learned();
    let text = said(&cairn(&["journal", "status", "--data", dir(&data)]));
    assert!(text.contains("sealed to") && text.contains("(0 behind)"), "{text}");
    let json = said(&cairn(&["journal", "status", "--data", dir(&data), "--json"]));
    let status: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&status["start"], &status["parked"]), (&Value::from(0), &Value::from(0)));
    assert!(status["end"].as_u64().unwrap() > 0 && status["end"] == status["sealed"], "{status}");
    assert_eq!(status["first_day"], status["last_day"]);
    assert!(status["free_bytes"].as_u64().unwrap() > 0);
}

#[test]
fn verify_counts_what_is_whole_and_names_a_flipped_bit() {
    let data = learned();
    let json = said(&cairn(&["journal", "verify", "--data", dir(&data), "--json"]));
    let found: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&found["records"], &found["reports"]), (&Value::from(2), &Value::from(24)));
    let segment = data.path().join("journal/segment-00000000000000000000.log");
    let mut bytes = std::fs::read(&segment).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&segment, bytes).unwrap();
    let outcome = cairn(&["journal", "verify", "--data", dir(&data)]);
    assert_eq!(outcome.status.code(), Some(1));
    let text = String::from_utf8(outcome.stdout).unwrap();
    assert_eq!(text.matches("damaged:").count(), 1, "named once: {text}");
    assert!(text.contains("segment-00000000000000000000.log at byte 24"), "{text}");
}

#[test]
fn a_stretch_is_printed_and_imported_elsewhere_makes_the_same_transmitters_known() {
    let data = learned();
    let lines = said(&cairn(&["journal", "replay", "--data", dir(&data)]));
    let ends: Vec<&str> = lines.lines().map(|line| line.split('\t').next().unwrap()).collect();
    assert_eq!(ends.len(), 2);
    let first = said(&cairn(&["journal", "replay", "--data", dir(&data), "--to", ends[0]]));
    assert_eq!(first.lines().count(), 1);
    let none = ["journal", "replay", "--data", dir(&data), "--to", "2001-01-01"];
    assert_eq!(said(&cairn(&none)), "");
    let whole = ["journal", "replay", "--data", dir(&data), "--from", ends[0], "--json"];
    let (other, file) = (Data::new(), data.path().join("replayed.jsonl"));
    std::fs::write(&file, said(&cairn(&whole))).unwrap();
    said(&cairn(&["import", file.to_str().unwrap(), "--data", dir(&other)]));
    let server = Server::start(&other);
    let asks = |wifi: &[u64]| post(server.address(), "/v1/geolocate", &query(wifi)).status;
    wait_for("the second walk is known", || asks(&[101, 102, 103]) == 200);
    assert_eq!(asks(&[1, 2, 3]), 404, "and the first was not replayed");
    server.stop();
    let outside = cairn(&["journal", "replay", "--data", dir(&data), "--from", "99999999"]);
    assert_eq!(outside.status.code(), Some(2));
}

#[test]
fn a_parked_record_is_learned_again_by_the_verb_and_the_map_is_the_journal_s() {
    let data = learned();
    // As an earlier program left it: it could not learn the second submission.
    let parked = data.path().join("parked");
    std::fs::create_dir(&parked).unwrap();
    let bytes =
        std::fs::read(data.path().join("journal/segment-00000000000000000000.log")).unwrap();
    let n = u32::from_le_bytes(bytes[24..28].try_into().unwrap()) as usize;
    let label =
        r#"{"segment":"segment-00000000000000000000.log","offset":24,"position":0,"reason":"x"}"#;
    let record = [label.as_bytes(), b"\n", &bytes[36..36 + n]].concat();
    std::fs::write(parked.join("00000000000000000000.record"), record).unwrap();
    let status = cairn(&["journal", "status", "--data", dir(&data)]);
    assert_eq!(status.status.code(), Some(1), "something is parked");
    let told = said(&cairn(&["journal", "replay", "--data", dir(&data), "--parked"]));
    assert_eq!(told, "1 learned, 0 still parked\n");
    assert!(said(&cairn(&["rebuild", "--data", dir(&data), "--check"])).contains("equal to"));
}

#[test]
fn a_disk_that_is_nearly_full_is_503_with_a_time_to_come_back_and_queries_are_answered() {
    let data = learned();
    let file = data.settings("");
    let settings = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{settings}free_bytes_min = {}\n", u64::MAX >> 1)).unwrap();
    let mut command = Command::new(CAIRN);
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data.path());
    command.arg("--config").arg(&file);
    let mut server = Server::spawn(command);
    server.expect("journal cannot write");
    let refused = post(server.address(), "/v2/geosubmit", &submission(&walk(51.6, -0.12, 1, 9)));
    assert_eq!(refused.status, 503, "{refused:?}");
    assert!(refused.header("retry-after").is_some());
    let answered = || post(server.address(), "/v1/geolocate", &query(&[1, 2, 3])).status == 200;
    wait_for("an answer", answered);
    assert_eq!(get(server.address(), "/readyz").status, 503);
    let numbers = ["journal_healthy", "journal_failed_total"].map(|name| server.metric(name));
    assert!(numbers[0] < 0.5 && numbers[1] > 0.5, "{numbers:?}");
    assert!(server.metric("journal_free_bytes") > 0.0);
    wait_for("the log says what to do", || server.log().contains("free disk space"));
    server.stop();
}
