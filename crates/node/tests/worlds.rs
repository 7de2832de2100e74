//! Every world of `tests/worlds` is taught, sealed and asked, and keeps each promise it makes.
//!
//! The way is the product's own without the network: reports → cleaning → radio map → sealed base →
//! answers. What is learned and asked comes from `sim`, which shares no physics with the estimator.
//! A test fails with all broken promises at once, each with its file, line, clause and measured value.

#![cfg(test)]

use cairn_answer::{Answer, Found, Heard, Refusal};
use cairn_evidence::{Evidence, clean, token};
use cairn_ground::{Day, Geodesic, LatLng};
use cairn_node::learner::seal;
use cairn_radiomap::RadioMap;
use cairn_report::{Batch, SubmissionId};
use cairn_sim::world::{Digits, Expectation, RefusalKind, World, WorldQuery};
use cairn_sim::{Contribution, WorldError};
use cairn_snapshot::{Snapshot, SnapshotSet};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Threads under which the same bytes must come out.
const THREADS: [usize; 3] = [1, 2, 3];

/// A test for each world, named after its file, and one that none is forgotten.
macro_rules! worlds {
    ($($name:ident),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                keeps_its_promises(stringify!($name));
            }
        )*

        #[test]
        fn every_world_has_a_test() {
            let listed: BTreeSet<_> = [$(stringify!($name)),*].map(str::to_owned).into();
            let there: BTreeSet<_> = fs::read_dir(folder())
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .filter(|path| path.extension().is_some_and(|ending| ending == "world"))
                .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
                .collect();
            assert_eq!(listed, there);
        }
    };
}

worlds! {
    alien_boxes,
    bus_hotspot,
    kitchen,
    lone_box,
    moved_transmitter,
    sparse_country,
    street_side,
    tower_block,
    twin_box,
    two_towns,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/worlds")
}

/// Teaches a world, asks it, and panics with every promise it breaks.
fn keeps_its_promises(name: &str) {
    let file = format!("tests/worlds/{name}.world");
    let text = fs::read_to_string(folder().join(format!("{name}.world"))).unwrap();
    let world = World::parse(&text).unwrap_or_else(|error: WorldError| panic!("{file}: {error}"));
    let clauses = clauses(&text);
    assert_eq!(clauses.len(), world.expectations().len(), "{file}: clauses after `expect:`");
    let taught = Taught::by(world);
    let mut broken = Vec::new();
    for (expectation, (line, clause)) in taught.world.expectations().iter().zip(clauses) {
        let found = taught.broken(expectation);
        broken.extend(found.into_iter().map(|what| format!("{file}:{line}: {clause}: {what}")));
    }
    assert!(broken.is_empty(), "\n{}\n{}", broken.join("\n"), taught.story());
}

/// The clauses after each `expect:`, with their lines, in the order they are parsed.
fn clauses(text: &str) -> Vec<(usize, &str)> {
    let mut clauses = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with("//")) {
        let Some((_, sentence)) = line.split_once("expect:") else { continue };
        let sentence = sentence.trim_start().split("  ").next().unwrap_or_default();
        clauses.extend(sentence.split(',').map(|clause| (number + 1, clause.trim())));
    }
    clauses
}

/// A world after it was learned and sealed.
struct Taught {
    world: World,
    evidence: Vec<Evidence>,
    bytes: Vec<u8>,
    set: SnapshotSet,
}

impl Taught {
    fn by(world: World) -> Self {
        let evidence = evidence(&world);
        let bytes = sealed(&learned(&evidence, 1), 1);
        let base = Snapshot::from_bytes(bytes.clone(), cairn_snapshot::Verify::Eager).unwrap();
        let set = SnapshotSet::new(Some(Arc::new(base)), Vec::new());
        Self { world, evidence, bytes, set }
    }

    /// What is wrong about one promise; nothing when it is kept.
    fn broken(&self, expectation: &Expectation) -> Vec<String> {
        match *expectation {
            Expectation::ErrorBelow { at, limit_m } => self.each_found(at, |query, found| {
                let error_m = Geodesic.distance_m(found.place, query.truth);
                (error_m >= limit_m).then(|| format!("{error_m:.1} m"))
            }),
            Expectation::RadiusHolds { confidence, at } => self.each(at, |query, answer| {
                // A refusal promises no radius, and so breaks none; where an answer is owed, an
                // `error` clause says so.
                let Answer::Found(found) = answer else { return None };
                let error_m = Geodesic.distance_m(found.place, query.truth);
                let radius_m = found.radii.at_m(confidence);
                (error_m > radius_m).then(|| format!("{error_m:.1} m outside {radius_m:.1} m"))
            }),
            Expectation::RadiusBelow { confidence, at, limit_m } => {
                self.each_found(at, |_, found| {
                    let radius_m = found.radii.at_m(confidence);
                    (radius_m >= limit_m).then(|| format!("{radius_m:.1} m"))
                })
            }
            Expectation::Refused { at, reason } => self.each(at, |_, answer| match answer {
                Answer::Refused(refusal) => {
                    let wanted = reason.is_none_or(|reason| reason == kind(refusal));
                    (!wanted).then(|| format!("refused as {}", refusal.name()))
                }
                Answer::Found(found) => Some(format!("answered {found:?}")),
            }),
            Expectation::FloorIs { at, floor } => self.each_found(at, |_, found| {
                let is_there = found.floor.is_some_and(|(level, _)| level == floor);
                (!is_there).then(|| format!("floor {:?}", found.floor))
            }),
            Expectation::LiesWithin { letter, limit_m } => self.of_letter(letter, |truth, it| {
                let error_m = Geodesic.distance_m(truth, it.place);
                (error_m >= limit_m).then(|| format!("{error_m:.1} m"))
            }),
            Expectation::Verdict { letter, mobility } => self.of_letter(letter, |_, it| {
                (it.mobility != mobility).then(|| format!("{:?}", it.mobility))
            }),
            Expectation::SameUnderShuffles { n } => self.shuffled(n),
            Expectation::SameUnderSplits { n } => self.split(n as usize),
        }
    }

