//! `cairn bench` against the real service, and against one that stalls.

use crate::support::client::post;
use crate::support::reports::{submission, walk};
use crate::support::{Data, Server, cairn, said, wait_for};
use cairn_node::clock::Clock;
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

fn bench(url: &str, args: &[&str]) -> Value {
    let all: Vec<&str> = ["bench", url, "--json"].iter().chain(args).copied().collect();
    serde_json::from_str(said(&cairn(&all)).trim()).unwrap()
}

fn number(outcome: &Value, name: &str) -> f64 {
    outcome[name].as_f64().unwrap_or_else(|| panic!("{name} in {outcome}"))
}

#[test]
fn questions_drawn_from_a_map_are_answered_at_the_rate_asked_for() {
    let data = Data::new();
    let server = Server::start(&data);
    let sent = submission(&walk(51.5, -0.12, 1, 0));
    assert_eq!(post(server.address(), "/v2/geosubmit", &sent).status, 200);
    wait_for("a base", || {
        server.metric("snapshot_transmitters") > 3.0 && server.metric("snapshot_overlays") < 0.5
    });
    let url = format!("http://{}", server.address());
    let dir = data.path().to_str().unwrap();
    let args =
        ["--data", dir, "--networks", "4", "--rate", "100", "--seconds", "2", "--connections", "4"];
    let outcome = bench(&url, &args);
    assert!(number(&outcome, "found") > 100.0, "{outcome}");
    assert!((50.0..105.0).contains(&number(&outcome, "answered_per_s")), "{outcome}");
    assert!(number(&outcome, "lost") < 0.5 && number(&outcome, "other") < 0.5, "{outcome}");
    let closed =
        bench(&url, &["--data", dir, "--rate", "max", "--seconds", "1", "--connections", "2"]);
    assert!(number(&closed, "answered_per_s") > 0.0 && closed["asked_per_s"].is_null(), "{closed}");
    server.stop();
}

