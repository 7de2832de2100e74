//! Tests of gRPC over a real HTTP/2 connection; `tests/clients/grpc` lets others' clients speak it.

use crate::clock::Clock;
use crate::config::{Config, Listen};
use crate::server::{RunningServer, Server};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, Response};
use cairn_ground::{Bssid, LatLng, Timestamp, TransmitterId};
use cairn_report::{Fix, Observation, Report};
use cairn_wire::errors::{NoAnswer, PublicError};
use cairn_wire::proto;
use http_body_util::BodyExt as _;
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use tempfile::TempDir;

fn started(config: Config) -> (TempDir, RunningServer) {
    let folder = tempfile::tempdir().unwrap();
    let listen = Listen(vec!["127.0.0.1:0".parse().unwrap()]);
    let config = Config { listen, ..config };
    let server = Server::start(folder.path(), config, Clock::System, Router::new()).unwrap();
    (folder, server)
}

/// An HTTP/2 connection to the routes.
async fn connected(server: &RunningServer) -> SendRequest<Body> {
    let (near, far) = tokio::io::duplex(1 << 16);
    let routes = TowerToHyperService::new(server.router());
    let serving = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
    tokio::spawn(serving.serve_connection(TokioIo::new(far), routes));
    let (sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(near))
            .await
            .unwrap();
    tokio::spawn(connection);
    sender
}

/// The messages and the trailers of an answer; a call that failed at once has its status in its head.
async fn read(response: Response<hyper::body::Incoming>) -> (Vec<Vec<u8>>, HeaderMap) {
    assert_eq!(response.headers()["content-type"], "application/grpc");
    let head = response.headers().clone();
    let body = response.into_body().collect().await.unwrap();
    let trailers = body.trailers().cloned().unwrap_or(head);
    let body = body.to_bytes();
    let (mut rest, mut messages) = (&body[..], Vec::new());
    while let [flag, a, b, c, d, more @ ..] = rest {
        let n_bytes = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        assert_eq!(*flag, 0, "nobody asked for compression");
        messages.push(more[..n_bytes].to_vec());
        rest = &more[n_bytes..];
    }
    (messages, trailers)
}

