//! An archive in an object store: a server on loopback that speaks S3, which can be stopped and let go on.

use crate::support::client::{post, request};
use crate::support::kept::{append, batch};
use crate::support::reports::{submission, walk};
use crate::support::taught::settle;
use crate::support::{CAIRN, Data, Server, wait_for};
use cairn_node::clock::Clock;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// The packages that carry the server, which answers conditional puts: manifests rest on them.
const PACKAGES: [&str; 3] = ["moto[s3]==5.2.5", "flask", "flask-cors"];
/// Settings of a service that archives into its bucket within a second.
const SETTINGS: &str =
    "connections_max = 100\n[archive]\nflush_seconds = 1\nurl = \"s3://cairn/world\"";
/// The longest it may take to start: its interpreter reads a lot.
const START_TRIES: u32 = 600;

/// The store, with one empty bucket; what is in it goes with it.
struct Objects {
    child: Child,
    address: String,
}

impl Objects {
    /// Starts it; `None`, with the reason on standard output, where its program cannot be had.
    fn start() -> Option<Self> {
        let packages = packages()?;
        let held = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = held.local_addr().unwrap().port().to_string();
        drop(held);
        let child = Command::new("python3")
            .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port])
            .env("PYTHONPATH", packages)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let objects = Self { child, address: format!("127.0.0.1:{port}") };
        objects.make_bucket();
        Some(objects)
    }

    fn make_bucket(&self) {
        for _ in 0..START_TRIES {
            let made = request(&self.address, "PUT", "/cairn", &[], &[]);
            if made.is_ok_and(|answer| answer.status == 200) {
                return;
            }
            Clock::System.sleep(Duration::from_millis(100));
        }
        panic!("the object store does not start");
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// A verb of ours that finds the store.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(CAIRN);
        command.args(arguments).env("AWS_ENDPOINT", format!("http://{}", self.address));
        command.env("AWS_ALLOW_HTTP", "true").env("AWS_REGION", "us-east-1");
        command.env("AWS_ACCESS_KEY_ID", "a").env("AWS_SECRET_ACCESS_KEY", "b");
        command
    }

    fn serve(&self, data: &Data) -> Server {
        let (folder, settings) = (data.path().to_str().unwrap(), data.settings(SETTINGS));
        let listen = ["serve", "--log-level", "trace", "--listen", "127.0.0.1:0", "--data", folder];
        let mut command = self.command(&listen);
        command.arg("--config").arg(settings);
        Server::spawn(command)
    }

    fn said(&self, data: &Data, arguments: &[&str]) -> String {
        let settings = data.settings(SETTINGS);
        let flags =
            ["--data", data.path().to_str().unwrap(), "--config", settings.to_str().unwrap()];
        let Output { status, stdout, stderr } =
            self.command(&[arguments, &flags].concat()).output().unwrap();
        assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
        String::from_utf8(stdout).unwrap()
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _already_gone = self.child.wait();
    }
}

/// The server's packages, installed below `target` when they are not there.
fn packages() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    let folder = target.join("objects");
    fs::create_dir_all(&target).unwrap();
    let lock = File::create(target.join("objects.lock")).unwrap();
    lock.lock().unwrap();
    if folder.exists() {
        return Some(folder);
    }
    let partial = target.join("objects.partial");
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--upgrade", "--target"])
        .arg(&partial)
        .args(PACKAGES);
    if pip.status().is_ok_and(|status| status.success()) {
        fs::rename(&partial, &folder).unwrap();
        return Some(folder);
    }
    let is_ci = std::env::var_os("CI").is_some_and(|it| it == "true");
    assert!(!is_ci, "{PACKAGES:?} cannot be installed, and CI=true makes it mandatory");
    println!("skipped: {PACKAGES:?} cannot be installed");
    None
}

fn archived(server: &Server) {
    settle(server);
    wait_for("the archive", || {
        server.metric("archive_lag_bytes") < 0.5 && server.metric("archive_rows") > 0.5
    });
}

#[test]
fn an_archive_in_an_object_store_makes_the_map_that_the_journal_makes() {
    let Some(objects) = Objects::start() else { return };
    let data = Data::new();
    append(&data, &(0..8_u8).map(|n| batch(n, 51.5, 1 + u64::from(n) * 3)).collect::<Vec<_>>());
    let server = objects.serve(&data);
    archived(&server);
    server.stop();
    let first = |text: String| text.lines().next().unwrap().to_owned();
    let from_journal = first(objects.said(&data, &["rebuild", "--from", "journal"]));
    assert_eq!(first(objects.said(&data, &["rebuild", "--from", "archive"])), from_journal);
    let told = objects.said(&data, &["archive", "verify"]);
    assert!(told.contains("all whole"), "{told}");
    objects.said(&data, &["archive", "compact"]);
    assert_eq!(first(objects.said(&data, &["rebuild", "--from", "archive"])), from_journal);
}

#[test]
fn while_an_object_store_stalls_submissions_are_taken_and_archived_afterwards_once() {
    let Some(objects) = Objects::start() else { return };
    let data = Data::new();
    let mut server = objects.serve(&data);
    server.expect("evidence cannot be archived");
    objects.signal("STOP");
    for seed in 0..5 {
        let body = submission(&walk(51.7, -0.12, 300, seed));
        assert_eq!(post(server.address(), "/v2/geosubmit", &body).status, 200);
        Clock::System.sleep(Duration::from_millis(500));
    }
    objects.signal("CONT");
    archived(&server);
    // Five submissions of 12 reports that hear 4 transmitters each.
    wait_for("all of it once", || (server.metric("archive_rows") - 240.0).abs() < 0.5);
    server.stop();
}
