//! The HTTP contract: routes, methods, headers, deadlines, the page.

use crate::support::client::{connect, get, post, request};
use crate::support::{Data, Server, cairn, said, wait_for};
use cairn_node::clock::Clock;
use std::io::{Read as _, Write as _};
use std::time::Duration;

/// Checks the headers of every API answer.
fn assert_open(answer: &crate::support::client::Answer) {
    assert_eq!(answer.header("access-control-allow-origin").as_deref(), Some("*"), "{answer:?}");
    assert_eq!(answer.header("access-control-max-age").as_deref(), Some("2592000"));
    assert!(answer.header("access-control-allow-headers").unwrap().contains("Content-Encoding"));
    assert_eq!(answer.header("x-content-type-options").as_deref(), Some("nosniff"));
    assert!(answer.header("strict-transport-security").is_some());
}

#[test]
fn api_answers_good_and_bad_are_open_to_browsers() {
    let data = Data::new();
    let server = Server::start(&data);
    let at = server.address();
    let preflight = request(at, "OPTIONS", "/v1/geolocate", &[], &[]).unwrap();
    assert_eq!((preflight.status, preflight.body.len()), (200, 0));
    assert_open(&preflight);
    let none = post(at, "/v1/geolocate", b"{}");
    assert_eq!(
        (none.status, none.json()["error"]["errors"][0]["reason"].as_str()),
        (404, Some("notFound"))
    );
    assert_open(&none);
    let bad = post(at, "/v1/geolocate", b"{\"wifiAccessPoints\":");
    assert_eq!((bad.status, bad.json()["error"]["message"].as_str()), (400, Some("Parse Error")));
    assert_open(&bad);
    assert_open(&post(at, "/v2/geosubmit", b"{\"items\":[]}"));
    let method = request(at, "DELETE", "/v2/geosubmit", &[], &[]).unwrap();
    assert_eq!(method.status, 405);
    assert!(method.header("content-type").unwrap().starts_with("text/plain"));
}

#[test]
fn get_is_a_query_without_a_body_and_a_submission_without_one_is_refused() {
    let data = Data::new();
    let server = Server::start(&data);
    assert_eq!(get(server.address(), "/v1/geolocate?key=test").status, 404);
    let submit = get(server.address(), "/v2/geosubmit");
    assert_eq!(submit.status, 400);
    assert!(submit.json().get("details").is_none());
    let head = request(server.address(), "HEAD", "/v1/geolocate", &[], &[]).unwrap();
    assert_eq!((head.status, head.body.len()), (404, 0));
}

#[test]
fn unknown_paths_and_trailing_slashes_are_404() {
    let data = Data::new();
    let server = Server::start(&data);
    for path in ["/nothing", "/v1/geolocate/", "/..%2fCargo.toml", "/map/MANIFEST"] {
        let answer = get(server.address(), path);
        assert_eq!((answer.status, answer.text().as_str()), (404, "<h1>404 Not Found</h1>"));
    }
    assert!(server.metric("node_requests_total{route=\"other\",status=\"404\"}") > 3.5);
}

#[test]
fn operators_find_probes_metrics_and_version() {
    let data = Data::new();
    let server = Server::start(&data);
    assert_eq!(get(server.address(), "/healthz").json()["status"], "ok");
    assert_eq!(get(server.address(), "/readyz").json()["status"], "ready");
    assert_eq!(get(server.address(), "/version").json()["name"], "cairn");
    let metrics = get(server.address(), "/metrics");
    assert!(metrics.header("content-type").unwrap().contains("openmetrics-text"));
    assert!(metrics.text().ends_with("# EOF\n"));
}

#[test]
fn the_page_is_embedded_and_may_load_nothing_from_elsewhere() {
    let data = Data::new();
    let server = Server::start(&data);
    let page = get(server.address(), "/");
    assert_eq!(page.status, 200);
    assert!(page.text().contains("app.js"));
    assert!(page.header("content-security-policy").unwrap().contains("default-src 'none'"));
    let script = get(server.address(), "/app.js");
    assert!(script.header("content-type").unwrap().starts_with("text/javascript"));
    assert!(script.body.len() > 10_000);
}

