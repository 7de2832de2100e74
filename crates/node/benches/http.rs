//! Queries and submissions per second through the whole HTTP stack, over keep-alive connections, each
//! beside its floor: the same stack reading the same body and answering a constant.
//!
//! Sketch. Geolocate: 1 KB in, 0.2 KB out, two system calls a request on each side, tens of microseconds
//! of look-up and solving: the stack should be the larger half, so at least half of the floor's rate.
//! Geosubmit: 10 reports of 10 readings are 12 KB of JSON (decode about 30 µs at 400 MB/s) and a share
//! of one sync; with C clients waiting, a rate of at most C / (sync time).
//!
//! `cargo bench -p cairn-node --bench http`; `CLIENTS` connections share the machine with the server. With
//! `-- serve FILE` it only serves, until its input ends, and writes queries of 20 networks to FILE: a core for the
//! server and others for `cairn bench ADDRESS --scans FILE --rate max`, with `--path /floor` and without.

mod support;
#[path = "support/town.rs"]
mod town;

use anyhow::Context as _;
use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use cairn_node::clock::Clock;
use cairn_node::config::{Config, Listen};
use cairn_node::server::{RunningServer, Server};
use serde_json::{Value, json};
use std::io::Write as _;
use std::net::SocketAddr;
use std::time::Duration;
use support::Client;
use town::{SIDE, query, report, teach};

/// Connections that ask at once.
const CLIENTS: usize = 8;
/// Requests of one connection in a measured run of queries.
const QUERIES: usize = 2_000;
/// Requests of one connection in a measured run of submissions.
const SUBMISSIONS: usize = 200;

fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let listen = Listen(vec![SocketAddr::from(([127, 0, 0, 1], 0))]);
    let config = Config { listen, ..Config::default() };
    let more = Router::new().route("/floor", post(|_body: Bytes| std::future::ready("{}")));
    let server = Server::start(folder.path(), config, Clock::System, more)?;
    teach(&server)?;
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [mode, file] = words.as_slice()
        && mode == "serve"
    {
        return serve(server, file);
    }
    let queries: Vec<Vec<u8>> = (0..64).map(query).collect();
    let submissions: Vec<Vec<u8>> = (0..(CLIENTS * SUBMISSIONS) as u64).map(submission).collect();
    measure(&server, "floor, query's body", "/floor", QUERIES, &queries)?;
    measure(&server, "geolocate", "/v1/geolocate", QUERIES, &queries)?;
    measure(&server, "floor, submission's body", "/floor", SUBMISSIONS, &submissions)?;
    measure(&server, "geosubmit", "/v2/geosubmit", SUBMISSIONS, &submissions)?;
    server.shutdown()
}

/// Writes queries, says where it listens, and serves until standard input ends.
fn serve(server: RunningServer, file: &str) -> anyhow::Result<()> {
    let lines: Vec<Vec<u8>> = (0..4_096).map(wide_query).collect();
    std::fs::write(file, lines.join(&b'\n')).context("write the queries")?;
    writeln!(std::io::stdout(), "listening on http://{}", server.address()).context("print")?;
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).context("wait")?;
    server.shutdown()
}

/// A query of twenty networks from between two crossings.
fn wide_query(n: u64) -> Vec<u8> {
    let (column, row) = (n * 7 % (SIDE - 3), n * 13 % (SIDE - 3));
    let wifi: Vec<Value> = (0..20)
        .map(|n| {
            let (x, y) = (n % 5, n / 5);
            let address = 0x0200_5e00_0000 + ((row + y) * (SIDE + 2) + column + x) * 16;
            let far = x.abs_diff(2) + y.abs_diff(2);
            json!({"macAddress": format!("{address:012x}"), "signalStrength": -50 - 8 * far.cast_signed()})
        })
        .collect();
    json!({"considerIp": false, "wifiAccessPoints": wifi}).to_string().into_bytes()
}

/// A submission of ten reports that no other equals.
fn submission(n: u64) -> Vec<u8> {
    let items: Vec<Value> =
        (0..10).map(|k| report((n + k) % SIDE, n * 3 % SIDE, 10 * n + k)).collect();
    json!({ "items": items }).to_string().into_bytes()
}

/// Asks from all clients at once and prints what came out.
fn measure(
    server: &RunningServer,
    name: &str,
    path: &str,
    n_each: usize,
    bodies: &[Vec<u8>],
) -> anyhow::Result<()> {
    let address = server.address();
    let started = Clock::System.instant();
    let mut times = std::thread::scope(|scope| -> anyhow::Result<Vec<Duration>> {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| scope.spawn(move || run(address, path, client * n_each, n_each, bodies)))
            .collect();
        let mut times = Vec::new();
        for client in clients {
            times.extend(client.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(times)
    })?;
    let took = started.elapsed().as_secs_f64();
    times.sort_unstable();
    let quantile_us = |percent: usize| times[(times.len() - 1) * percent / 100].as_micros();
    #[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
    let rate = times.len() as f64 / took;
    let line = format!(
        "{name:<26} {rate:>9.0} requests/s   p50 {:>6} µs   p99 {:>6} µs\n",
        quantile_us(50),
        quantile_us(99)
    );
    std::io::stdout().write_all(line.as_bytes()).context("print")
}

/// One client's requests and how long each took.
fn run(
    address: SocketAddr,
    path: &str,
    first: usize,
    n: usize,
    bodies: &[Vec<u8>],
) -> anyhow::Result<Vec<Duration>> {
    let mut client = Client::to(address)?;
    (first..first + n)
        .map(|index| {
            let started = Clock::System.instant();
            client.ask(path, &bodies[index % bodies.len()])?;
            Ok(started.elapsed())
        })
        .collect()
}
