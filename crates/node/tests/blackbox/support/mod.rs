//! The black-box harness: the real binary on a free port, plain sockets, a log that must be clean.

pub(crate) mod client;
pub(crate) mod kept;
pub(crate) mod models;
pub(crate) mod reports;
pub(crate) mod taught;

use cairn_node::clock::Clock;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longest wait for anything a test waits for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// The binary under test.
pub(crate) const CAIRN: &str = env!("CARGO_BIN_EXE_cairn");

/// A data folder that goes with the test.
pub(crate) struct Data {
    folder: TempDir,
}

impl Data {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a settings file: segments that an unoptimized build reads quickly, and what is given.
    pub(crate) fn settings(&self, http: &str) -> PathBuf {
        let file = self.path().join("cairn.toml");
        let text = format!("[http]\n{http}\n[journal]\nsegment_bytes_max = 1048576\n");
        std::fs::write(&file, text).unwrap();
        file
    }

    /// The sealed files whose names end so, newest first.
    pub(crate) fn sealed(&self, ending: &str) -> Vec<PathBuf> {
        let mut files: Vec<_> = std::fs::read_dir(self.path().join("map"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.to_str().unwrap().ends_with(ending))
            .collect();
        files.sort_by_key(|path| std::fs::metadata(path).unwrap().modified().unwrap());
        files.reverse();
        files
    }

    /// The bytes of every file in it up to the last that is not zero, with the file's path.
    pub(crate) fn all_bytes(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut folders = vec![self.path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let mut bytes = std::fs::read(&path).unwrap();
                    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
                    bytes.truncate(end);
                    found.push((path, bytes));
                }
            }
        }
        found
    }
}

/// A running `cairn serve`.
pub(crate) struct Server {
    child: Child,
    address: String,
    log: Arc<Mutex<Vec<String>>>,
    reader: Option<JoinHandle<()>>,
    expected: Vec<&'static str>,
}

impl Server {
    /// Serves `data` on a free port.
    pub(crate) fn start(data: &Data) -> Self {
        Self::start_with(data, &[])
    }

    /// The same with more flags.
    pub(crate) fn start_with(data: &Data, flags: &[&str]) -> Self {
        Self::start_under(data, "", flags)
    }

    /// The same with settings of the HTTP edge, a line each.
    pub(crate) fn start_under(data: &Data, http: &str, flags: &[&str]) -> Self {
        let mut command = Command::new(CAIRN);
        command.args(["serve", "--log-level", "trace", "--listen", "127.0.0.1:0", "--data"]);
        command.arg(data.path()).arg("--config").arg(data.settings(http)).args(flags);
        Self::spawn(command)
    }

    /// Runs a command that ends up as a `cairn serve`.
    pub(crate) fn spawn(mut command: Command) -> Self {
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("spawn cairn");
        let log = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&log);
        let errors = BufReader::new(child.stderr.take().unwrap());
        let reader = std::thread::spawn(move || {
            for line in errors.lines().map_while(Result::ok) {
                kept.lock().unwrap().push(line);
            }
        });
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let Some(address) = first.trim_end().strip_prefix("listening on http://") else {
            panic!("first line {first:?}; log: {:#?}", log.lock().unwrap());
        };
        let address = address.to_owned();
        Self { child, address, log, reader: Some(reader), expected: Vec::new() }
    }

    /// `host:port`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// From now on, WARN and ERROR lines that contain `words` are what the test wants to see.
    pub(crate) fn expect(&mut self, words: &'static str) {
        self.expected.push(words);
    }

    /// What was logged so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().join("\n")
    }

    /// Sends a signal by name.
    pub(crate) fn signal(&self, name: &str) {
        let status =
            Command::new("kill").args(["-s", name, &self.pid().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// Kills without mercy; what was logged is judged as ever.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and a clean end; returns the log.
    pub(crate) fn stop(mut self) -> String {
        self.signal("TERM");
        let started = Clock::System.instant();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(started.elapsed() < PATIENCE, "does not stop; log:\n{}", self.log());
            Clock::System.sleep(Duration::from_millis(10));
        };
        self.reader.take().unwrap().join().unwrap();
        assert!(status.success(), "{status}; log:\n{}", self.log());
        self.log()
    }

    /// Greatest resident memory so far, in KiB.
    pub(crate) fn peak_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// The value of a metric, with its labels as printed; 0 when it is not there.
    pub(crate) fn metric(&self, name: &str) -> f64 {
        let text = client::get(self.address(), "/metrics").text();
        let line = text
            .lines()
            .find(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(' ')));
        line.map_or(0.0, |line| line.rsplit(' ').next().unwrap().parse().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _already_gone = self.child.wait();
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        if !std::thread::panicking() {
            assert_clean(&self.log.lock().unwrap(), &self.expected);
        }
    }
}

/// WARN and ERROR mean that a person must look: none, but those a test expects.
fn assert_clean(log: &[String], expected: &[&str]) {
    let is_loud = |line: &&String| line.contains(" WARN ") || line.contains(" ERROR ");
    let is_unexpected = |line: &&String| !expected.iter().any(|words| line.contains(words));
    let dirty: Vec<_> = log.iter().filter(is_loud).filter(is_unexpected).collect();
    let panicked = log.iter().any(|line| line.contains("panicked at"));
    assert!(dirty.is_empty() && !panicked, "the log is not clean: {dirty:#?}");
}

/// Runs another verb to its end.
pub(crate) fn cairn(arguments: &[&str]) -> Output {
    Command::new(CAIRN).args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// Runs another verb with something on standard input.
pub(crate) fn cairn_reading(arguments: &[&str], input: &str) -> Output {
    use std::io::Write as _;
    let mut child = Command::new(CAIRN)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// Standard output of a verb that succeeded.
pub(crate) fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}\n{}", output.status, text(&output.stderr));
    text(&output.stdout)
}

/// Asks again and again until `wanted` is there; returns how long it took.
pub(crate) fn wait_for(what: &str, mut wanted: impl FnMut() -> bool) -> Duration {
    let started: Instant = Clock::System.instant();
    while !wanted() {
        assert!(started.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        Clock::System.sleep(Duration::from_millis(20));
    }
    started.elapsed()
}