#[test]
fn one_connection_carries_many_requests() {
    let data = Data::new();
    let server = Server::start(&data);
    let mut stream = connect(server.address()).unwrap();
    let ask = b"POST /v1/geolocate HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
    for _ in 0..100 {
        stream.write_all(ask).unwrap();
        let mut seen = Vec::new();
        let mut block = [0; 4096];
        while !seen.ends_with(b"}}") {
            let n = stream.read(&mut block).unwrap();
            assert!(n > 0, "closed early");
            seen.extend_from_slice(&block[..n]);
        }
        assert!(seen.starts_with(b"HTTP/1.1 404"));
    }
}

/// A server that does not wait long.
fn impatient(data: &Data, more: &str) -> Server {
    let http = format!("head_seconds_max = 1\nbody_seconds_max = 1\n{more}");
    Server::start_under(data, &http, &[])
}

#[test]
fn a_body_that_does_not_come_is_408_and_a_head_that_does_not_come_closes() {
    let data = Data::new();
    let server = impatient(&data, "");
    let mut slow = connect(server.address()).unwrap();
    slow.write_all(b"POST /v2/geosubmit HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
        .unwrap();
    let mut block = [0; 4096];
    let n = slow.read(&mut block).unwrap();
    assert!(block[..n].starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&block[..n]));
    let mut slower = connect(server.address()).unwrap();
    slower.write_all(b"POST /v2/geosubmit HT").unwrap();
    let mut rest = Vec::new();
    slower.read_to_end(&mut rest).unwrap();
    assert!(rest.is_empty() || rest.starts_with(b"HTTP/1.1 408"), "{rest:?}");
    assert_eq!(get(server.address(), "/healthz").status, 200);
}

#[test]
fn a_connection_beyond_the_limit_takes_the_place_of_an_idle_one() {
    let data = Data::new();
    let server = impatient(&data, "connections_max = 2\n");
    let idle: Vec<_> = (0..2).map(|_| connect(server.address()).unwrap()).collect();
    Clock::System.sleep(Duration::from_millis(100));
    // Both places are taken by connections that say nothing: one goes.
    assert_eq!(get(server.address(), "/healthz").status, 200);
    drop(idle);
}

#[test]
fn a_request_under_way_is_finished_when_the_server_stops() {
    let data = Data::new();
    let server = Server::start(&data);
    let mut stream = connect(server.address()).unwrap();
    stream
        .write_all(b"POST /v2/geosubmit HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\n{\"ite")
        .unwrap();
    Clock::System.sleep(Duration::from_millis(200));
    server.signal("TERM");
    wait_for("it stops accepting", || connect(server.address()).is_err());
    stream.write_all(b"ms\":[]}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    server.stop();
}

#[test]
fn settings_are_explained_and_a_misspelt_one_is_refused_by_name() {
    let printed = said(&cairn(&["serve", "--print-config", "--listen", "127.0.0.1:9"]));
    assert!(printed.contains("listen = [\"127.0.0.1:9\"]") && printed.contains("# "), "{printed}");
    let data = Data::new();
    let file = data.path().join("bad.toml");
    std::fs::write(&file, "[http]\nbody_byte_max = 1\n").unwrap();
    let path = file.to_str().unwrap();
    let dir = data.path().to_str().unwrap();
    let refused = cairn(&["serve", "--data", dir, "--config", path]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("body_byte_max"));
}

#[test]
fn a_folder_in_use_is_refused_with_what_to_do() {
    let data = Data::new();
    let server = Server::start(&data);
    let dir = data.path().to_str().unwrap();
    let second = cairn(&["serve", "--data", dir, "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(2));
    let told = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(told.contains("in use") && told.contains("--url"), "{told}");
    server.stop();
}
