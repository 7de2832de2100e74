//! The description against the real service: what it describes is there, and nothing else is.

use crate::support::client::{get, post, request};
use crate::support::{Data, Server};
use serde_json::Value;

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"];

#[test]
fn a_method_is_described_exactly_when_it_is_answered() {
    let data = Data::new();
    let server = Server::start(&data);
    let description = get(server.address(), "/openapi.json").json();
    for (path, item) in description["paths"].as_object().unwrap() {
        let asked = path.replace("{name}", "nobody.csv.gz");
        for method in METHODS {
            let answer = request(server.address(), method, &asked, &[], b"").unwrap();
            let told = &item[method.to_lowercase()]["responses"][answer.status.to_string()];
            let is_described = told.is_object();
            assert_eq!(is_described, answer.status != 405, "{method} {path}: {}", answer.status);
            if !is_described {
                let allowed = answer.header("Allow").unwrap();
                let others = METHODS.iter().filter(|other| item[other.to_lowercase()].is_object());
                assert!(others.clone().count() > 0, "{path}");
                assert!(others.clone().all(|other| allowed.contains(other)), "{path}: {allowed}");
                assert!(!allowed.contains(method), "{path}: {allowed}");
            }
        }
    }
}

#[test]
fn every_sample_body_of_the_description_is_answered_as_described() {
    let data = Data::new();
    let server = Server::start(&data);
    let answer = get(server.address(), "/openapi.json");
    assert_eq!(answer.header("Content-Type").as_deref(), Some("application/json"));
    assert_eq!(answer.header("Access-Control-Allow-Origin").as_deref(), Some("*"));
    let description = answer.json();
    let mut n = 0;
    for (path, item) in description["paths"].as_object().unwrap() {
        let operation = &item["post"];
        let sample = &operation["requestBody"]["content"]["application/json"]["example"];
        if *sample == Value::Null {
            continue;
        }
        let answer = post(server.address(), path, sample.to_string().as_bytes());
        assert!([200, 204, 404].contains(&answer.status), "{path}: {}", answer.status);
        let told = &operation["responses"][answer.status.to_string()];
        let named = told["headers"].as_object().into_iter().flatten();
        for (header, _) in named {
            assert!(answer.header(header).is_some(), "{path}: {header}");
        }
        n += 1;
    }
    assert_eq!(n, 7);
}

#[test]
fn the_page_to_try_it_may_run_its_own_script_and_ask_its_own_server() {
    let data = Data::new();
    let server = Server::start(&data);
    let page = get(server.address(), "/api");
    let policy = page.header("Content-Security-Policy").unwrap();
    assert!(policy.contains("script-src 'self'") && policy.contains("connect-src 'self'"));
    assert!(!policy.contains("http"), "{policy}");
    let text = page.text();
    assert!(text.contains("src=\"/api.js\"") && !text.contains("onclick"), "{text}");
    let script = get(server.address(), "/api.js");
    assert_eq!(script.header("Content-Type").as_deref(), Some("text/javascript; charset=utf-8"));
    assert!(
        get(server.address(), "/contact")
            .header("Content-Security-Policy")
            .is_some_and(|policy| !policy.contains("script-src"))
    );
}
