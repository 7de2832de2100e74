//! The map made by executors is the map that learned, byte for byte, with one executor, two, and one that dies.

mod common;

use cairn_batch::cluster::{Submission, submit};
use cairn_radiomap::{RadioMap, Settings};
use common::{archive, learned, town};
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A scheduler and executors as processes of their own, killed when dropped.
struct Cluster {
    port: u16,
    scheduler: Child,
    executors: Vec<(Child, PathBuf)>,
}

fn role(words: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_batch-roles"))
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Two ports that nobody uses, next to each other.
fn free_ports() -> u16 {
    loop {
        let one = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = one.local_addr().unwrap().port();
        if port < u16::MAX && TcpListener::bind(("127.0.0.1", port + 1)).is_ok() {
            return port;
        }
    }
}

impl Cluster {
    /// Starts a scheduler that gives executors up after so many seconds, and so many executors.
    fn start(n_executors: usize, timeout_s: u32, folder: &Path) -> Self {
        let port = free_ports();
        let scheduler = role(&["scheduler", &port.to_string(), &timeout_s.to_string()]);
        let executor = |number: usize| {
            let work = folder.join(format!("executor-{number}"));
            fs::create_dir_all(&work).unwrap();
            let ports = [port, free_ports()].map(|port| port.to_string());
            (role(&["executor", &ports[0], &ports[1], work.to_str().unwrap()]), work)
        };
        Self { port, scheduler, executors: (0..n_executors).map(executor).collect() }
    }

    /// Has the map of these files made.
    fn map(&self, groups: Vec<Vec<String>>, out: &Path, deadline: Duration) -> RadioMap {
        let asked = Submission {
            scheduler: format!("df://127.0.0.1:{}", self.port),
            groups,
            except: None,
            out: out.to_owned(),
            n_partitions: 2,
            deadline,
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(submit(&asked, Settings::standard())).unwrap()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for child in self.executors.iter_mut().map(|(child, _)| child).chain([&mut self.scheduler])
        {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

#[test]
fn one_executor_and_two_make_the_map_that_learned() {
    // invariant: M1, M2
    let all = town(6_000);
    let want = learned(all.iter().map(|one| &one.evidence));
    for n_executors in [1, 2] {
        let folder = tempfile::tempdir().unwrap();
        let urls = archive(&all, 4, folder.path());
        let cluster = Cluster::start(n_executors, 30, folder.path());
        let groups = urls.chunks(2).map(<[_]>::to_vec).collect();
        let started = Instant::now();
        let map = cluster.map(groups, &folder.path().join("out"), Duration::from_secs(240));
        println!("{n_executors} executors: {:?}", started.elapsed());
        assert_eq!(map.digest(), want.digest(), "{n_executors} executors");
        let published = folder.path().join("out/rebuild-000000/manifest.txt");
        assert!(fs::read_to_string(published).unwrap().contains("parts-0001-attempt-"));
    }
}
