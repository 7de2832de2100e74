//! What a request allocates, through the routes and past them, does not depend on how many networks it names.

use allocation_counter::measure;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use cairn_node::clock::Clock;
use cairn_node::config::{Config, Listen};
use cairn_node::server::{RunningServer, Server};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;

/// Allocations of a request and its answer, the router's and the caller's own ones included.
/// Source: measured, with room for a new version of the stack.
const ALLOCATIONS_MAX: u64 = 30;
/// The same past the routes, as a connection asks. Source: measured, likewise.
const DIRECT_ALLOCATIONS_MAX: u64 = 12;

fn networks(n: u64) -> Vec<Value> {
    let address = |k: u64| format!("{:012x}", 0x0200_5e00_0000 + k * 0x100);
    (0..n).map(|k| json!({"macAddress": address(k), "signalStrength": -60})).collect()
}

/// A server that has learned a hundred networks.
fn taught() -> (tempfile::TempDir, RunningServer) {
    let folder = tempfile::tempdir().expect("a folder");
    let listen = Listen(vec![SocketAddr::from(([127, 0, 0, 1], 0))]);
    let config = Config { listen, ..Config::default() };
    let server = Server::start(folder.path(), config, Clock::System, Router::new())
        .expect("a server on a free port");
    let items: Vec<Value> = (0..40_u32)
        .map(|n| {
            let position = json!({"latitude": f64::from(n).mul_add(1e-5, 51.5), "longitude": -0.12,
                "accuracy": 8.0});
            json!({"timestamp": 1_760_000_000_000_u64 + u64::from(n) * 1_000,
                "position": position, "wifiAccessPoints": networks(100)})
        })
        .collect();
    let routes = TowerToHyperService::new(server.router());
    let status = ask(&server, &routes, "/v2/geosubmit", &json!({ "items": items }).to_string());
    assert_eq!(status, 200);
    while server.app().learner.base_records() == 0 {
        Clock::System.sleep(Duration::from_millis(50));
    }
    (folder, server)
}

type Routes = TowerToHyperService<Router>;

fn ask(server: &RunningServer, routes: &Routes, path: &str, body: &str) -> u16 {
    let request = Request::post(path).body(Body::from(body.to_owned()));
    let request = request.expect("a sound request");
    server.block_on(routes.call(request)).unwrap().status().as_u16()
}

#[test]
fn a_request_allocates_as_often_for_a_hundred_networks_as_for_two() {
    let (_folder, server) = taught();
    let bodies = [100, 20, 2]
        .map(|n| json!({"considerIp": false, "wifiAccessPoints": networks(n)}).to_string());
    let routes = TowerToHyperService::new(server.router());
    let count = |body: &String| {
        let mut status = 0;
        let n = measure(|| status = ask(&server, &routes, "/v1/geolocate", body)).count_total;
        assert_eq!(status, 200, "{body}");
        n
    };
    // The first requests of a thread let its memory grow.
    let _while_it_grows: Vec<u64> = bodies.iter().chain(&bodies).map(count).collect();
    let counts = bodies.each_ref().map(count);
    assert!(counts.iter().all(|n| *n == counts[0]), "{counts:?}");
    assert!((1..=ALLOCATIONS_MAX).contains(&counts[0]), "{counts:?}");
    server.shutdown().unwrap();
}

#[test]
fn a_connection_s_request_allocates_less_and_as_often_for_a_hundred_networks_as_for_two() {
    let (_folder, server) = taught();
    let bodies = [100, 20, 2]
        .map(|n| json!({"considerIp": false, "wifiAccessPoints": networks(n)}).to_string());
    let count = |body: &String| {
        let mut status = 0;
        let mut ask = || {
            let request = Request::post("/v1/geolocate").body(Body::from(body.to_owned()));
            let answer = server.block_on(server.ask_directly(request.expect("a sound request")));
            status = answer.status().as_u16();
        };
        let n = measure(&mut ask).count_total;
        assert_eq!(status, 200, "{body}");
        n
    };
    let _while_it_grows: Vec<u64> = bodies.iter().chain(&bodies).map(count).collect();
    let counts = bodies.each_ref().map(count);
    assert!(counts.iter().all(|n| *n == counts[0]), "{counts:?}");
    assert!((1..=DIRECT_ALLOCATIONS_MAX).contains(&counts[0]), "{counts:?}");
    server.shutdown().unwrap();
}
