//! The mirror of models is never in the way: servers that are down, mute or talk nonsense change no byte and no exit.

use crate::support::client::get;
use crate::support::models::{Models, change};
use crate::support::{Data, Server, cairn, wait_for};
use cairn_learning::registry::Alias;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Output;

/// A run of a task that is trained in a second.
fn learn(models: &Path, more: &[&str]) -> Output {
    let models = models.to_str().unwrap();
    let small = ["--transmitters", "600", "--reports", "2500", "--rows", "400", "--draft"];
    let quick = ["--set", "training.booster.rounds=4", "--set", "split.folds=3"];
    cairn(&[&["learn", "run", "motion", "--models", models], &small[..], &quick[..], more].concat())
}

/// A server that answers every request with the same bytes; it goes with the process.
fn parrot(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _asked = stream.read(&mut [0; 8_192]);
            let _told = stream.write_all(answer.as_bytes());
        }
    });
    format!("http://{address}")
}

/// What is in the only run's folder, but how long it took.
fn kept(models: &Path) -> BTreeMap<String, Vec<u8>> {
    let run = fs::read_dir(models.join("runs")).unwrap().next().unwrap().unwrap().path();
    let files = fs::read_dir(run).unwrap().map(|it| it.unwrap().path());
    let named = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    files
        .map(|it| (named(&it), fs::read(&it).unwrap()))
        .filter(|it| it.0 != "timing.json")
        .collect()
}

#[test]
fn a_mirror_that_is_down_or_talks_nonsense_costs_a_remark_and_nothing_else() {
    let plain = tempfile::tempdir().unwrap();
    let without = learn(plain.path(), &[]);
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let json = "HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\n{\"cake\":true}";
    let html = "HTTP/1.1 200 OK\r\nContent-Length: 15\r\nConnection: close\r\n\r\n<html>x</html>\n";
    let full = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    for (server, remark) in [
        (format!("http://{closed}"), "mirror: not reached"),
        (parrot(json), "answered what MLflow does not: missing field"),
        (parrot(html), "answered what MLflow does not: expected value"),
        (parrot(full), "answered 503"),
        (parrot("pardon?"), "mirror: not reached"),
    ] {
        let models = tempfile::tempdir().unwrap();
        let told = learn(models.path(), &["--mlflow", &server, "--lineage", &server]);
        let stderr = String::from_utf8_lossy(&told.stderr);
        assert!(stderr.contains(remark), "{remark}: {stderr}");
        assert_eq!(told.status.code(), without.status.code(), "{stderr}");
        assert!(kept(models.path()) == kept(plain.path()), "{remark}");
        let waiting = fs::read_dir(models.path().join("mirror/waiting")).unwrap().count();
        assert_eq!(waiting, 1, "{remark}");
        let at = ["--models", models.path().to_str().unwrap(), "--mlflow", &server];
        let again = cairn(&[&["model", "mirror"], &at[..]].concat());
        assert_eq!(again.status.code(), Some(1), "{again:?}");
        let said = String::from_utf8_lossy(&again.stdout).into_owned();
        assert!(said.starts_with("0 runs and 0 changes sent, 1 wait"), "{said}");
    }
}

#[test]
fn an_address_that_is_none_is_refused_before_anything_is_trained() {
    let models = tempfile::tempdir().unwrap();
    for (flag, address) in [("--mlflow", "localhost:5000"), ("--lineage", "ftp://a/b")] {
        let output = learn(models.path(), &[flag, address]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("is no address"), "{output:?}");
    }
    assert!(fs::read_dir(models.path()).unwrap().next().is_none());
}

#[test]
fn lineage_says_what_began_what_taught_and_what_came_of_it() {
    let models = tempfile::tempdir().unwrap();
    let events = models.path().join("events.jsonl");
    let file = events.to_str().unwrap();
    learn(models.path(), &["--lineage", file]);
    learn(models.path(), &["--lineage", file, "--expect-data", &"0".repeat(64)]);
    let text = fs::read_to_string(&events).unwrap();
    let events: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<&str> = events.iter().map(|it| it["eventType"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["START", "COMPLETE", "START", "FAIL"]);
    let record: serde_json::Value =
        serde_json::from_slice(&kept(models.path())["run.json"]).unwrap();
    let version = |of: &serde_json::Value| of["facets"]["version"]["datasetVersion"].clone();
    assert_eq!(version(&events[1]["outputs"][0]), record["model"]);
    let inputs = events[1]["inputs"].as_array().unwrap();
    assert_eq!(version(inputs.last().unwrap()), record["data_id"]);
    assert_eq!(inputs.len(), 1 + record["sources"].as_array().unwrap().len());
    assert_eq!(events[0]["run"]["runId"], events[1]["run"]["runId"]);
    assert_ne!(events[0]["run"]["runId"], events[2]["run"]["runId"]);
    assert!(
        events[3]["run"]["facets"]["errorMessage"]["message"].as_str().unwrap().contains("data")
    );
    assert!(events.iter().all(|it| it["job"]["name"] == "learn.motion"));
}

#[test]
fn a_service_whose_mirror_is_down_serves_and_counts_what_waits() {
    let data = Data::new();
    let folder = data.path().join("models");
    let models = Models::at(&folder);
    let model = models.add(300.0);
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let more = format!("[models]\nfolder = {folder:?}\n[mirror]\nmlflow = \"http://{closed}\"");
    let server = Server::start_under(&data, &format!("connections_max = 100\n{more}"), &[]);
    wait_for("what waits", || server.metric("model_mirror_waiting") > 0.0);
    wait_for("an attempt", || server.metric("model_mirror_failures_total") > 0.0);
    models.registry().promote(&model, Alias::Shadow, &change()).unwrap();
    wait_for("one more", || server.metric("model_mirror_waiting") > 1.0);
    assert_eq!(get(server.address(), "/healthz").status, 200);
    assert!(server.metric("model_mirror_sent_total") < 1.0);
    assert!(server.stop().contains("the mirror of models does not take them now"));
}
