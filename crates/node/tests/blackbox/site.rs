//! Pages, heartbeats, downloads: what people and operators' tools read.

use crate::support::client::{get, post, request};
use crate::support::reports::{WHEN_MS, submission, walk};
use crate::support::{Data, Server, cairn, said, wait_for};
use serde_json::{Value, json};

/// Three walks by three phones past one cell, heard with Wi-Fi.
fn teach(server: &Server) {
    for (step, phone) in ["phone/1", "phone/2", "phone/3"].into_iter().enumerate() {
        // Not the very same places: a report sent again counts once, whoever sends it.
        let north = f64::from(u8::try_from(step).unwrap()) * 1e-4;
        let mut items = walk(51.5 + north, -0.12, 1, i64::try_from(step).unwrap());
        for item in &mut items {
            item["cellTowers"] = json!([{"radioType": "lte", "mobileCountryCode": 234,
                "mobileNetworkCode": 1, "locationAreaCode": 42, "cellId": 26_001,
                "signalStrength": -90}]);
        }
        let body = submission(&items);
        let headers = [("User-Agent", phone)];
        let answer = request(server.address(), "POST", "/v2/geosubmit", &headers, &body).unwrap();
        assert_eq!(answer.status, 200);
    }
}

/// A server that publishes what it learns.
fn publishing(data: &Data) -> Server {
    let publish = "connections_max = 100\n[publish]\ncells = true\ncoverage = true\n\
                   [site]\noperator = \"A <Club>\"\ncontact = \"post@example.org\"";
    Server::start_under(data, publish, &[])
}

