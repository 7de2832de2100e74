//! Kill -9 of whatever there is, under load: nothing acknowledged is lost, nothing counts twice.

use crate::machines::{Machines, numbered, stop_all};
use crate::servers::{Servers, insist, n_kills, pause};
use crate::support::Server;
use crate::support::client::request;
use cairn_journal::{RemoteFault, RemoteKind};
use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Clients that submit at once, whatever happens.
struct Load {
    /// Where the ingest node is now; empty while it is down.
    address: RwLock<String>,
    next: AtomicU64,
    acknowledged: AtomicU64,
    done: AtomicBool,
}

impl Load {
    fn at(server: &Server) -> Self {
        Self {
            address: RwLock::new(server.address().to_owned()),
            next: AtomicU64::new(0),
            acknowledged: AtomicU64::new(0),
            done: AtomicBool::new(false),
        }
    }

    /// Submits one after the other; what was not acknowledged is sent again, as phones do.
    fn run(&self) {
        while !self.done.load(Ordering::Relaxed) {
            let body = numbered(self.next.fetch_add(1, Ordering::Relaxed));
            while !self.is_acknowledged(&body) {
                if self.done.load(Ordering::Relaxed) {
                    return;
                }
                pause(Duration::from_millis(5));
            }
            self.acknowledged.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn is_acknowledged(&self, body: &[u8]) -> bool {
        let address = self.address.read().unwrap().clone();
        let headers = [("User-Agent", "load/1")];
        let answer = request(&address, "POST", "/v2/geosubmit", &headers, body);
        !address.is_empty() && answer.is_ok_and(|answer| answer.status == 200)
    }

    /// Waits until so many more were acknowledged.
    fn wait_for(&self, n_more: u64) {
        let before = self.acknowledged.load(Ordering::Relaxed);
        insist("load", || match self.acknowledged.load(Ordering::Relaxed) {
            n if n >= before + n_more => Ok(()),
            n => Err(n - before),
        });
    }

    /// Runs two clients while `work` is done.
    fn during(&self, work: impl FnOnce()) {
        std::thread::scope(|scope| {
            scope.spawn(|| self.run());
            scope.spawn(|| self.run());
            work();
            self.done.store(true, Ordering::Relaxed);
        });
    }
}

/// What a stream says while its leader is elected.
const NO_LEADER: RemoteFault = RemoteFault { doing: "find", kind: RemoteKind::TimedOut };

#[test]
fn the_leader_killed_under_load_costs_nothing_that_was_acknowledged() {
    let Some(mut machines) = Machines::new() else { return };
    let ingest = machines.ingest();
    let learners = machines.learners();
    let load = Load::at(&ingest);
    load.during(|| {
        for turn in 0..n_kills(3) {
            let stream = machines.stream(u32::try_from(turn % 2).unwrap());
            load.wait_for(50);
            let leader = insist("find the leader", || stream.leader()?.ok_or(NO_LEADER));
            let leader = Servers::index_of(&leader);
            machines.servers.kill(leader);
            load.wait_for(50);
            machines.servers.run(leader);
        }
        // And one that is cut off, and comes back.
        machines.servers.signal(0, "STOP");
        load.wait_for(50);
        machines.servers.signal(0, "CONT");
        load.wait_for(50);
    });
    machines.wait_until_learned();
    stop_all(learners.into_iter().chain([ingest]));
}

#[test]
fn a_learner_killed_under_load_is_replaced_and_goes_on_from_what_it_sealed() {
    let Some(machines) = Machines::new() else { return };
    let ingest = machines.ingest();
    let other = machines.learn(1, "learn-1");
    let mut learner = Some(machines.learn(0, "learn-0"));
    let load = Load::at(&ingest);
    load.during(|| {
        for turn in 0..n_kills(3) {
            load.wait_for(100);
            pause(Duration::from_millis(700));
            learner.take().unwrap().kill();
            // On another machine: all that it has of the former one is what that published.
            learner = Some(machines.learn(0, &format!("replacement-{turn}")));
        }
        load.wait_for(50);
    });
    machines.wait_until_learned();
    stop_all([ingest, other].into_iter().chain(learner));
}

#[test]
fn an_ingest_node_killed_under_load_forwards_the_rest_when_it_is_back() {
    let Some(machines) = Machines::new() else { return };
    let mut ingest = Some(machines.ingest());
    let learners = machines.learners();
    let load = Load::at(ingest.as_ref().unwrap());
    load.during(|| {
        for _ in 0..n_kills(5) {
            load.wait_for(30);
            load.address.write().unwrap().clear();
            ingest.take().unwrap().kill();
            let next = machines.ingest();
            next.address().clone_into(&mut load.address.write().unwrap());
            ingest = Some(next);
        }
        load.wait_for(30);
    });
    machines.wait_until_learned();
    stop_all(learners.into_iter().chain(ingest));
}
