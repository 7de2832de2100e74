//! What the log keeps of a canary, whom it lets begin, and who ends it.

use super::*;
use crate::fit::Fault;
use crate::run::{Champion, RunSettings, run};
use crate::test_support::{ran, settings, spec, table};
use std::path::Path;

fn change(at_ms: i64, is_forced: bool) -> Change {
    Change { who: "ada".to_owned(), why: "try it".to_owned(), at_ms, is_forced }
}

/// A registry with a champion, and a challenger compared with it, of which `fault` was broken.
fn with_champion(folder: &Path, fault: Option<Fault>) -> (Registry, String, String) {
    let registry = Registry::at(folder);
    registry.keys().make(&[7; 32]).unwrap();
    let first = registry.add(&ran(&["training.booster.rounds=5"]).bytes, "ada", 1).unwrap();
    registry.promote(&first, Alias::Champion, &change(2, false)).unwrap();
    let champion = Some(Champion {
        id: first.clone(),
        spec: spec(&["training.booster.rounds=5"]),
        given: None,
    });
    let spec = spec(&["training.booster.rounds=20"]);
    let settings = RunSettings { champion, fault, ..settings() };
    let second = run(&spec, &table(&spec, |it| it), &settings).unwrap();
    let second = registry.add(&second.bytes, "bob", 3).unwrap();
    (registry, first, second)
}

#[test]
fn a_canary_goes_through_its_stages_and_becomes_champion_whoever_reads_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let (registry, first, second) = with_champion(folder.path(), None);
    registry.begin_canary(&second, &change(10, false)).unwrap();
    for (percent, at_ms) in [(1, 10), (5, 20), (25, 30), (100, 40)] {
        let canary = Registry::at(folder.path()).canary(Task::Radius).unwrap().unwrap();
        assert_eq!((canary.stage.percent(), canary.since_ms), (percent, at_ms));
        let called = registry.aliases().unwrap();
        assert_eq!(called.get(Task::Radius, Alias::Champion), Some(&*first));
        assert_eq!(called.get(Task::Radius, Alias::Challenger), Some(&*second));
        let entry =
            registry.advance_canary(Task::Radius, &canary, &change(at_ms + 10, false), "n=9");
        assert_eq!(entry.unwrap().evidence, "n=9");
        let again = registry.advance_canary(Task::Radius, &canary, &change(99, false), "");
        assert!(matches!(again, Err(RegistryError::NoCanary { .. })), "another did it already");
    }
    let called = registry.aliases().unwrap();
    assert_eq!(called.get(Task::Radius, Alias::Champion), Some(&*second));
    assert_eq!(called.get(Task::Radius, Alias::Previous), Some(&*first));
    assert_eq!(registry.canary(Task::Radius).unwrap(), None);
    assert!(registry.verify().unwrap().faults.is_empty());
    let said = registry.begin_canary(&second, &change(99, true)).unwrap_err().to_string();
    assert!(said.contains("is the champion already"), "{said}");
}

#[test]
fn models_broken_on_purpose_are_refused_by_gate_and_slice_and_by_force_begin_and_are_withdrawn() {
    // invariant: L4
    for (fault, gate) in [(Fault::Halved, "inside_r95"), (Fault::Shifted, "inside_r95")] {
        let folder = tempfile::tempdir().unwrap();
        let (registry, first, second) = with_champion(folder.path(), Some(fault));
        let said = registry.begin_canary(&second, &change(10, false)).unwrap_err().to_string();
        assert!(
            said.contains(gate) && said.contains("non-inferior to the champion in slice "),
            "{said}"
        );
        let said = registry.promote(&second, Alias::Champion, &change(10, false)).unwrap_err();
        assert!(said.to_string().contains(gate), "{said}");
        let begun = registry.begin_canary(&second, &change(10, true)).unwrap();
        assert!(!begun.forced.is_empty(), "the log tells what was passed over");
        let canary = registry.canary(Task::Radius).unwrap().unwrap();
        registry.withdraw_canary(Task::Radius, &canary, &change(11, false), "coverage").unwrap();
        assert_eq!(registry.canary(Task::Radius).unwrap(), None);
        let called = registry.aliases().unwrap();
        assert_eq!(called.get(Task::Radius, Alias::Champion), Some(&*first));
        assert_eq!(called.get(Task::Radius, Alias::Challenger), None);
        let again = registry.withdraw_canary(Task::Radius, &canary, &change(12, false), "");
        assert!(again.is_err());
    }
}

#[test]
fn a_new_champion_or_another_challenger_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let (registry, first, second) = with_champion(folder.path(), None);
    registry.begin_canary(&second, &change(10, false)).unwrap();
    registry.promote(&first, Alias::Challenger, &change(11, false)).unwrap();
    assert_eq!(registry.canary(Task::Radius).unwrap(), None);
    registry.begin_canary(&second, &change(12, false)).unwrap();
    registry.promote(&second, Alias::Champion, &change(13, false)).unwrap();
    assert_eq!(registry.canary(Task::Radius).unwrap(), None);
}