fn gunzipped(bytes: &[u8]) -> String {
    use std::io::Read as _;
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

/// The published names that a page links to.
fn published(server: &Server) -> Vec<String> {
    let page = get(server.address(), "/downloads").text();
    let links = page.split("href=\"/downloads/").skip(1);
    links.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[test]
fn cells_and_coverage_are_published_and_downloaded_whole_and_wi_fi_never() {
    let data = Data::new();
    let server = publishing(&data);
    teach(&server);
    let table_of =
        |name: &str| gunzipped(&get(server.address(), &format!("/downloads/{name}")).body);
    let is_whole = |name: &String| match name.as_str() {
        "coverage.csv.gz" | "wanted.csv.gz" => table_of(name).lines().count() >= 2,
        "coverage.geojson.gz" | "wanted.geojson.gz" => table_of(name).lines().count() >= 3,
        _ => table_of(name).lines().count() == 2,
    };
    wait_for("published files", || {
        let names = published(&server);
        names.len() == 5 && names.iter().all(is_whole)
    });
    for name in published(&server) {
        let path = format!("/downloads/{name}");
        let whole = get(server.address(), &path);
        assert_eq!(whole.status, 200);
        assert_eq!(whole.header("content-length").unwrap(), whole.body.len().to_string());
        assert_eq!(whole.header("content-type").unwrap(), "application/gzip");
        let head = request(server.address(), "HEAD", &path, &[], &[]).unwrap();
        assert_eq!((head.status, head.body.len()), (200, 0));
        let text = gunzipped(&whole.body);
        assert!(!text.contains("02:00:5e") && !text.contains("02005e"), "{name}: {text}");
    }
    let names = published(&server);
    let full = names.iter().find(|name| name.starts_with("MLS-full-cell-export-")).unwrap();
    let table = table_of(full);
    let rows: Vec<&str> = table.split_terminator("\r\n").collect();
    assert_eq!(rows.len(), 2, "{table}");
    assert!(rows[0].starts_with("radio,mcc,net,area,cell,unit,lon,lat,range,"));
    assert!(rows[1].starts_with("LTE,234,1,42,26001,,-0.1"), "{table}");
    let coverage = table_of("coverage.csv.gz");
    let wanted = table_of("wanted.csv.gz");
    assert!(wanted.lines().count() >= coverage.lines().count() + 6, "those next to it: {wanted}");
    let metrics = String::from_utf8(get(server.address(), "/metrics").body).unwrap();
    assert!(metrics.contains("publish_h3_cells{error_m=\"inf\"}"), "{metrics}");
    for other in ["../import.key", "%2e%2e%2fimport.key", "stats.json", "x", "coverage.csv.writing"]
    {
        assert_eq!(get(server.address(), &format!("/downloads/{other}")).status, 404, "{other}");
    }
    server.stop();
    let dir = data.path().to_str().unwrap();
    let told = said(&cairn(&["export", "cells", "--data", dir]));
    assert_eq!(told, table, "the same from the command line");
    let file = data.path().join("coverage.geojson");
    said(&cairn(&["export", "coverage", "--data", dir, "--out", file.to_str().unwrap()]));
    let map: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!(map["features"].as_array().unwrap().len(), coverage.lines().count() - 1);
    let told = said(&cairn(&["export", "wanted", "--data", dir]));
    assert_eq!(told, wanted, "the same from the command line");
}

#[test]
fn a_service_that_publishes_nothing_says_so_and_still_has_its_numbers() {
    let data = Data::new();
    let server = Server::start(&data);
    teach(&server);
    let series = |path: &str| get(server.address(), path).json()["series"][0].clone();
    wait_for("numbers by month", || {
        series("/stats_wifi.json")["data"].as_array().is_some_and(|data| !data.is_empty())
    });
    assert!(get(server.address(), "/downloads").text().contains("publishes no files"));
    let october_ms = 1_759_276_800_000_i64;
    assert!(october_ms < WHEN_MS);
    for (path, title, n) in
        [("/stats_wifi.json", "MLS WiFi", 4), ("/stats_cell.json", "MLS Cells", 1)]
    {
        assert_eq!(series(path), json!({"title": title, "data": [[october_ms, n]]}), "{path}");
    }
    assert_eq!(series("/stats_blue.json"), json!({"title": "MLS Bluetooth", "data": []}));
    assert_eq!(get(server.address(), "/map.json").json(), json!({"tiles_url": ""}));
}

#[test]
fn pages_are_html_that_loads_nothing_from_elsewhere_and_may_be_kept_an_hour() {
    let data = Data::new();
    let server = publishing(&data);
    for path in [
        "/api",
        "/contact",
        "/downloads",
        "/map",
        "/optout",
        "/privacy",
        "/terms",
        "/stats",
        "/stats/regions",
    ] {
        let page = get(server.address(), path);
        assert_eq!(page.status, 200, "{path}");
        assert!(page.header("content-type").unwrap().starts_with("text/html"), "{path}");
        assert_eq!(page.header("cache-control").unwrap(), "max-age=3600", "{path}");
        assert_eq!(page.header("x-frame-options").unwrap(), "DENY", "{path}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(page.text().contains("A &lt;Club&gt;"), "{path}");
        assert_eq!(get(server.address(), &format!("{path}/")).status, 404, "{path}/");
    }
    assert!(get(server.address(), "/contact").text().contains("mailto:post@example.org"));
    let robots = get(server.address(), "/robots.txt");
    assert!(robots.header("content-type").unwrap().starts_with("text/plain"));
    assert!(robots.header("cache-control").unwrap().contains("max-age=86400"));
    assert!(robots.text().contains("Disallow: /v1/"));
    assert_eq!(get(server.address(), "/favicon.ico").status, 200);
    let icon = get(server.address(), "/apple-touch-icon-precomposed.png");
    assert_eq!(icon.body[..4], *b"\x89PNG");
}

#[test]
fn heartbeats_answer_get_head_and_post_and_nothing_else() {
    let data = Data::new();
    let server = Server::start(&data);
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    wait_for("ready", || get(server.address(), "/readyz").status == 200);
    let beat = get(server.address(), "/__heartbeat__");
    assert_eq!(beat.status, 200);
    assert_eq!(keys(&beat.json()), ["database", "geoip", "redis"]);
    assert_eq!(keys(&beat.json()["database"]), ["alembic_version", "time", "up"]);
    assert_eq!(keys(&beat.json()["geoip"]), ["age_in_days", "time", "up", "version"]);
    assert_eq!(beat.json()["redis"]["up"], true);
    let version = get(server.address(), "/__version__").json();
    assert_eq!(keys(&version), ["build", "commit", "source", "version"]);
    assert_eq!(get(server.address(), "/__lbheartbeat__").json(), json!({"status": "OK"}));
    assert_eq!(get(server.address(), "/contribute.json").json()["name"], "Cairn");
    for path in ["/__heartbeat__", "/__lbheartbeat__", "/__version__", "/contribute.json"] {
        assert_eq!(post(server.address(), path, b"").status, 200, "{path}");
        let head = request(server.address(), "HEAD", path, &[], &[]).unwrap();
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        for method in ["OPTIONS", "PUT", "PATCH", "DELETE"] {
            let refused = request(server.address(), method, path, &[], &[]).unwrap();
            assert_eq!(refused.status, 405, "{method} {path}");
            assert_eq!(refused.header("access-control-allow-origin"), None, "{method} {path}");
        }
    }
}