/// A service of the protocol on another HTTP stack: by the path it answers, puts off, stalls once, or hangs up.
/// HTTP/1.0 unless the path says keep: every answer ends its connection.
const OTHER: &str = r#"
import http.server, json, sys, threading, time
lock, seen = threading.Lock(), [0]
class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_): pass
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with lock:
            seen[0] += 1
            n = seen[0]
        queries = [json.loads(line) for line in body.splitlines()]
        if "hang" in self.path and n % 5 == 0:
            self.close_connection = True
            return
        if "stall" in self.path:
            with lock:
                if n == 60:
                    time.sleep(1)
        status = {0: 200, 1: 404, 2: 429, 3: 503}[n % 4] if "mixed" in self.path else 200
        if self.headers.get("X-Token", "secret") != "secret" or "key=wrong" in self.path:
            status = 403
        answer = json.dumps({"location": {"lat": 1, "lng": 2}, "accuracy": 9, "n": len(queries)}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
class Keeping(Handler):
    protocol_version = "HTTP/1.1"
class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 64
server = Server(("127.0.0.1", 0), Keeping if sys.argv[1] == "keep" else Handler)
print(server.server_port, flush=True)
server.serve_forever()
"#;

/// A running one; ends with the test.
struct Other {
    child: Child,
    url: String,
}

impl Other {
    fn start(kind: &str) -> Self {
        let mut command = Command::new("python3");
        let mut child =
            command.args(["-c", OTHER, kind]).stdout(Stdio::piped()).spawn().expect("python3");
        let mut port = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
        Self { child, url: format!("http://127.0.0.1:{}", port.trim()) }
    }

    /// Asks it 50 times a second for two seconds.
    fn ask(&self, args: &[&str]) -> Value {
        let files = Data::new();
        let scans = files.path().join("scans.csv");
        std::fs::write(&scans, "floor,aps\n1,1:-60 2:-70\n2,3:-50 4:-80\n").unwrap();
        let standard = ["--rate", "50", "--duration", "2", "--warm-up", "0", "--connections", "4"];
        let all = [&["--scans", scans.to_str().unwrap()], &standard[..], args].concat();
        bench(&self.url, &all)
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _already_gone = self.child.wait();
    }
}

#[test]
fn a_service_that_is_not_ours_is_asked_the_same_with_its_keys_and_headers() {
    for kind in ["keep", "close"] {
        let other = Other::start(kind);
        let outcome = other.ask(&["--key", "mine", "--header", "X-Token: secret"]);
        assert!(number(&outcome, "found") > 90.0 && number(&outcome, "lost") < 0.5, "{outcome}");
        let connects = number(&outcome, "connects");
        assert!((connects > 90.0) == (kind == "close"), "{kind}: {outcome}");
        let refused = other.ask(&["--header", "X-Token: other"]);
        assert!(number(&refused["statuses"], "403") > 90.0, "{refused}");
        let refused = other.ask(&["--key", "wrong", "--path", "/v1/geolocate"]);
        assert!(number(&refused, "other") > 90.0, "{refused}");
    }
}

#[test]
fn each_status_and_each_loss_is_counted_by_its_name() {
    let other = Other::start("keep");
    let mixed = other.ask(&["--path", "/mixed"]);
    for status in ["200", "404", "429", "503"] {
        assert!((20.0..30.0).contains(&number(&mixed["statuses"], status)), "{mixed}");
    }
    // A fifth of what is asked is hung up on; asked again on a new connection most of it is answered.
    let hung = other.ask(&["--path", "/hang"]);
    assert!(number(&hung, "connects") > 10.0 && number(&hung, "found") > 80.0, "{hung}");
    let closing = Other::start("close");
    let hung = closing.ask(&["--path", "/hang"]);
    assert!(number(&hung["losses"], "cut") > 10.0 && number(&hung, "found") > 60.0, "{hung}");
}

#[test]
fn a_stall_of_any_service_shows_in_its_99th_percentile() {
    let other = Other::start("keep");
    let outcome = other.ask(&["--path", "/stall"]);
    assert!(number(&outcome, "found") > 90.0, "{outcome}");
    assert!(number(&outcome, "p99_ms") > 500.0 && number(&outcome, "p50_ms") < 500.0, "{outcome}");
}

#[test]
fn batches_carry_many_queries_and_a_ramp_ends_where_a_service_gives_way() {
    let other = Other::start("keep");
    let batch = other.ask(&["--batch", "7"]);
    let ratio = number(&batch, "queries_per_s") / number(&batch, "answered_per_s");
    assert!((6.99..7.01).contains(&ratio), "{batch}");
    let files = Data::new();
    let scans = files.path().join("scans.jsonl");
    std::fs::write(&scans, "{}\n").unwrap();
    let scans = scans.to_str().unwrap();
    let steps = ["--rate", "400", "--steps", "16", "--seconds", "1", "--patience", "1", "--json"];
    let args = [&["bench", &other.url, "--scans", scans, "--warm-up", "0"], &steps[..]].concat();
    let told = said(&cairn(&args));
    let last: Value = serde_json::from_str(told.lines().last().unwrap()).unwrap();
    let (held, not_held) = (&last["knee"]["held_per_s"], &last["knee"]["not_held_per_s"]);
    assert!(not_held.as_f64().is_some(), "one interpreter takes any rate: {told}");
    assert!(held.as_f64().unwrap_or(0.0) < not_held.as_f64().unwrap(), "{told}");
}

/// A service of the protocol on one connection that does nothing for `stall` once, after `n_before` answers.
fn stalling(listener: &TcpListener, n_before: usize, stall: Duration) {
    let (mut stream, _) = listener.accept().unwrap();
    let mut buffer = [0; 4_096];
    for turn in 0.. {
        let Ok(n) = stream.read(&mut buffer) else { return };
        if n == 0 {
            return;
        }
        if turn == n_before {
            Clock::System.sleep(stall);
        }
        let answer = b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}";
        if stream.write_all(answer).is_err() {
            return;
        }
    }
}

#[test]
fn a_stall_is_late_for_every_question_that_was_due_meanwhile() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let files = Data::new();
    let scans = files.path().join("scans.jsonl");
    std::fs::write(&scans, "{}\n").unwrap();
    let service = std::thread::spawn(move || stalling(&listener, 100, Duration::from_secs(1)));
    let args = [
        "--scans",
        scans.to_str().unwrap(),
        "--rate",
        "200",
        "--seconds",
        "3",
        "--connections",
        "1",
        "--warm-up",
        "0",
    ];
    let outcome = bench(&url, &args);
    service.join().unwrap();
    assert!(number(&outcome, "not_found") > 550.0, "{outcome}");
    // A third of the questions was due in the second of the stall: one in three is late, half of them by half of it.
    assert!(number(&outcome, "p90_ms") > 400.0, "{outcome}");
}

#[test]
fn a_service_that_is_not_there_is_said_so_with_the_exit_code() {
    let files = Data::new();
    let scans = files.path().join("scans.jsonl");
    std::fs::write(&scans, "{}\n").unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let path = scans.to_str().unwrap();
    let output = cairn(&[
        "bench",
        &url,
        "--scans",
        path,
        "--rate",
        "20",
        "--seconds",
        "1",
        "--patience",
        "1",
        "--warm-up",
        "0",
    ]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("lost"), "{text}");
}
