//! Relaying: what one server accepts, another learns, through outages and kills.

use crate::support::client::{get, post, request};
use crate::support::reports::{query, submission, walk};
use crate::support::{Data, Server, wait_for};
use cairn_journal::{Journal, Position};
use std::net::TcpListener;

/// A server that relays to `target`.
fn relaying(data: &Data, target: &str) -> Server {
    let settings = format!(
        "connections_max = 100\n[[relay.servers]]\nname = \"other\"\n\
         url = \"http://{target}/v2/geosubmit\"\nkey = \"our-key\""
    );
    Server::start_under(data, &settings, &[])
}

/// A port that nobody listens on, for a target that comes and goes.
fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

fn listening(data: &Data, address: &str) -> Server {
    Server::start_with(data, &["--listen", address])
}

fn contribute(server: &Server, first: u64, seed: i64) {
    let body = submission(&walk(51.5, -0.12, first, seed));
    let headers = [("User-Agent", "secretphone/7"), ("X-Nickname", "secretname")];
    let path = "/v2/geosubmit?key=secretkey";
    let answer = request(server.address(), "POST", path, &headers, &body).unwrap();
    assert_eq!(answer.status, 200);
}

fn knows(server: &Server, first: u64) -> bool {
    let all = [first, first + 1, first + 2, first + 3];
    post(server.address(), "/v1/geolocate", &query(&all)).status == 200
}

#[test]
fn what_one_server_accepts_another_learns_exactly_and_nothing_of_who_sent_it() {
    let (here, there) = (Data::new(), Data::new());
    let target = Server::start(&there);
    let sender = relaying(&here, target.address());
    contribute(&sender, 1, 0);
    wait_for("the reports at the other server", || knows(&target, 1));
    let place = |server: &Server| {
        let answer = post(server.address(), "/v1/geolocate", &query(&[1, 2, 3, 4])).json();
        answer["location"].clone()
    };
    wait_for("the same place", || place(&sender) == place(&target));
    wait_for("the count", || sender.metric("relay_reports_total{server=\"other\"}") >= 12.0);
    assert!(sender.metric("relay_lag_bytes{server=\"other\"}") < 1.0);
    assert!(get(sender.address(), "/metrics").text().contains("relay_skipped_total"));
    sender.stop();
    target.stop();
    let reports = |data: &Data| -> Vec<_> {
        let journal = Journal::open_read_only(&data.path().join("journal")).unwrap();
        let records = journal.read_from(Position::START).unwrap();
        records.flat_map(|record| record.unwrap().1.reports).collect()
    };
    assert_eq!(reports(&here), reports(&there));
    for (path, bytes) in there.all_bytes() {
        for word in ["secretphone", "secretname", "secretkey", "our-key"] {
            let found = bytes.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!found, "{word} in {}", path.display());
        }
    }
}

#[test]
fn reports_wait_for_a_server_that_is_down_also_over_a_kill_and_old_ones_stay_here() {
    let (here, there) = (Data::new(), Data::new());
    let address = free_address();
    // What was here before the relay was configured is not sent.
    let before = Server::start(&here);
    contribute(&before, 0x1000, 0);
    before.stop();
    let sender = relaying(&here, &address);
    contribute(&sender, 1, 0);
    wait_for("a failed attempt", || sender.metric("relay_failures_total{server=\"other\"}") >= 1.0);
    sender.kill();
    let sender = relaying(&here, &address);
    contribute(&sender, 0x100, 1);
    let target = listening(&there, &address);
    wait_for("both walks at the other server", || knows(&target, 1) && knows(&target, 0x100));
    assert!(!knows(&target, 0x1000));
    target.kill();
    contribute(&sender, 0x200, 2);
    let target = listening(&there, &address);
    wait_for("what came while it was down", || knows(&target, 0x200));
    target.stop();
    sender.stop();
}

#[test]
fn a_server_that_refuses_for_good_is_told_once_and_does_not_block() {
    let here = Data::new();
    let refuser = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = refuser.local_addr().unwrap().to_string();
    let answering = std::thread::spawn(move || {
        use std::io::{Read as _, Write as _};
        use std::time::Duration;
        let mut heads = Vec::new();
        for stream in refuser.incoming().take(2) {
            let mut stream = stream.unwrap();
            stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
            let (mut bytes, mut piece) = (Vec::new(), [0; 4_096]);
            while let Ok(n @ 1..) = stream.read(&mut piece) {
                bytes.extend(&piece[..n]);
            }
            heads.push(String::from_utf8_lossy(&bytes).into_owned());
            let end = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            stream.write_all(end).unwrap();
        }
        heads
    });
    let mut sender = relaying(&here, &address);
    sender.expect("refused reports for good");
    contribute(&sender, 1, 0);
    let skipped = |n: f64| {
        let wanted = || sender.metric("relay_skipped_total{server=\"other\"}") >= n;
        wait_for("skipped reports", wanted);
    };
    skipped(12.0);
    contribute(&sender, 1, 1);
    skipped(24.0);
    let heads = answering.join().unwrap();
    let head = heads[0].to_ascii_lowercase();
    assert!(head.starts_with("post /v2/geosubmit?key=our-key http/1.1"), "{head}");
    assert!(head.contains("content-encoding: gzip"), "{head}");
    assert!(head.contains(concat!("user-agent: cairn/", env!("CARGO_PKG_VERSION"))), "{head}");
    let log = sender.stop();
    assert_eq!(log.matches("refused reports for good").count(), 1);
    assert!(!log.contains("our-key"));
}
