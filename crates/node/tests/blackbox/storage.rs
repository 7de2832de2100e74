//! Storage that fails or lies: named, never served, and over when the disk is well again.

use crate::support::client::{get, post};
use crate::support::reports::{query, submission, walk};
use crate::support::{CAIRN, Data, Server, cairn, said, wait_for};
use std::fs::OpenOptions;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A server that has learned and sealed a walk, stopped.
fn learned(data: &Data) {
    let server = Server::start(data);
    let answer = post(server.address(), "/v2/geosubmit", &submission(&walk(51.5, -0.12, 1, 0)));
    assert_eq!(answer.status, 200);
    server.stop();
}

fn answers(server: &Server) -> bool {
    post(server.address(), "/v1/geolocate", &query(&[1, 2, 3, 4])).status == 200
}

/// Turns one bit in the middle of a file.
fn flip(path: &Path) {
    let mut file = OpenOptions::new().read(true).write(true).open(path).unwrap();
    let middle = file.metadata().unwrap().len() / 2;
    let mut byte = [0];
    file.seek(SeekFrom::Start(middle)).unwrap();
    file.read_exact(&mut byte).unwrap();
    file.seek(SeekFrom::Start(middle)).unwrap();
    file.write_all(&[byte[0] ^ 1]).unwrap();
}

/// The newest file of the journal.
fn last_segment(data: &Data) -> PathBuf {
    let mut files: Vec<_> = std::fs::read_dir(data.path().join("journal"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| std::fs::metadata(path).unwrap().len() > 0)
        .collect();
    files.sort();
    files.pop().unwrap()
}

#[test]
fn a_corrupt_snapshot_is_named_and_not_served_and_is_sealed_anew() {
    let data = Data::new();
    learned(&data);
    let sealed = data.sealed(".snapshot")[0].clone();
    flip(&sealed);
    let mut server = Server::start(&data);
    server.expect("the snapshot cannot be used");
    wait_for("the map is sealed anew", || get(server.address(), "/readyz").status == 200);
    assert!(answers(&server));
    let name = sealed.file_name().unwrap().to_str().unwrap();
    assert!(server.log().contains(name), "{}", server.log());
    server.stop();
    let dir = data.path().to_str().unwrap();
    assert!(said(&cairn(&["rebuild", "--data", dir, "--check"])).contains("equal to"));
}

#[test]
fn a_corrupt_checkpoint_is_named_and_learned_again_from_the_journal() {
    let data = Data::new();
    learned(&data);
    flip(&data.sealed(".checkpoint")[0]);
    let mut server = Server::start(&data);
    server.expect("the checkpoint cannot be used");
    wait_for("the map is whole", || get(server.address(), "/readyz").status == 200);
    assert!(answers(&server));
    server.stop();
    let dir = data.path().to_str().unwrap();
    assert!(said(&cairn(&["rebuild", "--data", dir, "--check"])).contains("equal to"));
}

#[test]
fn corrupt_manifests_are_moved_aside_and_the_journal_makes_the_map_anew() {
    let data = Data::new();
    learned(&data);
    for name in ["MANIFEST", "MANIFEST.previous"] {
        let path = data.path().join("map").join(name);
        if path.exists() {
            flip(&path);
        }
    }
    let mut server = Server::start(&data);
    server.expect("the manifest cannot be used");
    wait_for("the map is whole", || answers(&server));
    server.stop();
}

#[test]
fn a_torn_journal_tail_is_cut_off_named_and_what_was_acknowledged_stays() {
    let data = Data::new();
    learned(&data);
    let segment = last_segment(&data);
    // What a crash in the middle of a write leaves behind the last record: bytes that are none.
    let mut bytes = std::fs::read(&segment).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    bytes.truncate(end);
    bytes.extend_from_slice(&[0x5a; 40]);
    std::fs::write(&segment, &bytes).unwrap();

    let server = Server::start(&data);
    assert!(answers(&server));
    let log = server.log();
    let name = segment.file_name().unwrap().to_str().unwrap();
    assert!(log.contains("cut off") && log.contains(name), "{log}");
    let walk = submission(&walk(51.6, -0.12, 100, 1));
    assert_eq!(post(server.address(), "/v2/geosubmit", &walk).status, 200);
    server.stop();
}

/// A server whose files may stop growing without killing it.
fn limitable(data: &Data) -> Server {
    let mut command = Command::new("sh");
    let script =
        "trap '' XFSZ; exec \"$0\" serve --listen 127.0.0.1:0 --data \"$1\" --config \"$2\"";
    command.args(["-c", script, CAIRN]).arg(data.path()).arg(data.settings(""));
    Server::spawn(command)
}

/// Lets no file of the server grow beyond `n_bytes` (`unlimited`: as they like).
fn limit_files(server: &Server, n_bytes: &str) {
    let limit = format!("--fsize={n_bytes}:");
    let pid = server.pid().to_string();
    assert!(Command::new("prlimit").args(["--pid", &pid, &limit]).status().unwrap().success());
}

#[test]
fn a_full_disk_is_503_queries_are_answered_and_space_ends_it_without_a_restart() {
    let data = Data::new();
    let mut server = limitable(&data);
    server.expect("journal cannot write");
    server.expect("could not be sealed");
    let submit = |n: u64| {
        let items = walk(51.5, -0.12, n, i64::try_from(n).unwrap());
        post(server.address(), "/v2/geosubmit", &submission(&items))
    };
    assert_eq!(submit(1).status, 200);
    wait_for("an answer", || answers(&server));
    wait_for("a base", || server.metric("snapshot_overlays") < 0.5);
    limit_files(&server, "0");
    let refused = submit(101);
    assert_eq!(refused.status, 503, "{refused:?}");
    assert!(refused.header("retry-after").is_some());
    assert_eq!(refused.json()["error"]["errors"][0]["reason"], "serviceUnavailable");
    assert!(answers(&server), "queries are answered while the disk is full");
    assert_eq!(get(server.address(), "/readyz").status, 503);
    limit_files(&server, "unlimited");
    wait_for("submissions are taken again", || submit(101).status == 200);
    assert_eq!(get(server.address(), "/readyz").status, 200);
    server.stop();
    let journal = cairn_journal::Journal::open_read_only(&data.path().join("journal")).unwrap();
    let batches = journal.read_from(cairn_journal::Position::START).unwrap();
    assert_eq!(batches.map(Result::unwrap).count(), 2, "nothing refused was kept");
}