    /// Asks from each square of a run.
    fn each(
        &self,
        at: Digits,
        wrong: impl Fn(&WorldQuery, Answer) -> Option<String>,
    ) -> Vec<String> {
        let queries = self.world.queries();
        at.iter()
            .filter_map(|digit| {
                let query = queries.iter().find(|query| query.digit == digit).unwrap();
                wrong(query, self.ask(query)).map(|what| format!("at {digit}: {what}"))
            })
            .collect()
    }

    /// As [`Taught::each`], where a refusal is wrong.
    fn each_found(
        &self,
        at: Digits,
        wrong: impl Fn(&WorldQuery, &Found) -> Option<String>,
    ) -> Vec<String> {
        self.each(at, |query, answer| match answer {
            Answer::Found(found) => wrong(query, &found),
            Answer::Refused(refusal) => Some(format!("refused as {refusal:?}")),
        })
    }

    fn ask(&self, query: &WorldQuery) -> Answer {
        let heard = query.observations.iter().map(|observation| Heard {
            transmitter: observation.transmitter,
            rssi_dbm: observation.power.map(cairn_ground::Dbm::get),
            age_ms: observation.age.get(),
        });
        cairn_answer::locate(&self.set, &heard.collect::<Vec<_>>())
    }

    /// Compares what is sealed of a letter with where it stands.
    fn of_letter(
        &self,
        letter: char,
        wrong: impl Fn(LatLng, &cairn_snapshot::TransmitterRecord) -> Option<String>,
    ) -> Vec<String> {
        let truth = self.world.truth(letter).unwrap();
        let sealed = self.set.get(self.world.id(letter).unwrap().key());
        let what = sealed.map_or_else(|| Some("not known".to_owned()), |it| wrong(truth, &it));
        what.into_iter().collect()
    }

    /// M1: any order, some of it told again, on any number of threads.
    fn shuffled(&self, n: u32) -> Vec<String> {
        let mut broken = Vec::new();
        for turn in 0..n {
            let mut evidence = self.evidence.clone();
            evidence.extend_from_slice(&self.evidence[..self.evidence.len() / 3]);
            shuffle(&mut evidence, u64::from(turn));
            let n_threads = THREADS[turn as usize % THREADS.len()];
            if sealed(&learned(&evidence, n_threads), n_threads) != self.bytes {
                broken.push(format!("other bytes in shuffle {turn} on {n_threads} threads"));
            }
        }
        broken
    }

    /// M2: learned apart, merged from either end, on any number of threads.
    fn split(&self, n: usize) -> Vec<String> {
        let part = |part: usize| -> Vec<Evidence> {
            self.evidence.iter().skip(part).step_by(n).cloned().collect()
        };
        let merged = |order: &mut dyn Iterator<Item = usize>| {
            let mut whole = learned(&[], 1);
            order.for_each(|at| whole.merge(learned(&part(at), 1)));
            whole
        };
        let mut broken = Vec::new();
        for n_threads in THREADS {
            for (name, map) in [("first", merged(&mut (0..n))), ("last", merged(&mut (0..n).rev()))]
            {
                if sealed(&map, n_threads) != self.bytes {
                    broken.push(format!("other bytes, {name} part first, {n_threads} threads"));
                }
            }
        }
        broken
    }

    /// What was answered everywhere: what one wants to read when a promise is broken.
    fn story(&self) -> String {
        let queries = self.world.queries();
        let lines = queries.iter().map(|query| match self.ask(query) {
            Answer::Refused(refusal) => format!("  {}: {refusal:?}", query.digit),
            Answer::Found(found) => {
                let error_m = Geodesic.distance_m(found.place, query.truth);
                let Found { radii, method, n_known, n_used, floor, .. } = found;
                format!(
                    "  {}: {error_m:.1} m off, R95 {:.1} m, {method:?}, {n_used} of {n_known}, \
                     floor {floor:?}",
                    query.digit,
                    radii.r95_m(),
                )
            }
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// The word a world has for a refusal.
const fn kind(refusal: Refusal) -> RefusalKind {
    match refusal {
        Refusal::NothingHeard => RefusalKind::NothingHeard,
        Refusal::TooFewKnown { .. } => RefusalKind::TooFewKnown,
        Refusal::Inconsistent { .. } => RefusalKind::Inconsistent,
    }
}

/// What cleaning leaves of a world's reports, which it must all keep.
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
        reports: contribution.reports,
    }
}

fn learned(evidence: &[Evidence], n_threads: usize) -> RadioMap {
    let mut map = seal::empty_map(1);
    map.learn(evidence, n_threads);
    map
}

/// The base a node would seal.
fn sealed(map: &RadioMap, n_threads: usize) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let base = seal::base(map, n_threads, folder.path()).unwrap();
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
