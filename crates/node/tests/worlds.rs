//! Every world of `tests/worlds` is taught, sealed and asked, and keeps each promise it makes.
//!
//! The way is the product's own without the network: reports → cleaning → radio map → sealed base →
//! answers. What is learned and asked comes from `sim`, which shares no physics with the estimator.
//! A test fails with all broken promises at once, each with its file, line, clause and measured value.

#![cfg(test)]

#[path = "worlds/taught.rs"]
mod taught;

use cairn_answer::{Answer, Found, Refusal};
use cairn_ground::{Geodesic, LatLng};
use cairn_sim::world::{Digits, Expectation, RefusalKind, World, WorldQuery};
use cairn_snapshot::TransmitterRecord;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use taught::Taught;

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
    short_bus,
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
    let world = World::parse(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
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

impl Taught {
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
            Expectation::RadiusAbove { confidence, at, limit_m } => self.each(at, |_, answer| {
                // A refusal owns up to all of it.
                let Answer::Found(found) = answer else { return None };
                let radius_m = found.radii.at_m(confidence);
                (radius_m <= limit_m).then(|| format!("{radius_m:.1} m"))
            }),
            Expectation::Refused { at, reason } => self.each(at, |_, answer| match answer {
                Answer::Refused(refusal) => {
                    let wanted = reason.is_none_or(|reason| reason == kind(refusal));
                    (!wanted).then(|| format!("refused as {}", refusal.name()))
                }
                Answer::Found(found) => Some(format!("answered {found:?}")),
            }),
            Expectation::FloorIs { at, floor } => self.each_found(at, |_, found| {
                let is_there = found.floors.likeliest().is_some_and(|(level, _)| level == floor);
                (!is_there).then(|| format!("floor {:?}", found.floors))
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

    /// Compares what is sealed of a letter with where it stands.
    fn of_letter(
        &self,
        letter: char,
        wrong: impl Fn(LatLng, &TransmitterRecord) -> Option<String>,
    ) -> Vec<String> {
        let truth = self.world.truth(letter).unwrap();
        let sealed = self.set.get(self.world.id(letter).unwrap().key());
        let what = sealed.map_or_else(|| Some("not known".to_owned()), |it| wrong(truth, &it));
        what.into_iter().collect()
    }

    /// What was answered everywhere: what one wants to read when a promise is broken.
    fn story(&self) -> String {
        let queries = self.world.queries();
        let lines = queries.iter().map(|query| match self.ask(query) {
            Answer::Refused(refusal) => format!("  {}: {refusal:?}", query.digit),
            Answer::Found(found) => {
                let error_m = Geodesic.distance_m(found.place, query.truth);
                let Found { radii, method, n_known, n_used, floors, .. } = found;
                format!(
                    "  {}: {error_m:.1} m off, R95 {:.1} m, {method:?}, {n_used} of {n_known}, \
                     {floors:?}",
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
