//! Memory while much comes in: bounded by settings and the map, not by how much it is.

use crate::support::client::request;
use crate::support::reports::{WHEN_MS, heard, report, submission};
use crate::support::{Data, Server, wait_for};
use crate::swaps::{is_ready, made_up, own_kib, replica};
use serde_json::json;

/// Clients that post at once.
const CLIENTS: u64 = 4;
/// Reports of one submission: about 200 KB of JSON.
const REPORTS: u64 = 500;
/// Submissions of one client in a stretch.
const SUBMISSIONS: u64 = 10;
/// What memory may grow by while four times as much comes in, in KiB. Source: docs/specs/journal.md §5: queue,
/// group and read window; the rest of its bounds is reached in the first stretch.
const GROWTH_KIB_MAX: u64 = 96 * 1024;

/// A large submission that no other equals, of transmitters that all know.
fn large(n: u64) -> Vec<u8> {
    let items: Vec<_> = (0..REPORTS)
        .map(|step| {
            let wifi: Vec<_> = (0..5).map(|k| heard(k, -60)).collect();
            let mut item = report(51.5, -0.12, &wifi);
            item["timestamp"] = json!(WHEN_MS + i64::try_from(n * REPORTS + step).unwrap() * 1_000);
            item
        })
        .collect();
    submission(&items)
}

/// Posts so many stretches from all clients.
fn post_all(server: &Server, first: u64, n_stretches: u64) {
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            scope.spawn(move || {
                for n in 0..SUBMISSIONS * n_stretches {
                    let body = large((first + n) * CLIENTS + client);
                    let headers = [("User-Agent", "memory/1")];
                    let answer =
                        request(server.address(), "POST", "/v2/geosubmit", &headers, &body);
                    assert_eq!(answer.unwrap().status, 200);
                }
            });
        }
    });
}

#[test]
fn four_times_as_much_needs_no_more_memory() {
    let data = Data::new();
    let server = Server::start(&data);
    post_all(&server, 0, 1);
    let before_kib = server.peak_kib();
    post_all(&server, SUBMISSIONS, 4);
    wait_for("all is learned", || server.metric("radiomap_lag_bytes") < 0.5);
    let grown_kib = server.peak_kib() - before_kib;
    assert!(grown_kib < GROWTH_KIB_MAX, "{before_kib} KiB, then {grown_kib} KiB more");
    server.stop();
}

/// What an idle server may hold of its own, in KiB. Source: docs/measured/serving.md: it is 1.2 MB.
const IDLE_KIB_MAX: u64 = 50 * 1024;

#[test]
fn an_idle_replica_of_a_large_map_and_an_idle_service_hold_little_of_their_own() {
    let data = Data::new();
    let large = made_up(data.path(), 200_000, 1);
    let replica = replica(&data, "--snapshot", &large, "");
    wait_for("readiness", || is_ready(&replica));
    let empty = Data::new();
    let service = Server::start(&empty);
    wait_for("readiness", || is_ready(&service));
    for server in [replica, service] {
        let kib = own_kib(&server);
        assert!(kib < IDLE_KIB_MAX, "{kib} KiB");
        server.stop();
    }
}
