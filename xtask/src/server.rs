//! A running `cairn`: started on a free port, asked over HTTP, ended by signal.
//!
//! Convention: the first line on its standard output is `listening on http://ADDRESS:PORT`, and it
//! stays up until SIGTERM.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::clock::{Stopwatch, human};
use crate::process::signal;
use crate::say;

/// How long the first line may take.
const START_LIMIT: Duration = Duration::from_mins(1);

/// How long the server may take to end after SIGTERM.
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// How long one small request may take.
const REQUEST_LIMIT: Duration = Duration::from_secs(10);

/// How often a state that is awaited is asked for.
const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// A server that is up; dropping it ends it.
#[derive(Debug)]
pub(crate) struct Server {
    pid: u32,
    address: String,
    ended: Receiver<ExitStatus>,
    is_stopped: bool,
}

impl Server {
    /// Starts the server and waits until it says where it listens.
    ///
    /// # Errors
    /// It did not start, ended early, or printed another first line.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("start {}", command.get_program().display()))?;
        let stdout = child.stdout.take().context("a pipe was asked for")?;
        let mut server =
            Self { pid: child.id(), address: String::new(), ended: wait(child), is_stopped: false };
        let line =
            first_line(stdout).recv_timeout(START_LIMIT).context("wait for the first line")?;
        let address = line.trim().strip_prefix("listening on http://");
        let address = address
            .with_context(|| format!("the first line is `{line}`, not `listening on http://…`"))?;
        address.trim_end_matches('/').clone_into(&mut server.address);
        Ok(server)
    }

    /// Its process.
    pub(crate) const fn pid(&self) -> u32 {
        self.pid
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until the JSON at `path` has this `state`.
    ///
    /// # Errors
    /// The server ended, says `failed`, or `limit` came first.
    pub(crate) fn wait_for_state(&self, path: &str, state: &str, limit: Duration) -> Result<()> {
        let watch = Stopwatch::start();
        let mut last = String::new();
        while watch.elapsed() < limit {
            if let Ok(status) = self.ended.recv_timeout(POLL_INTERVAL) {
                bail!("the server ended by itself with {status}");
            }
            last = self.get_state(path).unwrap_or_else(|error| format!("{error:#}"));
            if last == state {
                return Ok(());
            }
            ensure!(last != "failed", "{path} says failed");
        }
        bail!("{path} did not become `{state}` within {} (last: {last})", human(limit))
    }

    fn get_state(&self, path: &str) -> Result<String> {
        let summary: Value =
            serde_json::from_str(&get(&self.address, path)?).context("read JSON")?;
        Ok(summary["state"].as_str().unwrap_or("no state").to_owned())
    }

    /// Ends the server and checks that it went in peace.
    ///
    /// # Errors
    /// It failed, or had to be killed.
    pub(crate) fn stop(mut self) -> Result<()> {
        self.is_stopped = true;
        signal("TERM", &self.pid.to_string());
        if let Ok(status) = self.ended.recv_timeout(STOP_LIMIT) {
            ensure!(status.success(), "after SIGTERM the server ended with {status}");
            return Ok(());
        }
        signal("KILL", &self.pid.to_string());
        bail!("the server did not end within {} of SIGTERM", human(STOP_LIMIT))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !self.is_stopped && self.ended.try_recv().is_err() {
            signal("TERM", &self.pid.to_string());
            if self.ended.recv_timeout(STOP_LIMIT).is_err() {
                signal("KILL", &self.pid.to_string());
            }
        }
    }
}

/// The body of a small page of the server at `address`, a host and a port.
///
/// # Errors
/// It does not answer in time, or not with 200.
pub(crate) fn get(address: &str, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect(address).context("connect")?;
    stream.set_read_timeout(Some(REQUEST_LIMIT))?;
    // HTTP/1.0, so that the body comes whole and ends with the connection.
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply).context("read reply")?;
    let (head, body) = reply.split_once("\r\n\r\n").context("a reply without a body")?;
    let status = head.split(' ').nth(1).unwrap_or_default();
    ensure!(status == "200", "{path} answers {status}");
    Ok(body.to_owned())
}

fn wait(mut child: Child) -> Receiver<ExitStatus> {
    let (sender, ended) = channel();
    thread::spawn(move || child.wait().map(|status| sender.send(status)));
    ended
}

/// The first line as it comes; later lines are echoed, so that the pipe never fills.
fn first_line(stdout: ChildStdout) -> Receiver<String> {
    let (sender, line) = channel();
    thread::spawn(move || {
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        if let Some(first) = lines.next() {
            sender.send(first).ok();
        }
        lines.for_each(|line| say::line(format_args!("[cairn] {line}")));
    });
    line
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_server_that_says_where_it_listens_is_up_until_sigterm() {
        let script = "trap 'exit 0' TERM; echo listening on http://127.0.0.1:9; while :; do sleep 0.05; done";
        let server = Server::start(&mut sh(script)).unwrap();
        assert_eq!(server.url(), "http://127.0.0.1:9");
        server.stop().unwrap();
    }

    #[test]
    fn another_first_line_is_an_error_that_quotes_it() {
        let error = Server::start(&mut sh("echo hello; exec sleep 9")).unwrap_err();
        assert!(format!("{error:#}").contains("`hello`"), "{error:#}");
    }

    #[test]
    fn a_state_is_awaited_over_http() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for state in ["running", "done"] {
                let (mut stream, _) = listener.accept().unwrap();
                let head = BufReader::new(&stream).lines().map_while(Result::ok);
                assert!(head.take_while(|line| !line.is_empty()).count() > 0);
                let body = format!("{{\"state\": \"{state}\"}}");
                write!(stream, "HTTP/1.0 200 OK\r\n\r\n{body}").unwrap();
            }
        });
        let script = format!("echo listening on http://{address}/; exec sleep 30");
        let server = Server::start(&mut sh(&script)).unwrap();
        server.wait_for_state("/summary.json", "done", Duration::from_secs(20)).unwrap();
    }

    #[test]
    fn a_server_that_dies_while_awaited_is_noticed() {
        let server =
            Server::start(&mut sh("echo listening on http://127.0.0.1:9; exit 3")).unwrap();
        let error = server.wait_for_state("/x", "done", Duration::from_secs(10)).unwrap_err();
        assert!(error.to_string().contains("ended by itself"), "{error}");
    }
}
