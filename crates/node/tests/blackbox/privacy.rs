//! Privacy, seen from outside: nothing personal in the log, no opted-out name or radio on disk.

use crate::support::client::{post, request};
use crate::support::reports::{address, query, submission, walk};
use crate::support::{Data, Server, wait_for};
use cairn_journal::{Journal, Position};
use cairn_report::App;
use serde_json::json;

/// A transmitter whose owner opted out.
const OPTED_OUT: &str = "02:00:5e:77:00:01";
/// A transmitter of a hidden network.
const HIDDEN: &str = "02:00:5e:77:00:11";

/// A submission with an opted-out, a hidden and a named network, from a named phone.
fn submit(server: &Server) {
    let mut items = walk(51.512_345, -0.123_456, 1, 0);
    for item in &mut items {
        let wifi = item["wifiAccessPoints"].as_array_mut().unwrap();
        wifi[0]["ssid"] = json!("Smiths Living Room");
        wifi.push(json!({"macAddress": OPTED_OUT, "signalStrength": -50, "ssid": "casa_nomap"}));
        wifi.push(json!({"macAddress": HIDDEN, "signalStrength": -50, "ssid": ""}));
    }
    let headers = [
        ("X-Nickname", "wanderer-of-wells"),
        ("User-Agent", "SecretPhone/42"),
        ("X-Forwarded-For", "203.0.113.77"),
    ];
    let path = "/v2/geosubmit?key=my-private-key";
    let answer = request(server.address(), "POST", path, &headers, &submission(&items)).unwrap();
    assert_eq!(answer.status, 200);
}

#[test]
fn nothing_personal_is_logged_at_any_level() {
    // invariant: N3
    let data = Data::new();
    let server = Server::start_with(&data, &["--log-format", "json"]);
    submit(&server);
    let ask = query(&[1, 2, 3]);
    wait_for("an answer", || post(server.address(), "/v1/geolocate", &ask).status == 200);
    assert_eq!(post(server.address(), "/v2/geosubmit", b"{\"items\":[{\"secret\":").status, 400);
    let log = server.stop();
    assert!(log.contains("\"level\":\"INFO\""), "{log}");
    let addresses: Vec<String> = (1..5).map(address).chain([OPTED_OUT.to_owned()]).collect();
    let bare = addresses.iter().map(|address| address.replace(':', ""));
    let words =
        ["51.51", "-0.12", "515123", "wanderer", "SecretPhone", "203.0.113", "private", "Smiths"];
    for word in addresses.iter().cloned().chain(bare).chain(words.map(str::to_owned)) {
        assert!(!log.contains(&word), "{word} is in the log:\n{log}");
    }
}

#[test]
fn no_name_no_opted_out_radio_and_no_sender_reaches_the_disk() {
    let data = Data::new();
    let server = Server::start(&data);
    submit(&server);
    let ask = query(&[1, 2, 3]);
    wait_for("an answer", || post(server.address(), "/v1/geolocate", &ask).status == 200);
    server.stop();
    let octets = |text: &str| -> Vec<u8> {
        text.split(':').map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
    };
    let reversed = |text: &str| octets(text).into_iter().rev().collect::<Vec<u8>>();
    let words =
        ["Smiths", "casa", "nomap", "wanderer", "SecretPhone", "203.0.113", "my-private-key"];
    let mut absent: Vec<Vec<u8>> = words.iter().map(|word| word.as_bytes().to_vec()).collect();
    for radio in [OPTED_OUT, HIDDEN] {
        absent.extend([radio.as_bytes().to_vec(), octets(radio), reversed(radio)]);
    }
    let files = data.all_bytes();
    assert!(files.len() > 3);
    for (path, bytes) in files {
        for word in &absent {
            let found = bytes.windows(word.len()).any(|window| window == word.as_slice());
            assert!(!found, "{word:?} is in {}", path.display());
        }
    }
    let journal = Journal::open_read_only(&data.path().join("journal")).unwrap();
    let batches = journal.read_from(Position::START).unwrap().map(|record| record.unwrap().1);
    let apps: Vec<_> = batches.map(|batch| batch.app).collect();
    assert_eq!(apps, [App::parse("SecretPhone/42")], "a hash of the program is all that is kept");
    let ask = json!({"wifiAccessPoints": [{"macAddress": OPTED_OUT}, {"macAddress": HIDDEN}]});
    let server = Server::start(&data);
    let answer = post(server.address(), "/v1/geolocate", ask.to_string().as_bytes());
    assert_eq!(answer.status, 404);
}
