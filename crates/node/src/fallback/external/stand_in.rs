//! A real HTTP server on loopback that stands in for a provider, for tests.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request as it came: head lines and body.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) head: String,
    pub(super) body: String,
}

/// How a stand-in answers.
#[derive(Debug, Clone)]
pub(super) struct Script {
    pub(super) status: u16,
    pub(super) body: String,
    pub(super) delay: Duration,
}

/// A server that answers every request by its script, one a connection, until the test ends.
#[derive(Debug)]
pub(super) struct StandIn {
    pub(super) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    script: Arc<Mutex<Script>>,
}

impl StandIn {
    /// Answers `status` and `body`.
    pub(super) fn answering(status: u16, body: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let script = Script { status, body: body.to_owned(), delay: Duration::ZERO };
        let (seen, script) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(script)));
        let (notes, rule) = (Arc::clone(&seen), Arc::clone(&script));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (notes, rule) = (Arc::clone(&notes), Arc::clone(&rule));
                std::thread::spawn(move || serve(stream, &notes, &rule));
            }
        });
        Self { address, seen, script }
    }

    /// From now on it answers otherwise.
    pub(super) fn change(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.script.lock().unwrap());
    }

    /// What it was asked.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

/// Reads one request, notes it, answers.
fn serve(stream: TcpStream, notes: &Mutex<Vec<Seen>>, rule: &Mutex<Script>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = String::new();
    while reader.read_line(&mut head).is_ok_and(|n| n > 2) {}
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    notes.lock().unwrap().push(Seen { head, body: String::from_utf8(body).unwrap() });
    let Script { status, body, delay } = rule.lock().unwrap().clone();
    crate::clock::Clock::System.sleep(delay);
    // A redirect's script says where to, and nothing else.
    let (body, location) = if status / 100 == 3 {
        ("", format!("Location: {body}\r\n"))
    } else {
        (&*body, String::new())
    };
    let answer = format!(
        "HTTP/1.1 {status} Said\r\n{location}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = stream;
    // Whoever asked may have stopped waiting; that is what some tests are about.
    let _gone = stream.write_all(answer.as_bytes());
}
