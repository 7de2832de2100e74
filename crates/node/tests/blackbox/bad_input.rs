//! Bad input: refused in the peers' words, counted by reason, within bounded memory.

use crate::support::client::{connect, post, read_answer, request};
use crate::support::reports::{WHEN_MS, heard, report, submission};
use crate::support::{Data, Server};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use std::io::Write as _;

/// Bytes of a body that the default settings take, as sent.
const BODY_BYTES_MAX: usize = 16 << 20;

/// Every route that takes a body.
const ROUTES: [&str; 6] = [
    "/v1/geolocate",
    "/geolocation/v1/geolocate",
    "/v1/country",
    "/v1/submit",
    "/v1/geosubmit",
    "/v2/geosubmit",
];

fn refused(server: &Server, reason: &str) -> f64 {
    server.metric(&format!("wire_refusals_total{{reason=\"{reason}\"}}"))
}

#[test]
fn malformed_json_is_400_in_the_peers_shape() {
    let data = Data::new();
    let server = Server::start(&data);
    for path in ROUTES {
        for body in [&b"{"[..], b"[]", b"nonsense", b"\xff\xfe", b"{\"items\":[}"] {
            let answer = post(server.address(), path, body);
            let error = answer.json();
            assert_eq!(answer.status, 400, "{path} {body:?}");
            assert_eq!(error["error"]["code"], 400);
            assert_eq!(error["error"]["errors"][0]["reason"], "parseError");
            assert_eq!(error["error"]["errors"][0]["domain"], "global");
            assert!(error["details"].is_object(), "{error}");
        }
    }
    for path in ["/v1/submit", "/v1/geosubmit", "/v2/geosubmit"] {
        let missing = post(server.address(), path, b"{}");
        assert_eq!(missing.json()["details"]["validation"]["items"], "Required");
    }
}

#[test]
fn deep_nesting_is_refused_and_does_not_crash() {
    let data = Data::new();
    let server = Server::start(&data);
    let deep = [b"{\"items\":".to_vec(), vec![b'['; 200_000]].concat();
    for path in ROUTES {
        assert_eq!(post(server.address(), path, &deep).status, 400, "{path}");
    }
}

#[test]
fn a_body_at_the_limit_is_read_and_one_byte_more_is_413() {
    let data = Data::new();
    let server = Server::start(&data);
    let padded = |n_bytes: usize| {
        let mut body = b"{\"items\":[]".to_vec();
        body.resize(n_bytes - 1, b' ');
        body.push(b'}');
        body
    };
    assert_eq!(post(server.address(), "/v2/geosubmit", &padded(BODY_BYTES_MAX)).status, 200);
    assert_eq!(post(server.address(), "/v1/country", &padded(BODY_BYTES_MAX)).status, 404);
    let over = padded(BODY_BYTES_MAX + 1);
    for path in ROUTES {
        let answer = post(server.address(), path, &over);
        assert_eq!(answer.status, 413, "{path}");
        assert_eq!(answer.json()["details"]["bytes_max"], BODY_BYTES_MAX);
    }
}

#[test]
fn a_body_without_a_stated_length_meets_the_same_limit() {
    let data = Data::new();
    let server = Server::start(&data);
    let mut stream = connect(server.address()).unwrap();
    let head = "POST /v2/geosubmit HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = [b"10000\r\n".to_vec(), vec![b' '; 0x10000], b"\r\n".to_vec()].concat();
    for _ in 0..=BODY_BYTES_MAX / 0x10000 {
        stream.write_all(&chunk).unwrap();
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    assert_eq!(read_answer(stream).unwrap().status, 413);
}

#[test]
fn a_gzip_bomb_is_413_on_every_route_and_memory_stays_bounded() {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..1_024 {
        gzip.write_all(&zeros).unwrap();
    }
    let bomb = gzip.finish().unwrap();
    assert!(bomb.len() < 2 << 20, "1 GiB in {} bytes", bomb.len());
    // Two to a server: the allocator keeps what each thread that inflated has freed.
    for paths in ROUTES.chunks(2) {
        let data = Data::new();
        let server = Server::start(&data);
        let before_kib = server.peak_kib();
        for path in paths {
            let headers = [("Content-Encoding", "gzip")];
            let answer = request(server.address(), "POST", path, &headers, &bomb).unwrap();
            assert_eq!(answer.status, 413, "{path}");
        }
        // The cap is 16 MiB; the body as sent, its copy and the allocator's slack come on top.
        let grown_kib = server.peak_kib() - before_kib;
        assert!(grown_kib < 48 << 10, "{paths:?}: grew by {grown_kib} KiB");
    }
}

#[test]
fn broken_gzip_is_400_and_gzip_of_nothing_is_an_empty_query() {
    let data = Data::new();
    let server = Server::start(&data);
    let headers = [("Content-Encoding", "gzip")];
    let post = |body: &[u8]| {
        request(server.address(), "POST", "/v1/geolocate", &headers, body).unwrap().status
    };
    assert_eq!(post(b"not gzip at all"), 400);
    assert_eq!(post(b""), 404);
}

#[test]
fn of_1001_items_1000_are_kept_and_one_is_refused_by_name() {
    let data = Data::new();
    let server = Server::start(&data);
    let items: Vec<_> = (0..1_001_i64)
        .map(|n| {
            let mut item = report(51.5, -0.12, &[heard(1, -60), heard(2, -61)]);
            item["timestamp"] = json!(WHEN_MS + n * 1_000);
            item
        })
        .collect();
    let answer = post(server.address(), "/v2/geosubmit", &submission(&items));
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!((server.metric("wire_reports_accepted_total") - 1_000.0).abs() < 0.5);
    assert!((refused(&server, "report_over_limit") - 1.0).abs() < 0.5);
}

#[test]
fn impossible_values_are_refused_one_by_one_and_counted_by_reason() {
    let data = Data::new();
    let server = Server::start(&data);
    let good = report(51.5, -0.12, &[heard(1, -60), heard(2, 30)]);
    let off = report(91.0, -0.12, &[heard(1, -60)]);
    let nothing = report(51.5, -0.12, &[]);
    // JSON has no NaN: clients send it all the same, and it costs its own item only.
    let body =
        String::from_utf8(submission(&[good, off, nothing, report(-1.25, 0.0, &[heard(1, -60)])]));
    let body = body.unwrap().replace("-1.25", "NaN");
    let answer = post(server.address(), "/v2/geosubmit", body.as_bytes());
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!((server.metric("wire_reports_accepted_total") - 1.0).abs() < 0.5);
    for (reason, n) in [
        ("value_power", 1.0),
        ("report_place_impossible", 2.0),
        ("report_without_transmitters", 1.0),
    ] {
        assert!(
            (refused(&server, reason) - n).abs() < 0.5,
            "{reason}: {}",
            refused(&server, reason)
        );
    }
}
