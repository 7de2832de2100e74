//! The verbs beside `serve`: import, locate, inspect, rebuild.

use crate::support::client::post;
use crate::support::reports::{address, query, walk};
use crate::support::{Data, Server, cairn, cairn_reading, said, wait_for};
use std::io::Write as _;
use std::path::PathBuf;

/// A file of geosubmit lines with one line that is none, gzip when the name says so.
fn lines(data: &Data, name: &str) -> PathBuf {
    let mut text = String::new();
    for item in walk(51.5, -0.12, 1, 0).into_iter().chain(walk(51.5, -0.12, 1, 1)) {
        text.extend([item.to_string().as_str(), "\n"]);
    }
    text.push_str("{this is no report\n");
    let path = data.path().join(name);
    if path.extension().is_some_and(|ending| ending == "gz") {
        let file = std::fs::File::create(&path).unwrap();
        let mut gzip = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
        gzip.write_all(text.as_bytes()).unwrap();
        gzip.finish().unwrap();
    } else {
        std::fs::write(&path, text).unwrap();
    }
    path
}

#[test]
fn an_imported_file_answers_without_a_server_and_twice_changes_nothing() {
    let files = Data::new();
    let data = Data::new();
    let dir = data.path().to_str().unwrap();
    let file = lines(&files, "walk.jsonl.gz");
    let first = cairn(&["import", file.to_str().unwrap(), "--data", dir]);
    said(&first);
    let table = String::from_utf8_lossy(&first.stderr).into_owned();
    assert!(table.contains("kept") && table.contains("report_malformed"), "{table}");
    let malformed = table.lines().find(|line| line.starts_with("report_malformed")).unwrap();
    assert!(malformed.ends_with("25"), "the first line of the reason: {malformed}");

    let ask = String::from_utf8(query(&[1, 2, 3, 4])).unwrap();
    let told = said(&cairn_reading(&["locate", "-", "--data", dir], &format!("{ask}\n{ask}\n")));
    assert_eq!(told.lines().count(), 2);
    assert!(told.contains("\"accuracy\""), "{told}");
    assert!(said(&cairn(&["rebuild", "--data", dir, "--check"])).contains("equal to"));

    let sealed = data.sealed(".snapshot");
    said(&cairn(&["import", file.to_str().unwrap(), "--data", dir]));
    assert_eq!(data.sealed(".snapshot")[0], sealed[0]);
}

#[test]
fn a_file_of_queries_is_answered_in_its_order_whatever_the_threads_and_the_compression() {
    let files = Data::new();
    let data = Data::new();
    let dir = data.path().to_str().unwrap();
    said(&cairn(&["import", lines(&files, "walk.jsonl").to_str().unwrap(), "--data", dir]));
    let known = String::from_utf8(query(&[1, 2, 3, 4])).unwrap();
    let asked: String = (0..2_000)
        .map(|n| match n % 3 {
            0 => format!("{{\"id\":{n},{}\n", known.strip_prefix('{').unwrap()),
            1 => format!("{{\"id\":\"n{n}\"}}\n"),
            _ => "{broken\n".to_owned(),
        })
        .collect();
    let plain = files.path().join("queries.jsonl");
    std::fs::write(&plain, &asked).unwrap();
    let packed = files.path().join("queries.gz");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(asked.as_bytes()).unwrap();
    std::fs::write(&packed, gzip.finish().unwrap()).unwrap();
    let ask = |file: &PathBuf, more: &[&str]| {
        cairn(&[&["locate", file.to_str().unwrap(), "--data", dir], more].concat())
    };
    let one = ask(&plain, &["--threads", "1"]);
    let account = String::from_utf8_lossy(&one.stderr).into_owned();
    assert!(
        account.contains("2000 queries: 667 found, 667 without a place, 666 unreadable"),
        "{account}"
    );
    let one = said(&one);
    assert!(one.starts_with("{\"id\":0,\"location\"") && one.lines().count() == 2_000, "{one}");
    assert_eq!(said(&ask(&packed, &["--threads", "3"])), one);
    assert_eq!(said(&cairn_reading(&["locate", "-", "--data", dir], &asked)), one);
    let table = said(&ask(&packed, &["--csv"]));
    let rows: Vec<_> = table.lines().collect();
    assert_eq!((rows.len(), rows[0]), (2_001, "id,lat,lng,accuracy,fallback,error"));
    assert!(rows[1].starts_with("0,51.") && rows[2] == "\"n1\",,,,,notFound", "{table}");
    let cut = files.path().join("cut.gz");
    let whole = std::fs::read(&packed).unwrap();
    std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    let broken = ask(&cut, &[]);
    assert_eq!(broken.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&broken.stderr).contains("read queries"));
    assert!(
        one.starts_with(&*String::from_utf8_lossy(&broken.stdout)),
        "what was read is answered"
    );
}

