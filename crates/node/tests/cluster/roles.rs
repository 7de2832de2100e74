//! The roles together are what one `cairn serve` is.

use crate::machines::{Machines, N_PARTS, numbered, place_in, stop_all, submit, submit_each};
use crate::support::client::{get, post};
use crate::support::reports::{query, submission, walk};
use crate::support::{CAIRN, Data, Server, cairn, wait_for};
use cairn_node::learner::read_checkpoint;
use cairn_snapshot::Manifest;
use std::path::Path;

/// The submissions of these tests: walks in every part, one of them across the border of two.
fn submissions() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = (0..20).map(numbered).collect();
    let places: Vec<(f64, f64)> = (0..N_PARTS).map(place_in).collect();
    for (index, (lat, lng)) in places.iter().enumerate() {
        for seed in 0..3 {
            all.push(submission(&walk(*lat, *lng, 5_000 + index as u64 * 100, seed)));
        }
    }
    // One submission that is about two parts at once.
    let both: Vec<_> =
        places.iter().flat_map(|(lat, lng)| walk(*lat + 0.01, *lng, 9_000, 9)).collect();
    all.push(submission(&both));
    all
}

/// Copies the day keys, so that the same senders have the same voices.
fn copy_keys(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

fn digest_of_serve(data: &Data) -> [u8; 32] {
    let folder = data.path().join("map");
    let manifest = Manifest::load(&folder).unwrap().unwrap().manifest;
    read_checkpoint(&folder.join(manifest.checkpoint.unwrap().file), 1).unwrap().digest()
}

#[test]
fn ingest_two_learners_and_a_replica_know_and_answer_what_one_machine_does() {
    let Some(machines) = Machines::new() else { return };
    let (whole_data, all) = (Data::new(), submissions());
    let whole = Server::start(&whole_data);
    submit_each(&whole, &all);
    copy_keys(
        &whole_data.path().join("contributor-keys"),
        &machines.path("ingest").join("contributor-keys"),
    );
    let ingest = machines.ingest();
    let learners = machines.learners();
    let replica = machines.locate();
    submit_each(&ingest, &all);
    // A client that was not sure sends the same again.
    submit_each(&ingest, &all);
    machines.wait_until_learned();
    wait_for("readiness", || get(replica.address(), "/readyz").status == 200);
    let ask = |server: &Server, n: u64| {
        post(server.address(), "/v1/geolocate", &query(&[n, n + 1, n + 2, n + 3])).text()
    };
    let (west, east) = (ask(&replica, 5_000), ask(&replica, 5_100));
    assert!(west.contains("location") && east.contains("location"), "{west} {east}");
    let places = |server| [ask(server, 5_000), ask(server, 5_100)].map(|it| place(&it));
    wait_for("the same places", || places(&whole) == places(&replica));
    // New reports come through by themselves.
    let (lat, lng) = place_in(0);
    let fresh = submission(&walk(lat, lng + 0.02, 7_000, 1));
    submit(&ingest, &fresh);
    wait_for("fresh answers", || ask(&replica, 7_000).contains("location"));
    submit(&whole, &fresh);
    whole.stop();
    machines.wait_until_learned();
    assert_eq!(crate::machines::learned_in(&machines.maps()), Some(digest_of_serve(&whole_data)));
    stop_all(learners.into_iter().chain([replica, ingest]));
}

/// The place of an answer, without its radius: each part calibrates its own.
fn place(answer: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(answer).unwrap();
    value["location"].to_string()
}

#[test]
fn each_role_has_its_own_routes() {
    let Some(machines) = Machines::new() else { return };
    let (ingest, learner, replica) =
        (machines.ingest(), machines.learn(0, "learn-0"), machines.locate());
    let status = |server: &Server, path: &str| post(server.address(), path, b"{}").status;
    assert_eq!(status(&ingest, "/v1/geolocate"), 404);
    assert_eq!((status(&learner, "/v1/geolocate"), status(&learner, "/v2/geosubmit")), (404, 404));
    assert_eq!((status(&replica, "/v1/geolocate"), status(&replica, "/v2/geosubmit")), (404, 404));
    let words = post(replica.address(), "/v1/geolocate", b"{}").text();
    assert!(words.contains("notFound"), "it answers that it knows nothing: {words}");
    for server in [&ingest, &learner, &replica] {
        assert_eq!(get(server.address(), "/metrics").status, 200);
        assert_eq!(get(server.address(), "/healthz").status, 200);
    }
    assert_eq!(get(replica.address(), "/readyz").status, 503, "a part is missing");
    assert_eq!(get(ingest.address(), "/readyz").status, 200);
}

#[test]
fn a_replica_answers_from_the_data_folder_of_one_machine() {
    let data = Data::new();
    let whole = Server::start(&data);
    submit(&whole, &submission(&walk(51.5, -0.12, 5_000, 1)));
    whole.stop();
    let mut command = std::process::Command::new(CAIRN);
    command.args(["locate", "--listen", "127.0.0.1:0", "--maps"]).arg(data.path());
    let replica = Server::spawn(command);
    assert_eq!(get(replica.address(), "/readyz").status, 200);
    let asked = query(&[5_000, 5_001, 5_002, 5_003]);
    assert!(post(replica.address(), "/v1/geolocate", &asked).text().contains("location"));
    replica.stop();
}

#[test]
fn streams_of_another_number_of_parts_are_refused_by_name() {
    let Some(machines) = Machines::new() else { return };
    let ingest = machines.ingest();
    submit(&ingest, &numbered(0));
    wait_for("forwarding", || ingest.metric("cluster_forwarded_total{partition=\"0\"}") > 0.5);
    ingest.stop();
    let (data, config) = (machines.path("other"), machines.path("cairn.toml"));
    let refused = cairn(&[
        "ingest",
        "--data",
        data.to_str().unwrap(),
        "--config",
        config.to_str().unwrap(),
        "--partitions",
        "3",
        "--listen",
        "127.0.0.1:0",
    ]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("cairn-reports-") && said.contains("-of-2"), "{said}");
    assert_eq!(refused.status.code(), Some(2));
}
