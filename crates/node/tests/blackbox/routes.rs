//! Every route of the API under every method, its headers, and Google's path.

use crate::support::client::{Answer, post, request};
use crate::support::reports::{query, walk};
use crate::support::taught::teach;
use crate::support::{Data, Server};

/// Routes that answer queries.
const QUERIES: [&str; 3] = ["/v1/geolocate", "/v1/country", "/geolocation/v1/geolocate"];
/// Routes that take submissions.
const SUBMISSIONS: [&str; 3] = ["/v1/submit", "/v1/geosubmit", "/v2/geosubmit"];

fn api() -> impl Iterator<Item = &'static str> {
    QUERIES.into_iter().chain(SUBMISSIONS)
}

fn send(server: &Server, method: &str, path: &str, body: &[u8]) -> Answer {
    request(server.address(), method, path, &[], body).unwrap()
}

/// Headers of every answer.
fn assert_safe(answer: &Answer) {
    let hsts = answer.header("strict-transport-security");
    assert_eq!(hsts.as_deref(), Some("max-age=31536000; includeSubDomains"), "{answer:?}");
    assert_eq!(answer.header("x-content-type-options").as_deref(), Some("nosniff"), "{answer:?}");
}

/// Headers of every answer that a page of another site may read.
fn assert_open(answer: &Answer) {
    assert_safe(answer);
    let header = |name: &str| answer.header(name).unwrap_or_else(|| panic!("{name}: {answer:?}"));
    assert_eq!(header("access-control-allow-origin"), "*");
    assert_eq!(header("access-control-max-age"), "2592000");
    let (headers, methods) =
        (header("access-control-allow-headers"), header("access-control-allow-methods"));
    assert!(headers.contains("Content-Type") && headers.contains("Content-Encoding"), "{headers}");
    assert!(methods.contains("POST") && methods.contains("GET"), "{methods}");
}

#[test]
fn a_preflight_of_any_route_is_200_and_empty() {
    let data = Data::new();
    let server = Server::start(&data);
    for path in api() {
        let answer = send(&server, "OPTIONS", path, &[]);
        assert_eq!((answer.status, answer.body.len()), (200, 0), "{path}");
        assert_open(&answer);
    }
}

#[test]
fn get_and_head_of_a_query_ask_with_nothing_and_of_a_submission_are_refused() {
    let data = Data::new();
    let server = Server::start(&data);
    let of = |paths: [&'static str; 3], status| paths.map(|path| (path, status));
    for (path, status) in [of(QUERIES, 404), of(SUBMISSIONS, 400)].concat() {
        let (got, head) = (send(&server, "GET", path, &[]), send(&server, "HEAD", path, &[]));
        assert_eq!((got.status, head.status, head.body.len()), (status, status, 0), "{path}");
        assert_eq!(got.header("content-type"), head.header("content-type"), "{path}");
        assert_eq!(got.json()["error"]["code"], status);
        assert!(status == 404 || got.json().get("details").is_none(), "{path}");
        assert_open(&got);
        assert_open(&head);
    }
}

#[test]
fn a_method_no_route_has_is_405_in_plain_text() {
    let data = Data::new();
    let server = Server::start(&data);
    for path in api() {
        for method in ["DELETE", "PUT", "PATCH", "TRACE"] {
            let answer = send(&server, method, path, &[]);
            assert_eq!(answer.status, 405, "{method} {path}");
            assert!(answer.header("content-type").unwrap().starts_with("text/plain"), "{path}");
            assert_safe(&answer);
        }
    }
}

#[test]
fn answers_good_and_bad_carry_the_same_headers() {
    let data = Data::new();
    let server = Server::start(&data);
    teach(&server, &walk(51.5, -0.12, 1, 0));
    for path in QUERIES {
        let found = post(server.address(), path, &query(&[1, 2, 3, 4]));
        assert_eq!(found.status, 200, "{path}");
        assert_open(&found);
    }
    for path in SUBMISSIONS {
        let taken = post(server.address(), path, b"{\"items\": []}");
        assert!([200, 204].contains(&taken.status), "{path}");
        assert_open(&taken);
    }
    for path in api() {
        let bad = post(server.address(), path, b"{\"items\": ");
        assert_eq!(
            (bad.status, &bad.json()["error"]["errors"][0]["reason"]),
            (400, &"parseError".into())
        );
        assert_open(&bad);
    }
    for path in ["/", "/healthz", "/metrics", "/nothing", "/v1/country/", "/__heartbeat__"] {
        assert_safe(&send(&server, "GET", path, &[]));
    }
}

#[test]
fn google_s_path_is_the_same_service() {
    let data = Data::new();
    let server = Server::start(&data);
    teach(&server, &walk(51.5, -0.12, 1, 0));
    for ask in [query(&[1, 2, 3, 4]), query(&[90, 91]), b"{".to_vec(), Vec::new()] {
        let [here, there] = ["/v1/geolocate", "/geolocation/v1/geolocate?key=AIza"]
            .map(|path| post(server.address(), path, &ask));
        assert_eq!((here.status, here.text()), (there.status, there.text()));
    }
}
