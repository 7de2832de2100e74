//! A world after it was learned and sealed, and the same learned otherwise.

use cairn_answer::{Answer, Heard};
use cairn_evidence::{Evidence, clean, token};
use cairn_ground::Day;
use cairn_node::learner::{Models, seal};
use cairn_radiomap::RadioMap;
use cairn_report::{Batch, SubmissionId};
use cairn_signal::venue::Effort;
use cairn_sim::Contribution;
use cairn_sim::world::{World, WorldQuery};
use cairn_snapshot::{Snapshot, SnapshotSet, Verify};
use std::fs;
use std::sync::Arc;

/// Threads under which the same bytes must come out.
const THREADS: [usize; 3] = [1, 2, 3];

/// A world, what it taught, and what was sealed of that.
pub(crate) struct Taught {
    pub(crate) world: World,
    pub(crate) set: SnapshotSet,
    evidence: Vec<Evidence>,
    /// The map's canonical bytes and the sealed base's.
    checkpoint: Vec<u8>,
    base: Vec<u8>,
}

impl Taught {
    pub(crate) fn by(world: World) -> Self {
        let evidence = evidence(&world);
        let map = learned(&evidence, 1);
        let base = sealed(map.clone(), 1);
        let snapshot = Snapshot::from_bytes(base.clone(), Verify::Eager).unwrap();
        let set = SnapshotSet::new(Some(Arc::new(snapshot)), Vec::new());
        Self { world, set, evidence, checkpoint: encoded(&map), base }
    }

    /// What a phone that asks is answered.
    pub(crate) fn ask(&self, query: &WorldQuery) -> Answer {
        let heard = query.observations.iter().map(|observation| Heard {
            transmitter: observation.transmitter,
            rssi_dbm: observation.power.map(cairn_ground::Dbm::get),
            age_ms: observation.age.get(),
            timing_advance: observation.timing_advance,
        });
        cairn_answer::locate(&self.set, &heard.collect::<Vec<_>>())
    }

    /// M1: any order, some of it told again, on any number of threads.
    pub(crate) fn shuffled(&self, n: u32) -> Vec<String> {
        let mut broken = Vec::new();
        for (turn, n_threads) in (0..n).zip(THREADS.into_iter().cycle()) {
            let mut evidence = self.evidence.clone();
            evidence.extend_from_slice(&self.evidence[..self.evidence.len() / 3]);
            shuffle(&mut evidence, u64::from(turn));
            let map = learned(&evidence, n_threads);
            // A base is a function of the map's bytes, and dear: sealed once for each number of threads.
            let is_first = (turn as usize) < THREADS.len();
            if !self.is_same(map, n_threads, is_first) {
                broken.push(format!("other bytes in shuffle {turn} on {n_threads} threads"));
            }
        }
        broken
    }

    /// M2: learned apart, merged from either end, sealed on any number of threads.
    pub(crate) fn split(&self, n: usize) -> Vec<String> {
        let part = |part: usize| -> Vec<Evidence> {
            self.evidence.iter().skip(part).step_by(n).cloned().collect()
        };
        let mut broken = Vec::new();
        for (turn, n_threads) in THREADS.into_iter().enumerate() {
            let mut map = learned(&[], 1);
            for at in 0..n {
                let at = if turn == 0 { n - 1 - at } else { at };
                map.merge(learned(&part(at), n_threads));
            }
            if !self.is_same(map, n_threads, true) {
                broken.push(format!("other bytes when merged on {n_threads} threads"));
            }
        }
        broken
    }

    fn is_same(&self, map: RadioMap, n_threads: usize, with_base: bool) -> bool {
        encoded(&map) == self.checkpoint && (!with_base || sealed(map, n_threads) == self.base)
    }
}

/// The bytes of the map's checkpoint.
fn encoded(map: &RadioMap) -> Vec<u8> {
    let mut bytes = Vec::new();
    map.encode(&mut bytes).unwrap();
    bytes
}

/// What cleaning leaves of a world's reports: all of them.
fn evidence(world: &World) -> Vec<Evidence> {
    let mut kept = Vec::new();
    for (number, contribution) in world.reports().into_iter().enumerate() {
        let (evidence, refusals) = clean(&batch(number, contribution));
        assert_eq!(refusals.total(), 0, "contribution {number}: {refusals:?}");
        kept.extend(evidence);
    }
    kept
}

/// One submission, in the voice of its sender on its day.
fn batch(number: usize, contribution: Contribution) -> Batch {
    let received: Day = contribution.reports[0].timestamp().day();
    let mut day_key = [0; 32];
    day_key[..2].copy_from_slice(&received.get().to_le_bytes());
    let mut id = [0; 16];
    id[..8].copy_from_slice(&(number as u64).to_le_bytes());
    Batch {
        id: SubmissionId(id),
        received,
        contributor: token::contributor_token(&day_key, &[contribution.nickname.as_bytes()]),
        app: None,
        reports: contribution.reports,
    }
}

fn learned(evidence: &[Evidence], n_threads: usize) -> RadioMap {
    let mut map = seal::empty_map(1);
    map.learn(evidence, n_threads);
    map
}

/// The base a node would seal.
fn sealed(mut map: RadioMap, n_threads: usize) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let models = &mut Models::default();
    let base = seal::base(&mut map, models, Effort::Whole, n_threads, folder.path()).unwrap();
    fs::read(base.path).unwrap()
}

/// Another order for each seed (Fisher and Yates; splitmix64 by Vigna).
fn shuffle(evidence: &mut [Evidence], seed: u64) {
    let mut state = seed;
    for left in (1..evidence.len()).rev() {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        let at = usize::try_from((x ^ x >> 31) % (left as u64 + 1)).unwrap();
        evidence.swap(left, at);
    }
}
