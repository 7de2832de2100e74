//! Tests of the database in use and its replacement.

use super::*;
use crate::fallback::geoip::mmdb::{Value, mmdb};
use crate::fallback::metrics::FallbackMetrics;
use std::net::Ipv4Addr;

const ASKED: IpAddr = IpAddr::V4(Ipv4Addr::new(9, 9, 9, 9));

/// A database that puts 9.0.0.0/8 into `country`.
fn of(country: &str) -> Vec<u8> {
    mmdb(&[(9, Value::from(&serde_json::json!({"country": {"iso_code": country}})))])
}

struct Bench {
    _folder: tempfile::TempDir,
    path: PathBuf,
    geoip: Arc<GeoIp>,
}

fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.mmdb");
    std::fs::write(&path, of("GB")).unwrap();
    let config = GeoipConfig { database: path.clone() };
    let day = Timestamp::from_ms(1_700_000_000_000 + 3 * 86_400_000 + 5);
    let metrics = FallbackMetrics::default().geoip;
    let geoip = Arc::new(GeoIp::open(&config, Clock::held(day), metrics).unwrap());
    Bench { _folder: folder, path, geoip }
}

fn country(geoip: &GeoIp) -> [u8; 2] {
    geoip.guess(ASKED).and_then(|guess| guess.country).unwrap()
}

#[test]
fn a_replaced_file_answers_within_seconds() {
    let bench = bench();
    assert_eq!(country(&bench.geoip), *b"GB");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.spawn(Arc::clone(&bench.geoip).keep_fresh());
    let next = bench.path.with_extension("next");
    std::fs::write(&next, of("SE")).unwrap();
    std::fs::rename(&next, &bench.path).unwrap();
    let began = Clock::System.instant();
    while country(&bench.geoip) != *b"SE" {
        assert!(began.elapsed() < Duration::from_secs(10), "the file was not read again");
        Clock::System.sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_broken_file_keeps_the_old_guesses_until_it_is_whole() {
    let bench = bench();
    std::fs::write(&bench.path, &of("SE")[..100]).unwrap();
    bench.geoip.look();
    assert_eq!(country(&bench.geoip), *b"GB");
    assert!(bench.geoip.status().unwrap().stale);
    std::fs::remove_file(&bench.path).unwrap();
    bench.geoip.look();
    assert_eq!(country(&bench.geoip), *b"GB");
    std::fs::write(&bench.path, of("SE")).unwrap();
    bench.geoip.look();
    assert_eq!(country(&bench.geoip), *b"SE");
    assert!(!bench.geoip.status().unwrap().stale);
}

#[test]
fn the_heartbeat_tells_the_age_and_the_version() {
    let bench = bench();
    let status = bench.geoip.status().unwrap();
    assert_eq!((status.age_in_days, status.version.as_str()), (3, "Test-City 1700000000"));
    assert_eq!(status.built.ms(), 1_700_000_000_000);
}

#[test]
fn a_missing_file_at_the_start_says_what_to_do_and_no_file_guesses_nothing() {
    let config = GeoipConfig { database: "/nowhere/city.mmdb".into() };
    let metrics = FallbackMetrics::default().geoip;
    let why = GeoIp::open(&config, Clock::System, metrics.clone()).unwrap_err();
    let said = format!("{why:#}");
    assert!(said.contains("/nowhere/city.mmdb") && said.contains("download it again"), "{said}");
    let off = GeoIp::open(&GeoipConfig::default(), Clock::System, metrics).unwrap();
    assert_eq!((off.guess(ASKED), off.status()), (None, None));
}
