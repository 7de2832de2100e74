//! Kill -9 fifty times during ingest, or as often as `cargo xtask kills` says: every acknowledged report is
//! there exactly once afterwards.

use crate::support::client::post;
use crate::support::reports::{WHEN_MS, address, heard, submission};
use crate::support::{Data, Server, cairn, said};
use cairn_ground::{Bssid, TransmitterId};
use cairn_journal::{Journal, Position};
use cairn_node::clock::Clock;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, RwLock};
use std::time::Duration;

/// Times the server is killed, unless `cargo xtask kills --n` says.
const KILLS: u64 = 50;
/// Where it says so.
const KILLS_VARIABLE: &str = "CAIRN_KILLS";
/// Clients that post at once.
const CLIENTS: u64 = 4;
/// First marker: far from the transmitters that every report also hears.
const MARKERS: u64 = 0x10_0000;

/// A submission of one report that only it could have made: it hears the transmitter `marker`.
fn marked(marker: u64) -> Vec<u8> {
    let item = json!({
        "timestamp": WHEN_MS + i64::try_from(marker).unwrap(),
        "position": {"latitude": 51.5, "longitude": -0.12, "accuracy": 8.0},
        "wifiAccessPoints": [heard(1, -60), heard(2, -61), heard(marker, -62)],
    });
    submission(&[item])
}

/// What the clients saw.
struct Witness {
    /// Where the server is now; empty while it is down.
    address: RwLock<String>,
    next: AtomicU64,
    acknowledged: Mutex<Vec<u64>>,
    done: AtomicBool,
}

/// Posts markers one after the other; an unacknowledged one is sent again, as phones do.
fn client(witness: &Witness) {
    while !witness.done.load(Ordering::Relaxed) {
        let marker = witness.next.fetch_add(1, Ordering::Relaxed);
        while !witness.done.load(Ordering::Relaxed) {
            if try_post(witness, marker) {
                witness.acknowledged.lock().unwrap().push(marker);
                break;
            }
            Clock::System.sleep(Duration::from_millis(2));
        }
    }
}

/// True when the server acknowledged the marker.
fn try_post(witness: &Witness, marker: u64) -> bool {
    let address = witness.address.read().unwrap().clone();
    if address.is_empty() {
        return false;
    }
    let headers = [("User-Agent", "witness/1")];
    let answer = crate::support::client::request(
        &address,
        "POST",
        "/v2/geosubmit",
        &headers,
        &marked(marker),
    );
    answer.is_ok_and(|answer| answer.status == 200)
}

/// How often each marker is in the journal.
fn in_the_journal(data: &Data) -> BTreeMap<TransmitterId, usize> {
    let journal = Journal::open_read_only(&data.path().join("journal")).unwrap();
    let mut seen = BTreeMap::new();
    for record in journal.read_from(Position::START).unwrap() {
        let (_, batch) = record.unwrap();
        for report in &batch.reports {
            for observation in report.observations() {
                *seen.entry(observation.transmitter).or_insert(0) += 1;
            }
        }
    }
    seen
}

/// A pause of 5 to 85 ms that looks random.
fn pause(turn: u64) -> Duration {
    Duration::from_millis(5 + turn.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 81)
}

/// Times the server is killed.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the nightly run's count is read"
)]
fn n_kills() -> u64 {
    std::env::var(KILLS_VARIABLE).map_or(KILLS, |text| text.parse().expect("a number of kills"))
}

#[test]
fn every_acknowledged_report_is_there_exactly_once_after_many_kills() {
    // invariant: N2
    let data = Data::new();
    let witness = Witness {
        address: RwLock::new(String::new()),
        next: AtomicU64::new(MARKERS),
        acknowledged: Mutex::new(Vec::new()),
        done: AtomicBool::new(false),
    };
    std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| client(&witness));
        }
        for turn in 0..n_kills() {
            let server = Server::start(&data);
            server.address().clone_into(&mut witness.address.write().unwrap());
            Clock::System.sleep(pause(turn));
            server.kill();
        }
        witness.address.write().unwrap().clear();
        witness.done.store(true, Ordering::Relaxed);
    });
    let acknowledged = witness.acknowledged.into_inner().unwrap();
    assert!(acknowledged.len() > 100, "only {} were acknowledged", acknowledged.len());
    println!("{} kills, {} reports acknowledged", n_kills(), acknowledged.len());
    let seen = in_the_journal(&data);
    for marker in &acknowledged {
        let id = TransmitterId::Wifi(Bssid::parse(&address(*marker)).unwrap());
        assert_eq!(seen.get(&id), Some(&1), "marker {marker} of {}", acknowledged.len());
    }
    // One more start learns what is left; the map is the journal's.
    let server = Server::start(&data);
    assert_eq!(post(server.address(), "/v2/geosubmit", &marked(MARKERS)).status, 200);
    server.stop();
    let dir = data.path().to_str().unwrap();
    assert!(said(&cairn(&["rebuild", "--data", dir, "--check"])).contains("equal to"));
}
