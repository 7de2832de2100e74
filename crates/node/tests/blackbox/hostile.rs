//! Clients that are slow, silent, huge or many: each costs something bounded, and the others are answered.

use crate::support::client::{connect, get, post, read_answer};
use crate::support::reports::{heard, query, walk};
use crate::support::taught::teach;
use crate::support::{Data, Server, wait_for};
use cairn_node::clock::Clock;
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// A server that does not wait long.
fn impatient(data: &Data, more: &str) -> Server {
    let http = format!("head_seconds_max = 1\nbody_seconds_max = 1\nidle_seconds_max = 2\n{more}");
    Server::start_under(data, &http, &[])
}

/// Waits for the end of a stream; what came on it.
fn to_the_end(stream: &mut TcpStream) -> Vec<u8> {
    let mut rest = Vec::new();
    let _reset_or_closed = stream.read_to_end(&mut rest);
    rest
}

#[test]
fn heads_that_drip_are_cut_while_others_are_answered() {
    let data = Data::new();
    let server = impatient(&data, "connections_max = 100\n");
    let mut slow: Vec<_> = (0..50).map(|_| connect(server.address()).unwrap()).collect();
    for stream in &mut slow {
        stream.write_all(b"POST /v1/geolocate HTTP/1.1\r\nHost: x\r\n").unwrap();
    }
    for n in 0..40 {
        for stream in &mut slow {
            let _cut_already = stream.write_all(format!("x-{n}: y\r\n").as_bytes());
        }
        assert_eq!(get(server.address(), "/healthz").status, 200);
        Clock::System.sleep(Duration::from_millis(50));
    }
    wait_for("all are cut", || server.metric("node_connections_timed_out_total") > 49.5);
    wait_for("all are gone", || server.metric("node_connections") < 1.5);
}

#[test]
fn bodies_that_drip_are_408_and_hold_no_place() {
    let data = Data::new();
    let server = impatient(&data, "[lanes]\nbulk_places_max = 1\n");
    let head = b"POST /v2/geosubmit HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n";
    let mut slow: Vec<_> = (0..20).map(|_| connect(server.address()).unwrap()).collect();
    for stream in &mut slow {
        stream.write_all(head).unwrap();
        stream.write_all(b"{").unwrap();
    }
    // The one place of the lane is for what has arrived.
    teach(&server, &walk(51.5, -0.12, 1, 0));
    for mut stream in slow {
        assert!(to_the_end(&mut stream).starts_with(b"HTTP/1.1 408"));
    }
}

#[test]
fn a_thousand_idle_connections_cost_little_and_yield_to_who_asks() {
    let data = Data::new();
    let server =
        Server::start_under(&data, "connections_max = 1000\nidle_seconds_max = 600\n", &[]);
    let before_kib = server.peak_kib();
    let mut idle: Vec<_> = (0..1_000).map(|_| connect(server.address()).unwrap()).collect();
    for stream in &mut idle {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        assert!(stream.read(&mut [0; 1_024]).unwrap() > 0);
    }
    let grown_kib = server.peak_kib() - before_kib;
    assert!(grown_kib < 48 << 10, "grew by {grown_kib} KiB");
    Clock::System.sleep(Duration::from_millis(500));
    for _ in 0..10 {
        assert_eq!(get(server.address(), "/healthz").status, 200);
    }
    assert!(server.metric("node_connections_yielded_total") > 0.5);
    assert!(server.metric("node_connections_refused_total") < 0.5);
}

