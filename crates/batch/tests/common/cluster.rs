//! Scheduler and executors as processes, and an eye on what stage they are in.

use cairn_batch::Source;
use cairn_batch::cluster::{Submission, submit};
use cairn_radiomap::{RadioMap, Settings};
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A scheduler and executors as processes of their own, killed when dropped.
pub(crate) struct Cluster {
    port: u16,
    scheduler: Child,
    pub(crate) executors: Vec<(Child, PathBuf)>,
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
    pub(crate) fn start(n_executors: usize, timeout_s: u32, folder: &Path) -> Self {
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

    /// What has the map of these files made, to be run beside the cluster.
    pub(crate) fn asking(
        &self,
        groups: Vec<Vec<String>>,
        out: &Path,
        deadline: Duration,
    ) -> impl FnOnce() -> RadioMap + Send + use<> {
        let asked = Submission {
            scheduler: format!("df://127.0.0.1:{}", self.port),
            source: Source { groups, ..Source::default() },
            out: out.to_owned(),
            n_partitions: 2,
            deadline,
        };
        move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
            runtime.block_on(submit(&asked, Settings::standard())).unwrap()
        }
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