/// One call, whole.
async fn call(
    sender: &mut SendRequest<Body>,
    method: &str,
    frames: Vec<u8>,
) -> (Vec<Vec<u8>>, HeaderMap) {
    let request = Request::post(format!("http://x/cairn.v1.Location/{method}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(Body::from(frames))
        .unwrap();
    read(sender.send_request(request).await.unwrap()).await
}

fn frame(message: &[u8]) -> Vec<u8> {
    let n_bytes = u32::try_from(message.len()).unwrap().to_be_bytes();
    [&[0], &n_bytes[..], message].concat()
}

fn heard(n: u64) -> Observation {
    Observation::of(TransmitterId::Wifi(Bssid::from_u48(0x0200_5e00_0000 + n * 16)))
}

fn query(id: &str) -> Vec<u8> {
    proto::encode_query(&[heard(1), heard(2)], id)
}

/// What a service that knows nothing says.
fn unknown(id: &str) -> Vec<u8> {
    let details = Some(NoAnswer::TooFewKnown { known: 0, needed: 2 });
    proto::encode_answer(Err(&PublicError::NotFound { details }), id)
}

fn status(trailers: &HeaderMap) -> &str {
    trailers["grpc-status"].to_str().unwrap()
}

#[test]
fn a_query_that_has_no_place_is_answered_so_and_the_call_is_well() {
    let (_folder, server) = started(Config::default());
    server.block_on(async {
        let mut sender = connected(&server).await;
        let (messages, trailers) = call(&mut sender, "Locate", frame(&query("a"))).await;
        assert_eq!((messages, status(&trailers)), (vec![unknown("a")], "0"));
        let mut list = Vec::new();
        for id in ["a", "b", "c"] {
            proto::push_answer(&mut list, &query(id));
        }
        let (messages, trailers) = call(&mut sender, "LocateBatch", frame(&list)).await;
        let mut want = Vec::new();
        for id in ["a", "b", "c"] {
            proto::push_answer(&mut want, &unknown(id));
        }
        assert_eq!((messages, status(&trailers)), (vec![want], "0"));
    });
    server.shutdown().unwrap();
}

#[test]
fn a_stream_is_answered_query_by_query_and_ends_with_its_status() {
    let (_folder, server) = started(Config::default());
    server.block_on(async {
        let mut sender = connected(&server).await;
        let frames: Vec<u8> = ["a", "b", "c"].iter().flat_map(|id| frame(&query(id))).collect();
        let (messages, trailers) = call(&mut sender, "LocateStream", frames.clone()).await;
        assert_eq!(messages, ["a", "b", "c"].map(unknown));
        assert_eq!(status(&trailers), "0");
        let cut = frames[..frames.len() - 2].to_vec();
        let (messages, trailers) = call(&mut sender, "LocateStream", cut).await;
        assert_eq!((messages.len(), status(&trailers)), (2, "13"));
        let (messages, trailers) = call(&mut sender, "LocateStream", Vec::new()).await;
        assert_eq!((messages.len(), status(&trailers)), (0, "0"));
    });
    server.shutdown().unwrap();
}

#[test]
fn reports_are_on_disk_when_the_call_is_answered() {
    let (_folder, server) = started(Config::default());
    let fix = Fix::at(LatLng::new(51.5, -0.1).unwrap());
    let report = Report::new(Timestamp::from_ms(1_760_000_000_000), fix, vec![heard(1)]).unwrap();
    let mut message = proto::encode_submission(&[report]);
    // A report of nothing, which is refused.
    message.extend([0x0a, 0]);
    server.block_on(async {
        let mut sender = connected(&server).await;
        let (messages, trailers) = call(&mut sender, "Submit", frame(&message)).await;
        assert_eq!((messages, status(&trailers)), (vec![proto::encode_taken(1, 1)], "0"));
        let (messages, trailers) = call(&mut sender, "Submit", frame(&[])).await;
        assert_eq!((messages.len(), status(&trailers)), (0, "3"));
    });
    assert_eq!(server.app().metrics.reports_accepted.get(), 1);
    server.shutdown().unwrap();
}

#[test]
fn a_call_that_went_wrong_says_how() {
    let mut config = Config::default();
    config.access.keys_required = true;
    let (_folder, strict) = started(config);
    let (_folder, open) = started(Config::default());
    open.block_on(async {
        let mut sender = connected(&open).await;
        let compressed = [&[1, 0, 0, 0, 1], &b"x"[..]].concat();
        let cases = [
            ("Nothing", frame(&query("a")), "12"),
            ("Locate", compressed.clone(), "13"),
            ("LocateStream", compressed, "13"),
            ("Locate", frame(b"{}"), "3"),
            ("Locate", Vec::new(), "13"),
            ("LocateBatch", frame(&[0x0a, 9]), "3"),
            ("Locate", vec![0, 255, 0, 0, 0], "11"),
        ];
        for (method, sent, want) in cases {
            let (messages, trailers) = call(&mut sender, method, sent).await;
            assert_eq!((messages.len(), status(&trailers)), (0, want), "{method}");
            assert!(
                trailers["grpc-message"].to_str().is_ok_and(|text| text.len() > 8),
                "{trailers:?}"
            );
        }
        let plain =
            Request::post("http://x/cairn.v1.Location/Locate").body(Body::from(Bytes::new()));
        assert_eq!(sender.send_request(plain.unwrap()).await.unwrap().status(), 415);
    });
    strict.block_on(async {
        let mut sender = connected(&strict).await;
        let (_, trailers) = call(&mut sender, "Locate", frame(&query("a"))).await;
        assert_eq!(status(&trailers), "16");
    });
    strict.shutdown().unwrap();
    open.shutdown().unwrap();
}

#[test]
fn more_queries_than_one_answer_may_have_are_refused() {
    let (_folder, server) = started(Config::default());
    let n_max = usize::try_from(crate::limits::GRPC_BATCH_QUERIES_MAX).unwrap();
    server.block_on(async {
        let mut sender = connected(&server).await;
        let (messages, trailers) =
            call(&mut sender, "LocateBatch", frame(&[0x0a, 0].repeat(n_max))).await;
        assert_eq!((messages.len(), status(&trailers)), (1, "0"));
        let (messages, trailers) =
            call(&mut sender, "LocateBatch", frame(&[0x0a, 0].repeat(n_max + 1))).await;
        assert_eq!((messages.len(), status(&trailers)), (0, "8"));
    });
    server.shutdown().unwrap();
}