#[test]
fn when_all_connections_are_busy_one_more_is_told_503_and_when() {
    let data = Data::new();
    let server = Server::start_under(&data, "connections_max = 2\nbody_seconds_max = 20\n", &[]);
    let busy: Vec<_> = (0..2)
        .map(|_| {
            let mut stream = connect(server.address()).unwrap();
            stream
                .write_all(b"POST /v2/geosubmit HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
                .unwrap();
            stream
        })
        .collect();
    Clock::System.sleep(Duration::from_millis(200));
    let answer = read_answer(connect(server.address()).unwrap()).unwrap();
    assert_eq!(answer.status, 503);
    assert!(answer.header("retry-after").is_some(), "{answer:?}");
    assert_eq!(answer.json()["error"]["errors"][0]["reason"], "serviceUnavailable");
    drop(busy);
    wait_for("places are free again", || {
        connect(server.address()).is_ok_and(|mut stream| {
            let _refused =
                stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            to_the_end(&mut stream).starts_with(b"HTTP/1.1 200")
        })
    });
}

#[test]
fn a_megabyte_of_headers_is_431_and_the_rest_goes_on() {
    let data = Data::new();
    let server = Server::start(&data);
    let before_kib = server.peak_kib();
    for lines in [
        vec![format!("x: {}\r\n", "y".repeat(1 << 20))],
        vec![format!("x: {}\r\n", "y".repeat(100)); 10_000],
    ] {
        let mut stream = connect(server.address()).unwrap();
        let head = format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{}\r\n", lines.concat());
        let _closed_early = stream.write_all(head.as_bytes());
        let said = to_the_end(&mut stream);
        assert!(
            said.is_empty() || said.starts_with(b"HTTP/1.1 431"),
            "{:?}",
            String::from_utf8_lossy(&said)
        );
    }
    assert!(server.peak_kib() - before_kib < 8 << 10);
    assert_eq!(get(server.address(), "/healthz").status, 200);
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let data = Data::new();
    let server = Server::start(&data);
    let mut stream = connect(server.address()).unwrap();
    let mut asked = Vec::new();
    for n in 0..200 {
        let path = if n % 3 == 0 { "/healthz" } else { "/nothing" };
        asked.extend(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").into_bytes());
    }
    asked.extend(b"GET /version HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(&asked).unwrap();
    let said = String::from_utf8(to_the_end(&mut stream)).unwrap();
    let statuses: Vec<_> =
        said.split("HTTP/1.1 ").skip(1).map(|it| it.split(' ').next().unwrap()).collect();
    assert_eq!(statuses.len(), 201);
    for (n, status) in statuses.iter().take(200).enumerate() {
        assert_eq!(*status, if n % 3 == 0 { "200" } else { "404" }, "{n}");
    }
}

#[test]
fn a_query_of_ten_thousand_entries_and_one_of_duplicates_cost_bounded_time() {
    let data = Data::new();
    let server = Server::start(&data);
    teach(&server, &walk(51.5, -0.12, 1, 0));
    let ask = |entries: Vec<serde_json::Value>| {
        let body = json!({"considerIp": false, "wifiAccessPoints": entries}).to_string();
        let started = Clock::System.instant();
        let answer = post(server.address(), "/v1/geolocate", body.as_bytes());
        (answer, started.elapsed())
    };
    let known = || (1..=4).map(|n| heard(n, -60));
    let (answer, many) = ask(known().chain((100..10_100).map(|n| heard(n, -60))).collect());
    assert_eq!(answer.status, 200, "what comes first is kept: {answer:?}");
    let (twice, again) = ask(known().cycle().take(10_000).collect());
    assert_eq!(twice.status, 200, "{twice:?}");
    // Bounded, whatever build and machine: a solve over all ten thousand would take minutes.
    assert!(many + again < Duration::from_secs(10), "{many:?} {again:?}");
    assert_eq!(post(server.address(), "/v1/geolocate", &query(&[1, 2, 3, 4])).status, 200);
}

#[test]
fn a_query_of_ten_megabytes_gets_an_answer_in_bounded_memory() {
    let data = Data::new();
    let server = Server::start(&data);
    let before_kib = server.peak_kib();
    let mut body = b"{\"wifiAccessPoints\":[".to_vec();
    body.resize(10 << 20, b' ');
    body.extend(b"]}");
    assert_eq!(post(server.address(), "/v1/geolocate", &body).status, 404);
    body[40] = b'x';
    let broken = post(server.address(), "/v1/geolocate", &body);
    assert_eq!(
        (broken.status, broken.json()["error"]["errors"][0]["reason"].as_str()),
        (400, Some("parseError"))
    );
    assert!(server.peak_kib() - before_kib < 64 << 10);
}