#[test]
fn inspect_says_what_is_believed_and_why() {
    let files = Data::new();
    let data = Data::new();
    let dir = data.path().to_str().unwrap();
    let file = lines(&files, "walk.jsonl");
    said(&cairn(&["import", file.to_str().unwrap(), "--data", dir]));
    let told = said(&cairn(&["inspect", &address(1), "--data", dir]));
    assert!(told.contains("verdict") && told.contains("weight"), "{told}");
    let json = said(&cairn(&["inspect", &address(1), "--data", dir, "--json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!((json["belief"]["lat"].as_f64().unwrap() - 51.5).abs() < 1e-3, "{json}");
    let snapshot = data.sealed(".snapshot")[0].clone();
    let told = said(&cairn(&["inspect", snapshot.to_str().unwrap()]));
    assert!(
        told.lines().any(|line| line.starts_with("transmitters") && line.ends_with(" 4")),
        "{told}"
    );
    let never = cairn(&["inspect", "02:00:00:00:99:99", "--data", dir]);
    assert_eq!(never.status.code(), Some(1));
}

#[test]
fn a_file_that_is_none_of_ours_fails_and_does_not_stop_the_others() {
    let files = Data::new();
    let data = Data::new();
    let dir = data.path().to_str().unwrap();
    let foreign = files.path().join("holiday.jpg");
    std::fs::write(&foreign, [0xff, 0xd8, 0xff, 0xe0, 0, 1, 2, 3]).unwrap();
    let foreign = foreign.to_str().unwrap();
    let alone = cairn(&["import", foreign, "--data", dir]);
    assert_eq!(alone.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&alone.stderr).contains("not a file of a known format"));
    let good = lines(&files, "walk.jsonl");
    said(&cairn(&["import", foreign, good.to_str().unwrap(), "--data", dir]));
}

#[test]
fn import_into_a_folder_in_use_says_what_to_do_and_the_url_works() {
    let files = Data::new();
    let data = Data::new();
    let server = Server::start(&data);
    let dir = data.path().to_str().unwrap();
    let file = lines(&files, "walk.jsonl");
    let file = file.to_str().unwrap();
    let locked = cairn(&["import", file, "--data", dir]);
    assert_eq!(locked.status.code(), Some(2));
    let told = String::from_utf8_lossy(&locked.stderr).into_owned();
    assert!(told.contains("--url"), "{told}");
    said(&cairn(&["import", file, "--url", &format!("http://{}", server.address())]));
    let ask = query(&[1, 2, 3, 4]);
    wait_for("an answer", || post(server.address(), "/v1/geolocate", &ask).status == 200);
    server.stop();
}

#[test]
fn rebuild_tells_when_the_served_map_is_not_the_journal_s() {
    let files = Data::new();
    let data = Data::new();
    let other = Data::new();
    let file = lines(&files, "walk.jsonl");
    let shorter = files.path().join("short.jsonl");
    std::fs::write(&shorter, format!("{}\n", walk(51.6, -0.12, 1, 7)[0])).unwrap();
    let (dir, other_dir) = (data.path().to_str().unwrap(), other.path().to_str().unwrap());
    said(&cairn(&["import", file.to_str().unwrap(), "--data", dir]));
    said(&cairn(&["import", shorter.to_str().unwrap(), "--data", other_dir]));
    // The other folder's sealed file under the name that this folder's manifest trusts.
    std::fs::copy(&other.sealed(".snapshot")[0], &data.sealed(".snapshot")[0]).unwrap();
    let told = cairn(&["rebuild", "--data", dir, "--check"]);
    assert_eq!(told.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&told.stdout).contains("DIFFERENT"));
}

#[test]
fn a_file_of_which_nothing_can_be_read_is_no_success_and_what_is_missing_is_said_once() {
    let files = Data::new();
    let data = Data::new();
    let dir = data.path().to_str().unwrap();
    said(&cairn(&["import", lines(&files, "walk.jsonl").to_str().unwrap(), "--data", dir]));
    for (verb, what) in [("locate", "not one query"), ("track", "not one scan")] {
        let garbage = cairn_reading(&[verb, "-", "--data", dir], "%PDF-1.7\n\u{1}\u{2}\n<html>\n");
        let told = String::from_utf8_lossy(&garbage.stderr).into_owned();
        assert_eq!(garbage.status.code(), Some(1), "{told}");
        assert!(told.contains(what), "{told}");
        let one_line = format!("%PDF-1.7\n{}\n", String::from_utf8(query(&[1, 2, 3, 4])).unwrap());
        said(&cairn_reading(&[verb, "-", "--data", dir], &one_line));
    }
    let missing = cairn(&["locate", "-", "--snapshot", "/nowhere/at/all"]);
    let told = String::from_utf8_lossy(&missing.stderr).into_owned();
    assert_eq!(
        (missing.status.code(), told.matches("No such file").count()),
        (Some(2), 1),
        "{told}"
    );
}
