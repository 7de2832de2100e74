//! API keys, seen from outside: the peers' answers with keys required, changes while it runs, quotas
//! over a restart, limits without a key.

use crate::support::client::{Answer, get, post, request};
use crate::support::reports::{submission, walk};
use crate::support::{Data, Server, cairn, said, wait_for};
use std::path::Path;

/// Serves `data` with settings of `access`.
fn serve(data: &Data, access: &str) -> Server {
    Server::start_under(
        data,
        &format!("trusted_proxies = [\"127.0.0.0/8\"]\n[access]\n{access}"),
        &[],
    )
}

/// Adds a key; returns what was printed on standard output.
fn add(data: &Data, flags: &[&str]) -> String {
    let dir = data.path().to_str().unwrap();
    let mut all = vec!["keys", "add", "--data", dir, "--name", "of a test"];
    all.extend(flags);
    said(&cairn(&all)).trim_end().to_owned()
}

/// The keys that the conformance cases assume; see docs/guides/keys.md.
fn add_conformance_keys(data: &Data) {
    add(data, &["--key", "test", "--scopes", "all"]);
    add(data, &["--key", "limited-5", "--requests-per-day", "5"]);
    add(data, &["--key", "blocked", "--scopes", "none"]);
}

/// The id of the only key.
fn only_id(data: &Data) -> String {
    let list = said(&cairn(&["keys", "list", "--json", "--data", data.path().to_str().unwrap()]));
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    assert_eq!(list.as_array().unwrap().len(), 1, "{list}");
    list[0]["id"].as_str().unwrap().to_owned()
}

/// The status and the reason word of an answer.
fn word(answer: &Answer) -> (u16, String) {
    let reason = answer.json()["error"]["errors"][0]["reason"].as_str().unwrap_or("").to_owned();
    (answer.status, reason)
}

fn asks(server: &Server, key: &str) -> (u16, String) {
    word(&post(server.address(), &format!("/v1/geolocate?key={key}"), b"{}"))
}

fn is(status: u16, reason: &str) -> (u16, String) {
    (status, reason.to_owned())
}

#[test]
fn with_keys_required_bad_keys_are_told_before_anything_of_the_body_is_looked_at() {
    let data = Data::new();
    add_conformance_keys(&data);
    let server = serve(&data, "keys_required = true");
    let long = "a".repeat(41);
    for path in ["", "?key=abcdefg", "?key=abc", "?key=invalid_key", "?key=blocked"]
        .map(str::to_owned)
        .into_iter()
        .chain([format!("?key={long}")])
    {
        let path = format!("/v1/geolocate{path}");
        let answer = post(server.address(), &path, b"not json");
        assert_eq!(word(&answer), is(400, "keyInvalid"), "{path}");
        assert_eq!(answer.json()["error"]["message"], "Missing or invalid API key.");
        assert_eq!(answer.header("access-control-allow-origin").as_deref(), Some("*"));
        assert_eq!(get(server.address(), &path).status, 400);
        let head = request(server.address(), "HEAD", &path, &[], &[]).unwrap();
        assert_eq!((head.status, head.body.len()), (400, 0));
    }
    assert_eq!(asks(&server, "test"), is(404, "notFound"));
    assert_eq!(asks(&server, "TEST"), is(404, "notFound"), "upper and lower case are one");
    let options = request(server.address(), "OPTIONS", "/v1/geolocate", &[], &[]).unwrap();
    assert_eq!(options.status, 200);
    assert!(server.metric("node_access_refused_total{reason=\"key_invalid\"}") > 17.5);
}

#[test]
fn a_large_body_without_a_key_gets_its_refusal_all_the_same() {
    let data = Data::new();
    let server = serve(&data, "keys_required = true");
    let answer = post(server.address(), "/v1/geolocate", &vec![b' '; 8 << 20]);
    assert_eq!(word(&answer), is(400, "keyInvalid"));
}

#[test]
fn reports_are_taken_with_any_key_or_none() {
    let data = Data::new();
    add_conformance_keys(&data);
    let server = serve(&data, "keys_required = true");
    for key in ["", "?key=abcdefg", "?key=invalid_key", "?key=blocked", "?key=test"] {
        let path = format!("/v2/geosubmit{key}");
        assert_eq!(post(server.address(), &path, b"{\"items\":[]}").status, 200, "{path}");
        assert_eq!(get(server.address(), &path).status, 400);
    }
}

#[test]
fn reports_need_a_key_where_the_operator_says_so() {
    let data = Data::new();
    add_conformance_keys(&data);
    let server = serve(&data, "submit_needs_key = true");
    let body = submission(&walk(51.5, -0.12, 1, 0));
    for (key, status) in [("", 400), ("abcdefg", 400), ("blocked", 400), ("test", 200)] {
        let path = format!("/v2/geosubmit?key={key}");
        assert_eq!(post(server.address(), &path, &body).status, status, "{key}");
    }
    assert_eq!(post(server.address(), "/v1/geolocate", b"{}").status, 404, "queries need none");
}

