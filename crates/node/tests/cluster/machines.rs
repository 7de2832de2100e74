//! The machines of a test: servers of the log, an ingest node, learners, and what they must end up with.

use crate::servers::{Servers, pause};
use crate::support::client::{Answer, post};
use crate::support::reports::{heard, report, submission};
use crate::support::{CAIRN, Server};
use cairn_ground::LatLng;
use cairn_journal::nats::{Cluster, JetStream, Names, Settings};
use cairn_journal::{Journal, Position};
use cairn_node::cluster::Partition;
use cairn_node::learner::learn::learn;
use cairn_node::learner::{read_checkpoint, seal};
use cairn_snapshot::Manifest;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// Parts of the world in these tests.
pub(crate) const N_PARTS: u32 = 2;

/// The machines' folders and the servers of their log.
pub(crate) struct Machines {
    pub(crate) servers: Servers,
    folder: TempDir,
    settings: String,
}

impl Machines {
    /// Fresh ones; `None` where there are no servers to be had.
    pub(crate) fn new() -> Option<Self> {
        Self::with("stream_bytes_max = 268435456")
    }

    /// The same with settings of the log, a line each.
    pub(crate) fn with(cluster: &str) -> Option<Self> {
        let servers = Servers::start()?;
        let folder = tempfile::tempdir().unwrap();
        let settings = format!(
            "[journal]\nsegment_bytes_max = 1048576\n[cluster]\nnats = {:?}\npartitions = {N_PARTS}\n{cluster}\n",
            servers.url()
        );
        std::fs::write(folder.path().join("cairn.toml"), &settings).unwrap();
        Some(Self { servers, folder, settings })
    }

    /// A folder of this name.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What learners publish.
    pub(crate) fn maps(&self) -> PathBuf {
        self.path("maps")
    }

    fn run(&self, arguments: &[&str]) -> Server {
        let mut command = Command::new(CAIRN);
        command.args(arguments).args(["--listen", "127.0.0.1:0", "--config"]);
        command.arg(self.path("cairn.toml"));
        Server::spawn(command)
    }

    /// The node that takes reports in.
    pub(crate) fn ingest(&self) -> Server {
        self.run(&["ingest", "--data", self.path("ingest").to_str().unwrap()])
    }

    /// The one that learns part `k`; what belongs to the machine alone is in a folder `name`.
    pub(crate) fn learn(&self, k: u32, name: &str) -> Server {
        let part = format!("{k}/{N_PARTS}");
        let (data, maps) = (self.path(name), self.maps());
        let (data, maps) = (data.to_str().unwrap(), maps.to_str().unwrap());
        self.run(&["learn", "--partition", &part, "--data", data, "--maps", maps])
    }

    /// The one that answers.
    pub(crate) fn locate(&self) -> Server {
        self.run(&["locate", "--maps", self.maps().to_str().unwrap()])
    }

    /// Both learners.
    pub(crate) fn learners(&self) -> Vec<Server> {
        (0..N_PARTS).map(|k| self.learn(k, &format!("learn-{k}"))).collect()
    }

    /// A part's stream.
    pub(crate) fn stream(&self, k: u32) -> JetStream {
        let settings = Settings {
            url: self.servers.url(),
            name: "test".to_owned(),
            replicas: 3,
            stream_bytes_max: 1 << 30,
            stream_age_max: Duration::from_hours(1),
            duplicate_window: Duration::from_mins(1),
        };
        let cluster = Arc::new(Cluster::connect(settings).unwrap());
        JetStream::new(cluster, Names::of(k, N_PARTS), "test")
    }

    /// Waits until the learners' maps, put together, are what learning the spool on one machine gives.
    pub(crate) fn wait_until_learned(&self) {
        let wanted = self.learned_from_spool();
        for _ in 0..1_200 {
            if learned_in(&self.maps()) == Some(wanted) {
                return;
            }
            pause(Duration::from_millis(100));
        }
        panic!("the maps are not what the spool teaches; settings:\n{}", self.settings);
    }

    /// The digest of what the ingest node's journal teaches on one machine.
    pub(crate) fn learned_from_spool(&self) -> [u8; 32] {
        let journal = Journal::open_read_only(&self.path("ingest").join("journal")).unwrap();
        let mut map = seal::empty_map(1);
        for record in journal.read_from(Position::START).unwrap() {
            learn(&mut map, &record.unwrap().1);
        }
        assert!(!map.is_empty(), "nothing was taken in");
        map.digest()
    }
}

/// The digest of all parts' checkpoints put together; `None` while one is missing.
pub(crate) fn learned_in(maps: &Path) -> Option<[u8; 32]> {
    let mut whole = seal::empty_map(1);
    for k in 0..N_PARTS {
        let folder = maps.join(Partition::new(k, N_PARTS).unwrap().folder_name()).join("map");
        let manifest = Manifest::load(&folder).ok()??.manifest;
        whole.merge(read_checkpoint(&folder.join(manifest.checkpoint?.file), 1).ok()?);
    }
    Some(whole.digest())
}

/// A place in the `k`-th part, and not close to another part.
pub(crate) fn place_in(k: u32) -> (f64, f64) {
    let part = Partition::new(k, N_PARTS).unwrap();
    let places = (0..90).map(|n| (51.5, f64::from(n) * 2.0));
    let is_inside = |(lat, lng): (f64, f64)| {
        let around = [(0.0, 0.0), (0.1, 0.0), (-0.1, 0.0), (0.0, 0.1), (0.0, -0.1)];
        around
            .iter()
            .all(|(dlat, dlng)| part.contains(LatLng::new(lat + dlat, lng + dlng).unwrap()))
    };
    places.into_iter().find(|place| is_inside(*place)).unwrap()
}

/// A submission of a few reports in one part, that only its number could have made.
pub(crate) fn numbered(n: u64) -> Vec<u8> {
    let (lat, lng) = place_in(u32::try_from(n % u64::from(N_PARTS)).unwrap());
    let items: Vec<Value> = (0..3_u32)
        .map(|step| {
            let at = f64::from(step) * 2e-4;
            let networks = [heard(n % 50, -60), heard(50 + n % 7, -61), heard(1_000 + n, -62)];
            let mut item = report(lat + at, lng - at, &networks);
            let when = item["timestamp"].as_i64().unwrap() + i64::try_from(n).unwrap() * 60_000;
            item["timestamp"] = json!(when + i64::from(step) * 5_000);
            item
        })
        .collect();
    submission(&items)
}

/// Submits, which must be acknowledged.
pub(crate) fn submit(server: &Server, body: &[u8]) -> Answer {
    let answer = post(server.address(), "/v2/geosubmit", body);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

/// The same for many.
pub(crate) fn submit_each(server: &Server, bodies: &[Vec<u8>]) {
    for body in bodies {
        submit(server, body);
    }
}

/// Ends servers in peace, with clean logs.
pub(crate) fn stop_all(servers: impl IntoIterator<Item = Server>) {
    for server in servers {
        server.stop();
    }
}
