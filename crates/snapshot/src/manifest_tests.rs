//! Tests of the manifest and of garbage.

use super::*;
use crate::garbage;
use proptest::prelude::*;
use std::time::{Duration, SystemTime};

fn manifest(generation: u64) -> Manifest {
    Manifest {
        generation,
        base: Some("0123456789abcdef.snapshot".to_owned()),
        overlays: vec![
            "00000000000000ff.snapshot".to_owned(),
            "00000000000000fe.snapshot".to_owned(),
        ],
        journal_position: 4096,
        checkpoint: Some(Checkpoint { file: "radiomap-7.checkpoint".to_owned(), digest: [9; 32] }),
        exclusions: None,
    }
}

fn folder_at(generation: u64) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for expected in 0..generation {
        manifest(expected + 1).store(folder.path(), expected).unwrap();
    }
    folder
}

#[test]
fn a_stored_manifest_is_loaded_back() {
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(Manifest::load(empty.path()).unwrap(), None);
    let folder = folder_at(3);
    let loaded = Manifest::load(folder.path()).unwrap().unwrap();
    assert_eq!(loaded, Loaded { manifest: manifest(3), fell_back: None });
    assert_eq!(Manifest::former(folder.path()), Some(manifest(2)));
}

#[test]
fn the_slower_of_two_writers_is_told() {
    let folder = folder_at(1);
    manifest(2).store(folder.path(), 1).unwrap();
    let late = Manifest { journal_position: 1, ..manifest(2) };
    let refused = late.store(folder.path(), 1);
    assert!(matches!(refused, Err(StoreError::Conflict { expected: 1, found: 2 })));
    assert!(matches!(manifest(7).store(folder.path(), 2), Err(StoreError::NotNext { .. })));
    assert_eq!(Manifest::load(folder.path()).unwrap().unwrap().manifest, manifest(2));
}

#[test]
fn of_many_writers_at_once_one_wins_each_generation() {
    let folder = tempfile::tempdir().unwrap();
    let n_won: usize = std::thread::scope(|scope| {
        let writer =
            || (0..20).filter(|at| manifest(at + 1).store(folder.path(), *at).is_ok()).count();
        let writers: Vec<_> = (0..3).map(|_| scope.spawn(writer)).collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).sum()
    });
    let last = Manifest::load(folder.path()).unwrap().unwrap().manifest.generation;
    assert_eq!(n_won as u64, last);
}

#[test]
fn any_damage_is_named_and_the_former_manifest_used() {
    let folder = folder_at(2);
    let path = folder.path().join("MANIFEST");
    let whole = fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&path, &bytes).unwrap();
        let loaded = Manifest::load(folder.path()).unwrap().unwrap();
        assert!(loaded.fell_back.is_some() && loaded.manifest == manifest(1), "byte {at}");
        fs::write(&path, &whole[..at]).unwrap();
        let loaded = Manifest::load(folder.path()).unwrap().unwrap();
        assert!(loaded.fell_back.is_some() && loaded.manifest == manifest(1), "cut at {at}");
    }
    fs::remove_file(&path).unwrap();
    let loaded = Manifest::load(folder.path()).unwrap().unwrap();
    assert_eq!(loaded, Loaded { manifest: manifest(1), fell_back: Some(ManifestFault::Missing) });
    fs::write(folder.path().join("MANIFEST.previous"), b"x").unwrap();
    assert!(matches!(Manifest::load(folder.path()), Err(ManifestError::Corrupt { .. })));
}

#[test]
fn a_damaged_manifest_never_becomes_the_former_one() {
    let folder = folder_at(2);
    fs::write(folder.path().join("MANIFEST"), b"cairn manifest 1\n").unwrap();
    manifest(2).store(folder.path(), 1).unwrap();
    assert_eq!(Manifest::former(folder.path()), Some(manifest(1)));
    assert_eq!(Manifest::load(folder.path()).unwrap().unwrap().manifest, manifest(2));
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |manifest: Manifest| {
        matches!(manifest.store(folder.path(), 0), Err(StoreError::Invalid { .. }))
    };
    for name in ["../0123456789abcdef.snapshot", "0123456789ABCDEF.snapshot", "x.snapshot", ""] {
        assert!(refused(Manifest { base: Some(name.to_owned()), ..manifest(1) }), "{name}");
    }
    for name in ["../state", ".hidden", "two words", "", "new\nline"] {
        let checkpoint = Some(Checkpoint { file: name.to_owned(), digest: [0; 32] });
        assert!(refused(Manifest { checkpoint, ..manifest(1) }), "{name}");
    }
    let overlays = |n: usize| vec!["00000000000000ff.snapshot".to_owned(); n];
    assert!(refused(Manifest { overlays: overlays(65), ..manifest(1) }));
    assert!(Manifest { overlays: overlays(64), ..manifest(1) }.store(folder.path(), 0).is_ok());
    assert_eq!(Manifest::load(folder.path()).unwrap().unwrap().manifest.overlays.len(), 64);
}

#[test]
fn a_manifest_of_another_version_is_refused() {
    let text = manifest_text::print(&manifest(1)).unwrap().replace("manifest 1", "manifest 2");
    let refused = manifest_text::parse(text.as_bytes());
    assert!(matches!(refused, Err(ManifestFault::Line { line: 1, .. })));
}

#[test]
fn garbage_is_old_and_named_by_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, age_s: u64| {
        let file = File::create(folder.path().join(name)).unwrap();
        let epoch = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        file.set_modified(epoch - Duration::from_secs(age_s)).unwrap();
    };
    put("0123456789abcdef.snapshot", 50);
    put("00000000000000ff.snapshot", 20);
    put("0000000000000001.snapshot", 90);
    put("0000000000000002.snapshot.tmp", 80);
    put("0000000000000003.snapshot", 10);
    put("notes.txt", 99);
    let found = garbage(folder.path(), &[manifest(1)]).unwrap();
    let names: Vec<_> = found.iter().map(|path| path.file_name().unwrap()).collect();
    assert_eq!(names, ["0000000000000001.snapshot", "0000000000000002.snapshot.tmp"]);
    assert!(garbage(folder.path(), &[]).unwrap().is_empty());
}

proptest! {
    #[test]
    fn what_is_printed_can_be_read_back(
        generation in any::<u64>(), base in proptest::option::of(any::<u64>()),
        overlays in proptest::collection::vec(any::<u64>(), 0..8), journal_position in any::<u64>(),
        digest in proptest::option::of(any::<[u8; 32]>()),
        exclusions in proptest::option::of(any::<[u8; 32]>()),
    ) {
        let name = |n: u64| format!("{n:016x}.snapshot");
        let manifest = Manifest {
            generation,
            base: base.map(name),
            overlays: overlays.into_iter().map(name).collect(),
            journal_position,
            checkpoint: digest.map(|digest| Checkpoint { file: "state-1.bin".to_owned(), digest }),
            exclusions,
        };
        let text = manifest_text::print(&manifest).unwrap();
        prop_assert_eq!(manifest_text::parse(text.as_bytes()), Ok(manifest));
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(manifest_text::parse(&bytes).is_err());
        let titled = [b"cairn manifest 1\n".as_slice(), &bytes].concat();
        prop_assert!(manifest_text::parse(&titled).is_err());
    }
}