#[test]
fn metrics_and_published_files_are_for_everybody_unless_the_operator_says_so() {
    let data = Data::new();
    add_conformance_keys(&data);
    let server = serve(&data, "keys_required = true");
    assert_eq!(get(server.address(), "/metrics").status, 200);
    assert_eq!(get(server.address(), "/downloads/none.csv.gz").status, 404);
    server.stop();
    let server = serve(&data, "metrics_need_key = true\ndownloads_need_key = true");
    for (key, is_allowed) in [("", false), ("abcdefg", false), ("limited-5", false), ("test", true)]
    {
        let status = |path: &str| get(server.address(), &format!("{path}?key={key}")).status;
        assert_eq!(status("/metrics"), if is_allowed { 200 } else { 400 }, "{key}");
        assert_eq!(status("/downloads/none.csv.gz"), if is_allowed { 404 } else { 400 }, "{key}");
        assert_eq!(status("/healthz"), 200, "probes need none");
    }
}

#[test]
fn five_a_day_are_five_a_day_over_a_restart_and_over_a_kill() {
    let data = Data::new();
    add_conformance_keys(&data);
    let server = serve(&data, "keys_required = true");
    for _ in 0..3 {
        assert_eq!(asks(&server, "limited-5"), is(404, "notFound"));
    }
    server.stop();
    let server = serve(&data, "keys_required = true");
    assert_eq!(asks(&server, "limited-5"), is(404, "notFound"));
    let counts = data.path().join("access/counts.toml");
    let kept =
        |path: &Path, n: &str| std::fs::read_to_string(path).is_ok_and(|text| text.contains(n));
    wait_for("the counts are kept while it runs", || kept(&counts, "[4,") || kept(&counts, "4,"));
    server.kill();
    let server = serve(&data, "keys_required = true");
    assert_eq!(asks(&server, "limited-5"), is(404, "notFound"));
    assert_eq!(asks(&server, "limited-5"), is(403, "dailyLimitExceeded"));
    let path = "/v2/geosubmit?key=limited-5";
    for _ in 0..5 {
        assert_eq!(post(server.address(), path, b"{\"items\":[]}").status, 200);
    }
    assert_eq!(word(&post(server.address(), path, b"{")), is(403, "dailyLimitExceeded"));
}

#[test]
fn keys_are_added_rotated_and_revoked_while_it_runs() {
    let data = Data::new();
    let dir = data.path().to_str().unwrap().to_owned();
    let server = serve(&data, "keys_required = true");
    let secret = add(&data, &[]);
    assert_eq!(secret.len(), 32, "{secret}");
    wait_for("the key works", || asks(&server, &secret).0 == 404);
    let id = only_id(&data);
    let fresh = said(&cairn(&["keys", "rotate", &id, "--data", &dir])).trim_end().to_owned();
    wait_for("the new secret works", || asks(&server, &fresh).0 == 404);
    assert_eq!(asks(&server, &secret), is(404, "notFound"), "and so does the old one");
    let last = said(&cairn(&["keys", "rotate", &id, "--data", &dir, "--overlap", "0s"]));
    wait_for("the old ones do not", || asks(&server, &fresh).0 == 400);
    assert_eq!(asks(&server, last.trim_end()), is(404, "notFound"));
    said(&cairn(&["keys", "revoke", &id, "--data", &dir]));
    wait_for("nothing does", || asks(&server, last.trim_end()).0 == 400);
    let list = said(&cairn(&["keys", "list", "--data", &dir]));
    assert!(list.contains(&id) && list.contains("revoked"), "{list}");
    let log = server.stop();
    for word in [&secret, &fresh, &id] {
        assert!(!log.contains(word.as_str()) && !list.contains(&secret), "{log}");
    }
    assert!(log.contains("API keys read anew"), "{log}");
}

#[test]
fn a_file_of_keys_that_breaks_while_it_runs_is_told_once_and_the_keys_stay() {
    let data = Data::new();
    add(&data, &["--key", "test"]);
    let mut server = serve(&data, "keys_required = true");
    server.expect("API keys cannot be read anew");
    std::fs::write(data.path().join("access/keys.toml"), "keys = 3").unwrap();
    wait_for("it is told", || server.log().contains("API keys cannot be read anew"));
    assert_eq!(asks(&server, "test"), is(404, "notFound"));
    let dir = data.path().to_str().unwrap();
    let refused = cairn(&["keys", "add", "--data", dir, "--name", "more"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("line 1"));
    let log = server.stop();
    assert_eq!(log.matches("cannot be read anew").count(), 1, "{log}");
    assert_eq!(cairn(&["serve", "--data", dir, "--listen", "127.0.0.1:0"]).status.code(), Some(2));
}

#[test]
fn without_a_key_each_network_behind_the_proxy_has_its_own_rate() {
    let data = Data::new();
    add(&data, &["--key", "test"]);
    let server = serve(&data, "keyless_requests_per_second = 1\nkeyless_burst = 3");
    let ask = |address: &str, path: &str| {
        let headers = [("X-Forwarded-For", address)];
        request(server.address(), "POST", path, &headers, b"{}").unwrap()
    };
    let answers: Vec<Answer> = (0..9).map(|_| ask("192.0.2.7", "/v1/geolocate?key=no")).collect();
    assert!(answers[..3].iter().all(|answer| answer.status == 404));
    let refused = answers.iter().find(|answer| answer.status == 429).expect("too fast");
    assert_eq!(word(refused), is(429, "rateLimitExceeded"));
    let seconds: u32 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=3).contains(&seconds), "{seconds}");
    assert_eq!(ask("192.0.3.7", "/v1/geolocate").status, 404, "another network");
    for _ in 0..9 {
        assert_eq!(ask("192.0.2.7", "/v1/geolocate?key=test").status, 404, "a known key");
    }
    assert!(server.metric("node_access_refused_total{reason=\"keyless_rate\"}") > 0.5);
    assert!(!server.stop().contains("192.0.2"));
}
