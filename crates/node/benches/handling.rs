//! What stands around the solve: routing, the key, JSON in and out, without the network.
//!
//! Sketch for 20 networks (1.5 KB of JSON): routing and headers 1 µs, key 0.5, decoding 2 µs a KB, fields
//! and lists 2, encoding 0.5: about 7 µs, against a solve of about 18 µs (`answer`'s bench). The figure
//! that counts is `whole` less `solve`, which must stay below `solve`.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use cairn_answer::{Answer, Heard};
use cairn_ground::Dbm;
use cairn_node::clock::Clock;
use cairn_node::config::{Config, Listen};
use cairn_node::server::{RunningServer, Server};
use cairn_wire::geolocate;
use criterion::{Criterion, criterion_group, criterion_main};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};
use std::hint::black_box;
use std::net::SocketAddr;
use std::time::Duration;

/// Networks of the query.
const HEARD: u64 = 20;

/// The networks that everybody here hears.
fn networks() -> Vec<Value> {
    (0..HEARD)
        .map(|n| {
            let address = format!("{:012x}", 0x0200_5e00_0000 + n * 0x100);
            json!({"macAddress": address, "signalStrength": -50 - n.cast_signed(), "age": 200,
                "channel": 6, "frequency": 2437})
        })
        .collect()
}

/// A server that has learned them.
fn taught() -> anyhow::Result<(tempfile::TempDir, RunningServer)> {
    let folder = tempfile::tempdir()?;
    let listen = Listen(vec![SocketAddr::from(([127, 0, 0, 1], 0))]);
    let config = Config { listen, ..Config::default() };
    let server = Server::start(folder.path(), config, Clock::System, Router::new())?;
    let items: Vec<Value> = (0..40_u32)
        .map(|n| {
            let shift = f64::from(n) * 1e-5;
            json!({"timestamp": 1_760_000_000_000_u64 + u64::from(n) * 1_000,
                "position": {"latitude": 51.5 + shift, "longitude": -0.12, "accuracy": 8.0},
                "wifiAccessPoints": networks()})
        })
        .collect();
    let request =
        Request::post("/v2/geosubmit").body(Body::from(json!({ "items": items }).to_string()))?;
    let routes = TowerToHyperService::new(server.router());
    let answer = server.block_on(routes.call(request))?;
    anyhow::ensure!(answer.status().is_success(), "{answer:?}");
    while server.app().learner.base_records() == 0 {
        Clock::System.sleep(Duration::from_millis(50));
    }
    Ok((folder, server))
}

fn handling(criterion: &mut Criterion) {
    let (_folder, server) = taught().expect("a server on a free port");
    let body = json!({"considerIp": false, "wifiAccessPoints": networks()}).to_string();
    let routes = TowerToHyperService::new(server.router());
    let ask = || {
        let request = Request::post("/v1/geolocate?key=test").body(Body::from(body.clone()));
        routes.call(request.expect("a sound request"))
    };
    let mut group = criterion.benchmark_group("handling");
    group.bench_function("whole", |bencher| {
        bencher.iter(|| {
            let answer = server.block_on(ask()).expect("routes do not fail");
            assert!(answer.status().is_success());
        });
    });
    let request = geolocate::decode(body.as_bytes()).expect("a sound query");
    let heard: Vec<Heard> = request
        .observations
        .iter()
        .map(|one| Heard {
            transmitter: one.transmitter,
            rssi_dbm: one.power.map(Dbm::get),
            age_ms: one.age.get(),
            timing_advance: one.timing_advance,
        })
        .collect();
    let serving = server.app().serving.now();
    group.bench_function("solve", |bencher| {
        bencher.iter(|| match cairn_answer::locate(&serving.set, black_box(&heard)) {
            Answer::Found(found) => found,
            Answer::Refused(refusal) => unreachable!("{refusal:?}"),
        });
    });
    group.finish();
}

criterion_group!(benches, handling);
criterion_main!(benches);
