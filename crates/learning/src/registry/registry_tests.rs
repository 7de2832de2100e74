//! What the registry keeps, whom it lets serve, and what it finds out.

use super::super::{Alias, Change};
use super::*;
use crate::spec::Task;
use crate::test_support::{ran, settings, spec, table};
use std::path::Path;

fn registry(folder: &Path) -> Registry {
    let registry = Registry::at(folder);
    registry.keys().make(&[7; 32]).unwrap();
    registry
}

fn change() -> Change {
    Change { who: "ada".to_owned(), why: "better".to_owned(), at_ms: 1, is_forced: false }
}

/// A model that passes, and one of the same task that fails a slice.
fn good_and_bad() -> (Vec<u8>, Vec<u8>) {
    let good = ran(&["training.booster.rounds=5"]);
    let mut bad = good.model.clone();
    let slice = bad.pedigree.verdicts.iter_mut().find(|it| it.slice.as_deref() == Some("known=2"));
    let slice = slice.unwrap();
    (slice.is_passed, slice.found) = (false, 0.5);
    (good.bytes, bad.to_bytes().unwrap())
}

#[test]
fn a_model_that_fails_a_slice_is_not_promoted_and_the_slice_is_named() {
    // invariant: L4
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(folder.path());
    let (_, bad) = good_and_bad();
    let id = registry.add(&bad, "ada", 1).unwrap();
    let said = registry.promote(&id, Alias::Champion, &change()).unwrap_err().to_string();
    assert!(
        said.contains("inside_r95 in slice known=2 is 0.5000, should be at least 0.88"),
        "{said}"
    );
    assert!(registry.aliases().unwrap().tasks.is_empty());
    registry.promote(&id, Alias::Shadow, &change()).unwrap();
    let forced = registry.promote(&id, Alias::Champion, &Change { is_forced: true, ..change() });
    assert_eq!(forced.unwrap().forced.len(), 1, "the log tells what was passed over");
}

#[test]
fn a_champion_is_followed_compared_with_and_gone_back_to() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(folder.path());
    let (good, _) = good_and_bad();
    let first = registry.add(&good, "ada", 1).unwrap();
    registry.promote(&first, Alias::Champion, &change()).unwrap();
    let stranger = ran(&["training.booster.rounds=6"]);
    let other = registry.add(&stranger.bytes, "ada", 2).unwrap();
    let said = registry.promote(&other, Alias::Champion, &change()).unwrap_err().to_string();
    assert!(said.contains("compared with none"), "{said}");
    let champion = crate::run::Champion {
        id: first.clone(),
        spec: spec(&["training.booster.rounds=5"]),
        given: None,
    };
    let spec = spec(&["training.booster.rounds=20"]);
    let settings = crate::run::RunSettings { champion: Some(champion), ..settings() };
    let better = crate::run::run(&spec, &table(&spec, |it| it), &settings).unwrap();
    let second = registry.add(&better.bytes, "bob", 3).unwrap();
    registry.promote(&second, Alias::Champion, &change()).unwrap();
    let of = |alias| registry.aliases().unwrap().get(Task::Radius, alias).map(str::to_owned);
    assert_eq!(
        (of(Alias::Champion), of(Alias::Previous)),
        (Some(second.clone()), Some(first.clone()))
    );
    registry.rollback(Task::Radius, &change()).unwrap();
    assert_eq!((of(Alias::Champion), of(Alias::Previous)), (Some(first), None));
    let said = registry.rollback(Task::Radius, &change()).unwrap_err().to_string();
    assert!(said.contains("no previous champion"), "{said}");
    assert_eq!(registry.find("radius/challenger").unwrap(), second);
    let verified = registry.verify().unwrap();
    assert_eq!((verified.n_models, verified.faults.len()), (3, 0));
}

#[test]
fn a_changed_log_a_changed_model_and_a_strangers_signature_are_found() {
    // invariant: L5
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(folder.path());
    let (good, _) = good_and_bad();
    let id = registry.add(&good, "ada", 1).unwrap();
    registry.promote(&id, Alias::Champion, &change()).unwrap();
    let (log, model) =
        (folder.path().join("log.jsonl"), folder.path().join(format!("models/{id}.model")));
    let text = fs::read_to_string(&log).unwrap();
    fs::write(&log, text.replacen("ada", "eve", 1)).unwrap();
    let said = registry.verify().unwrap_err().to_string();
    assert!(said.contains("line 2") && said.contains("changed"), "{said}");
    fs::write(&log, format!("{text}{{\"number\":3")).unwrap();
    assert_eq!(registry.log().unwrap().len(), 2, "an unfinished line is none");
    registry.promote(&id, Alias::Shadow, &change()).unwrap();
    assert_eq!(registry.log().unwrap().len(), 3);
    let mut bytes = good.clone();
    bytes[100] ^= 1;
    fs::write(&model, &bytes).unwrap();
    assert!(registry.load(&id).unwrap_err().to_string().contains("it was changed"));
    fs::write(&model, &good).unwrap();
    registry.keys().make(&[8; 32]).unwrap();
    fs::remove_file(folder.path().join("keys/trusted").join(key_file(&[7; 32]))).unwrap();
    let said = registry.load(&id).unwrap_err().to_string();
    assert!(said.contains("not trusted"), "{said}");
    let mut file = registry.keys().sign(b"other bytes").unwrap();
    let fault = registry.keys().verify(&id, &good, &file).unwrap_err().to_string();
    assert!(fault.contains("of other bytes"), "{fault}");
    file.signature.pop();
    assert!(registry.keys().verify(&id, &good, &file).is_err());
}

/// The file of the public key that belongs to a secret one.
fn key_file(secret: &[u8; 32]) -> String {
    let key = ed25519_dalek::SigningKey::from_bytes(secret).verifying_key();
    format!("{}.pub", super::super::keys::hex(&key.as_bytes()[..8]))
}

#[test]
fn two_at_once_do_not_mix_their_changes() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(folder.path());
    let held = registry.lock().unwrap();
    let (good, _) = good_and_bad();
    assert!(registry.add(&good, "ada", 1).unwrap_err().to_string().contains("try again"));
    drop(held);
    let id = registry.add(&good, "ada", 1).unwrap();
    assert_eq!(registry.add(&good, "ada", 2).unwrap(), id, "a second time changes nothing");
    assert_eq!(registry.log().unwrap().len(), 1);
}

#[test]
fn aliases_that_somebody_writes_just_now_are_no_fault_and_those_left_behind_are() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(folder.path());
    let mut written = registry.aliases().unwrap();
    written.tasks.entry(Task::Radius).or_default().insert(Alias::Champion, "0123".to_owned());
    registry.write_aliases(&written).unwrap();
    let n_faults = || registry.verify().unwrap().faults.len();
    let held = registry.lock().unwrap();
    assert_eq!(n_faults(), 0, "the log comes first, the aliases after it");
    drop(held);
    assert_eq!(n_faults(), 1);
}
