//! HTTP/2 with prior knowledge, on the same address: friendly clients and hostile ones.

use crate::support::client::{get, post};
use crate::support::reports::{query, submission, walk};
use crate::support::taught::{settle, teach};
use crate::support::{Data, Server};
use axum::body::Bytes;
use axum::http::{HeaderValue, Request, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use h2::RecvStream;
use h2::client::{SendRequest, handshake};
use std::io::Write as _;
use std::time::Duration;
use tokio::net::TcpStream;

/// Runs a future as a client would.
fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// A connection, and whether it goes on.
async fn connected(
    server: &Server,
) -> (SendRequest<Bytes>, tokio::task::JoinHandle<Result<(), h2::Error>>) {
    let stream = TcpStream::connect(server.address()).await.unwrap();
    let (client, connection) = handshake(stream).await.unwrap();
    (client, tokio::spawn(connection))
}

fn head(server: &Server, path: &str) -> Request<()> {
    Request::post(format!("http://{}{path}", server.address())).body(()).unwrap()
}

/// Asks and reads the whole answer.
async fn ask(client: &SendRequest<Bytes>, head: Request<()>, body: Vec<u8>) -> (u16, Vec<u8>) {
    let mut client = client.clone().ready().await.unwrap();
    let (answer, mut sending) = client.send_request(head, false).unwrap();
    sending.send_data(Bytes::from(body), true).unwrap();
    let answer: Response<RecvStream> = answer.await.unwrap();
    let status = answer.status().as_u16();
    let mut stream = answer.into_body();
    let mut bytes = Vec::new();
    while let Some(piece) = stream.data().await {
        let piece = piece.unwrap();
        let _window = stream.flow_control().release_capacity(piece.len());
        bytes.extend_from_slice(&piece);
    }
    (status, bytes)
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(plain).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn reports_and_queries_go_over_one_connection_as_over_http_1() {
    let data = Data::new();
    let server = Server::start(&data);
    block_on(async {
        let (client, _) = connected(&server).await;
        let mut submit = head(&server, "/v2/geosubmit");
        submit.headers_mut().insert("content-encoding", HeaderValue::from_static("gzip"));
        let body = gzip(&submission(&walk(51.5, -0.12, 1, 0)));
        assert_eq!(ask(&client, submit, body).await.0, 200);
    });
    settle(&server);
    let usual = post(server.address(), "/v1/geolocate", &query(&[1, 2, 3, 4]));
    assert_eq!(usual.status, 200);
    block_on(async {
        let (client, _) = connected(&server).await;
        let asked =
            (0..50).map(|_| ask(&client, head(&server, "/v1/geolocate"), query(&[1, 2, 3, 4])));
        for (status, body) in futures_util::future::join_all(asked).await {
            assert_eq!((status, body), (200, usual.body.clone()));
        }
        let mut packed = head(&server, "/v1/geolocate");
        packed.headers_mut().insert("content-encoding", HeaderValue::from_static("gzip"));
        assert_eq!(ask(&client, packed, gzip(&query(&[1, 2, 3, 4]))).await.0, 200);
        assert_eq!(ask(&client, head(&server, "/v1/geolocate"), b"[]".to_vec()).await.0, 400);
    });
}

#[test]
fn streams_that_are_taken_back_at_once_end_the_connection_and_nobody_else_s() {
    let data = Data::new();
    let server = Server::start(&data);
    teach(&server, &walk(51.5, -0.12, 1, 0));
    let before_kib = server.peak_kib();
    block_on(async {
        let (client, connection) = connected(&server).await;
        let mut n_taken_back = 0_u32;
        for _ in 0..100_000 {
            let Ok(mut ready) = client.clone().ready().await else { break };
            let Ok((answer, mut sending)) =
                ready.send_request(head(&server, "/v1/geolocate"), false)
            else {
                break;
            };
            sending.send_reset(h2::Reason::CANCEL);
            drop(answer);
            n_taken_back += 1;
            if n_taken_back.is_multiple_of(64) {
                tokio::task::yield_now().await;
            }
            if connection.is_finished() {
                break;
            }
        }
        println!(
            "{n_taken_back} streams taken back, connection over: {}",
            connection.is_finished()
        );
    });
    assert!(server.peak_kib() - before_kib < 32 << 10);
    assert_eq!(post(server.address(), "/v1/geolocate", &query(&[1, 2, 3, 4])).status, 200);
}

#[test]
fn huge_headers_are_refused_and_the_server_goes_on() {
    let data = Data::new();
    let server = Server::start(&data);
    block_on(async {
        let (client, _) = connected(&server).await;
        let mut huge = head(&server, "/v1/geolocate");
        for n in 0..200 {
            let name = axum::http::HeaderName::from_bytes(format!("x-{n}").as_bytes()).unwrap();
            huge.headers_mut().insert(name, HeaderValue::from_str(&"y".repeat(5_000)).unwrap());
        }
        let mut client = client.ready().await.unwrap();
        let (answer, _) = client.send_request(huge, true).unwrap();
        let refused = answer.await;
        assert!(refused.is_err() || refused.is_ok_and(|it| it.status() == 431));
    });
    assert_eq!(get(server.address(), "/healthz").status, 200);
}

#[test]
fn more_streams_than_may_be_open_wait_and_are_all_answered() {
    let data = Data::new();
    let server = Server::start(&data);
    block_on(async {
        let (client, _) = connected(&server).await;
        // The first answer brings how many streams may be open.
        assert_eq!(ask(&client, head(&server, "/v1/geolocate"), b"{}".to_vec()).await.0, 404);
        let asked = (0..500).map(|_| ask(&client, head(&server, "/v1/geolocate"), b"{}".to_vec()));
        let all = futures_util::future::join_all(asked);
        let answers = tokio::time::timeout(Duration::from_secs(20), all).await.unwrap();
        assert!(answers.iter().all(|(status, _)| *status == 404));
    });
}

#[test]
fn an_idle_connection_is_told_to_go_though_it_answers_pings() {
    let data = Data::new();
    let server = Server::start_under(&data, "idle_seconds_max = 1\nhead_seconds_max = 1\n", &[]);
    block_on(async {
        let (client, connection) = connected(&server).await;
        assert_eq!(ask(&client, head(&server, "/v1/geolocate"), b"{}".to_vec()).await.0, 404);
        let ended = tokio::time::timeout(Duration::from_secs(15), connection).await;
        assert!(ended.is_ok(), "still there");
    });
}
