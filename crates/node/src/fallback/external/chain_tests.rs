//! The chain against real servers on loopback.

use super::super::stand_in::StandIn;
use super::*;
use crate::config::{ProviderConfig, ProviderSchema, Secret};
use cairn_ground::LatLng;

const SCAN: &str = r#"{"wifiAccessPoints":[
    {"macAddress":"a82066000001","signalStrength":-50},
    {"macAddress":"a82066000012","signalStrength":-60}]}"#;
const CELLS: &str = r#"{"cellTowers":[{"radioType":"lte","mobileCountryCode":234,
    "mobileNetworkCode":30,"locationAreaCode":1030,"cellId":21}]}"#;
const FOUND: &str = r#"{"location":{"lat":51.5,"lng":-0.1},"accuracy":30.0}"#;
const UNWIRED: &str = r#"{"status":"ok","balance":9,"lat":51.5,"lon":-0.1,"accuracy":30}"#;
const NOT_FOUND: &str =
    r#"{"error":{"code":404,"message":"Not found","errors":[{"reason":"notFound"}]}}"#;

fn request(body: &str) -> LocateRequest {
    cairn_wire::geolocate::decode(body.as_bytes()).unwrap()
}

/// A provider that the stand-in plays.
fn provider(name: &str, schema: ProviderSchema, server: &StandIn) -> ProviderConfig {
    ProviderConfig {
        name: name.to_owned(),
        schema,
        url: format!("http://{}/locate", server.address),
        key: Secret::new("hush".to_owned()),
        timeout_ms: 2_000,
        requests_per_second: 1_000.0,
    }
}

/// A chain of `providers`, after `change`.
fn chain(providers: Vec<ProviderConfig>, change: impl FnOnce(&mut ExternalConfig)) -> External {
    let mut config = ExternalConfig { providers, ..ExternalConfig::default() };
    change(&mut config);
    External::new(&config, Clock::System, ExternalMetrics::default()).unwrap()
}

fn ichnaea(server: &StandIn, change: impl FnOnce(&mut ExternalConfig)) -> External {
    chain(vec![provider("a", ProviderSchema::Ichnaea, server)], change)
}

/// Asks from outside any runtime.
fn ask(chain: &External, body: &str) -> Option<ExternalAnswer> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(chain.ask(&request(body)))
}

#[test]
fn every_schema_gets_the_scan_and_its_answer_is_read() {
    for (schema, body) in [
        (ProviderSchema::Ichnaea, FOUND),
        (ProviderSchema::Google, FOUND),
        (ProviderSchema::Combain, FOUND),
        (ProviderSchema::Unwired, UNWIRED),
    ] {
        let server = StandIn::answering(200, body);
        let chain = chain(vec![provider("a", schema, &server)], |_| {});
        let answer = ask(&chain, SCAN).unwrap();
        assert_eq!(answer.told.guess.place, LatLng::new(51.5, -0.1).unwrap(), "{schema:?}");
        assert!((answer.told.guess.radii.r95_m() - 30.0).abs() < 1e-9);
        let seen = server.seen().remove(0);
        let said = seen.body.to_ascii_lowercase();
        assert!(said.contains("a8:20:66:00:00:01") || said.contains("a82066000001"), "{said}");
        let key_in_body = schema == ProviderSchema::Unwired;
        assert_eq!(seen.body.contains("hush"), key_in_body);
        assert_eq!(seen.head.contains("key=hush"), !key_in_body);
    }
}

