//! Queries per second in volume: by JSON lines, by protobuf and by gRPC, at sizes of a batch from 1 to 1,000, each
//! beside single queries of the same run.
//!
//! Sketch. A query of 9 networks is 0.6 KB of JSON and 0.2 KB as a message; it takes 5 to 10 µs of decoding and 10
//! of look-up and solving, and alone it pays 10 to 20 µs of sockets and HTTP on both sides. So a batch should be
//! about twice as fast as single queries, and a message somewhat faster than JSON.
//!
//! `cargo bench -p cairn-node --bench volume`; the client shares the machine with the server. Batches of 10,000 come from
//! one client, the others from four at once.

mod support;
#[path = "support/town.rs"]
mod town;

use anyhow::Context as _;
use axum::Router;
use axum::body::Bytes;
use axum::http::Request;
use cairn_node::clock::Clock;
use cairn_node::config::{Config, Listen};
use cairn_node::server::Server;
use cairn_wire::{geolocate, proto};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::io::Write as _;
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use town::{query, teach};

/// Queries of one measurement.
const QUERIES: usize = 20_000;
/// Connections that ask at once.
const CLIENTS: usize = 4;

/// One way of asking.
struct Way {
    name: &'static str,
    path: &'static str,
    kind: &'static str,
    is_h2: bool,
}

const SINGLE: [Way; 3] = [
    Way { name: "JSON", path: "/v1/geolocate", kind: "application/json", is_h2: false },
    Way { name: "protobuf", path: "/v1/geolocate", kind: "application/x-protobuf", is_h2: false },
    Way {
        name: "gRPC Locate",
        path: "/cairn.v1.Location/Locate",
        kind: "application/grpc",
        is_h2: true,
    },
];

const BATCH: [Way; 4] = [
    Way {
        name: "JSON lines",
        path: "/v1/geolocate/batch",
        kind: "application/x-ndjson",
        is_h2: false,
    },
    Way {
        name: "protobuf",
        path: "/v1/geolocate/batch",
        kind: "application/x-protobuf",
        is_h2: false,
    },
    Way {
        name: "gRPC LocateBatch",
        path: "/cairn.v1.Location/LocateBatch",
        kind: "application/grpc",
        is_h2: true,
    },
    Way {
        name: "gRPC LocateStream",
        path: "/cairn.v1.Location/LocateStream",
        kind: "application/grpc",
        is_h2: true,
    },
];

fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let listen = Listen(vec![SocketAddr::from(([127, 0, 0, 1], 0))]);
    let config = Config { listen, ..Config::default() };
    let server = Server::start(folder.path(), config, Clock::System, Router::new())?;
    teach(&server)?;
    let runtime = Runtime::new()?;
    let mut of_single = 0.0;
    for way in &SINGLE {
        let rate = runtime.block_on(measure(server.address(), way, (1, CLIENTS)))?;
        of_single = if way.name == "JSON" { rate } else { of_single };
        say(way.name, 1, rate, rate / of_single)?;
    }
    for way in &BATCH {
        for n in [1, 10, 100, 1_000] {
            let rate = runtime.block_on(measure(server.address(), way, (n, CLIENTS)))?;
            say(way.name, n, rate, rate / of_single)?;
        }
        // One client: what several threads make of one batch.
        let rate = runtime.block_on(measure(server.address(), way, (10_000, 1)))?;
        say(way.name, 10_000, rate, rate / of_single)?;
    }
    server.shutdown()
}

fn say(name: &str, n: usize, rate: f64, ratio: f64) -> anyhow::Result<()> {
    let line = format!(
        "{name:<18} {n:>5} a request  {rate:>9.0} queries/s  {ratio:>5.2} of single JSON\n"
    );
    std::io::stdout().write_all(line.as_bytes()).context("print")
}

/// Queries answered a second, `n` of them in a request, by so many connections at once.
async fn measure(
    address: SocketAddr,
    way: &'static Way,
    (n, n_clients): (usize, usize),
) -> anyhow::Result<f64> {
    let n_requests = QUERIES.div_ceil(n * n_clients).max(4);
    // Made before the clock runs: a thousand queries take longer to write than to answer.
    let bodies_of = |client: usize| (0..4).map(move |k| Bytes::from(body(way, client * 4 + k, n)));
    let bodies: Vec<Vec<Bytes>> = (0..n_clients).map(|it| bodies_of(it).collect()).collect();
    let started = Clock::System.instant();
    let mut clients = tokio::task::JoinSet::new();
    for bodies in bodies {
        clients.spawn(async move { run(address, way, &bodies, n_requests).await });
    }
    while let Some(done) = clients.join_next().await {
        done??;
    }
    let n_queries = u32::try_from(n_requests * n * n_clients)?;
    Ok(f64::from(n_queries) / started.elapsed().as_secs_f64())
}

/// One connection's requests, one after the other.
async fn run(address: SocketAddr, way: &Way, bodies: &[Bytes], n: usize) -> anyhow::Result<()> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let io = TokioIo::new(stream);
    let request = |body: &Bytes| {
        let head = Request::post(format!("http://{address}{}", way.path));
        head.header("content-type", way.kind).header("host", "bench").body(Full::new(body.clone()))
    };
    if way.is_h2 {
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await?;
        tokio::spawn(connection);
        for body in bodies.iter().cycle().take(n) {
            let answer = sender.send_request(request(body)?).await?.into_body().collect().await?;
            let status = answer.trailers().and_then(|trailers| trailers.get("grpc-status"));
            anyhow::ensure!(status.is_some_and(|status| status == "0"), "a call failed");
        }
    } else {
        let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await?;
        tokio::spawn(connection);
        for body in bodies.iter().cycle().take(n) {
            sender.ready().await?;
            let answer = sender.send_request(request(body)?).await?;
            anyhow::ensure!(answer.status() == 200, "{}", answer.status());
            answer.into_body().collect().await?;
        }
    }
    Ok(())
}

/// The `k`-th request of `n` queries.
fn body(way: &Way, k: usize, n: usize) -> Vec<u8> {
    let queries = (0..n).map(|index| query((k * n + index) as u64));
    let is_json = way.kind.ends_with("json");
    let mut out = Vec::new();
    for text in queries {
        let message = |text: &[u8]| {
            let asked = geolocate::decode(text).map(|asked| asked.observations).unwrap_or_default();
            proto::encode_query(&asked, "")
        };
        match way.path {
            _ if is_json => {
                out.extend_from_slice(&text);
                out.push(b'\n');
            }
            "/v1/geolocate" => out = message(&text),
            "/cairn.v1.Location/Locate" | "/cairn.v1.Location/LocateStream" => {
                out.extend_from_slice(&frame(&message(&text)));
            }
            _ => proto::push_answer(&mut out, &message(&text)),
        }
    }
    if way.path.ends_with("LocateBatch") { frame(&out) } else { out }
}

/// A message as gRPC sends it.
fn frame(message: &[u8]) -> Vec<u8> {
    let n_bytes = u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes();
    [&[0], &n_bytes[..], message].concat()
}