#[test]
fn nothing_of_the_asker_but_the_scan_is_sent() {
    let server = StandIn::answering(200, FOUND);
    assert!(ask(&ichnaea(&server, |_| {}), SCAN).is_some());
    let seen = server.seen().remove(0);
    let head = seen.head.to_ascii_lowercase();
    assert!(!head.contains("forwarded") && !head.contains("x-"), "{head}");
    assert!(seen.body.contains(r#""considerIp":false"#), "{}", seen.body);
}

#[test]
fn an_answer_is_remembered_and_nobody_knows_is_too() {
    for (status, body, found) in [(200, FOUND, true), (404, NOT_FOUND, false)] {
        let server = StandIn::answering(status, body);
        let chain = ichnaea(&server, |_| {});
        assert_eq!(ask(&chain, SCAN).is_some(), found);
        assert_eq!(ask(&chain, SCAN).is_some(), found);
        assert_eq!((server.seen().len(), chain.metrics.cached.get()), (1, 1));
        ask(&chain, CELLS);
        assert_eq!(server.seen().len(), 2, "another scan is another question");
    }
}

#[test]
fn the_next_is_asked_when_one_does_not_know_or_fails() {
    let unknowing = StandIn::answering(404, NOT_FOUND);
    let failing = StandIn::answering(500, "<html>");
    let knowing = StandIn::answering(200, FOUND);
    let each = |(name, server)| provider(name, ProviderSchema::Ichnaea, server);
    let servers = [("a", &unknowing), ("b", &failing), ("c", &knowing)];
    let chain = chain(servers.map(each).to_vec(), |_| {});
    let answer = ask(&chain, SCAN).unwrap();
    assert_eq!((answer.provider, chain.name(answer.provider)), (2, Some("c")));
    let n = |name, outcome| chain.metrics.n_asked(name, outcome);
    assert_eq!((n("a", "nothing"), n("b", "failed"), n("c", "found")), (1, 1, 1));
}

#[test]
fn a_provider_that_keeps_failing_is_left_alone_and_tried_again() {
    let server = StandIn::answering(500, "");
    let chain = ichnaea(&server, |config| {
        config.breaker_failures = 2;
        config.breaker_seconds = 1;
    });
    for _ in 0..4 {
        assert_eq!(ask(&chain, SCAN), None);
    }
    let n = |outcome| chain.metrics.n_asked("a", outcome);
    assert_eq!((server.seen().len(), n("failed"), n("open")), (2, 2, 2));
    server.change(|script| (script.status, script.body) = (200, FOUND.to_owned()));
    Clock::System.sleep(Duration::from_millis(1_100));
    assert!(ask(&chain, SCAN).is_some());
}

#[test]
fn a_refused_key_is_a_failure_and_not_an_answer() {
    let refused = r#"{"error":{"code":400,"errors":[{"reason":"keyInvalid"}]}}"#;
    let server = StandIn::answering(400, refused);
    let chain = ichnaea(&server, |config| config.breaker_failures = 1);
    assert_eq!((ask(&chain, SCAN), ask(&chain, SCAN)), (None, None));
    assert_eq!((server.seen().len(), chain.metrics.n_asked("a", "open")), (1, 1));
}

#[test]
fn a_slow_provider_costs_its_time_and_no_more() {
    let server = StandIn::answering(200, FOUND);
    server.change(|script| script.delay = Duration::from_secs(5));
    let mut slow = provider("a", ProviderSchema::Ichnaea, &server);
    slow.timeout_ms = 200;
    let began = Clock::System.instant();
    assert_eq!(ask(&chain(vec![slow], |_| {}), SCAN), None);
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
}

#[test]
fn a_provider_over_its_rate_is_not_asked() {
    let server = StandIn::answering(500, "");
    let mut limited = provider("a", ProviderSchema::Ichnaea, &server);
    limited.requests_per_second = 0.01;
    let chain = chain(vec![limited], |_| {});
    assert_eq!((ask(&chain, SCAN), ask(&chain, SCAN)), (None, None));
    assert_eq!((server.seen().len(), chain.metrics.n_asked("a", "limited")), (1, 1));
}

#[test]
fn when_too_many_are_asking_one_more_is_answered_without() {
    let server = StandIn::answering(200, FOUND);
    server.change(|script| script.delay = Duration::from_millis(500));
    let chain = Arc::new(ichnaea(&server, |config| config.at_once_max = 1));
    std::thread::scope(|scope| {
        let first = scope.spawn(|| ask(&chain, SCAN));
        while server.seen().is_empty() {
            Clock::System.sleep(Duration::from_millis(5));
        }
        assert_eq!(ask(&chain, CELLS), None);
        assert!(first.join().unwrap().is_some());
    });
    assert_eq!(chain.metrics.n_asked("a", "busy"), 1);
}

#[test]
fn an_answer_that_cannot_be_or_is_from_our_own_address_is_none() {
    let off = r#"{"location":{"lat":95.0,"lng":-0.1},"accuracy":30.0}"#;
    let endless = format!("{FOUND}{}", " ".repeat(128 * 1024));
    let ours = r#"{"location":{"lat":51.5,"lng":-0.1},"accuracy":30.0,"fallback":"ipf"}"#;
    for (body, outcome) in [(off, "failed"), (&*endless, "failed"), (ours, "nothing")] {
        let server = StandIn::answering(200, body);
        let chain = ichnaea(&server, |_| {});
        assert_eq!(ask(&chain, SCAN), None);
        assert_eq!(chain.metrics.n_asked("a", outcome), 1, "{outcome}");
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = StandIn::answering(200, FOUND);
    let server = StandIn::answering(307, "");
    server.change(|script| script.body = format!("http://{}/", elsewhere.address));
    assert_eq!(ask(&ichnaea(&server, |_| {}), SCAN), None);
    assert!(elsewhere.seen().is_empty());
}

#[test]
fn only_a_query_with_networks_and_without_a_good_answer_is_passed_on() {
    let server = StandIn::answering(200, FOUND);
    let chain = ichnaea(&server, |_| {});
    let (wifi, cells) = (request(SCAN), request(CELLS));
    assert!(chain.wants(&wifi, None) && chain.wants(&wifi, Some(2_000.0)));
    assert!(!chain.wants(&wifi, Some(100.0)));
    assert!(chain.wants(&cells, None) && !chain.wants(&cells, Some(2_000.0)));
    assert!(!chain.wants(&request("{}"), None), "an empty query has nothing to tell");
    let nobody = chain_of_nobody();
    assert!(!nobody.wants(&wifi, None));
    assert_eq!(ask(&nobody, SCAN), None);
}

fn chain_of_nobody() -> External {
    chain(Vec::new(), |_| {})
}
