//! Tests of the archive: one step publishes, one of two writers wins, damage and loss are named.

use super::*;
use crate::faulty::{Fault, Faulty, brief};
use crate::limits::GATHER_ROWS_MAX;
use crate::manifest::Covered;
use crate::partition::files_of;
use crate::test_support::{heard_by, occurrences};
use crate::{Exclusion, Exclusions, Occurrence, Tag};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use std::sync::Arc;

fn archive() -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::new(Store::in_folder(folder.path(), brief()).unwrap());
    (folder, archive)
}

/// Publishes occurrences above `base`, the journal at `position`.
async fn add(
    archive: &Archive,
    base: Manifest,
    all: Vec<Occurrence>,
    position: u64,
) -> Result<Manifest, ArchiveError> {
    let mut next = base;
    next.covered.insert("journal".to_owned(), Covered { position, days: vec![] });
    archive.publish(next, files_of(all, 2).unwrap()).await
}

async fn all_of(archive: &Archive, manifest: &Manifest, without: &Exclusions) -> Vec<Occurrence> {
    let mut all = Vec::new();
    let take = |some: Vec<Occurrence>| {
        all.extend(some);
        true
    };
    archive.each(manifest, without, take).await.unwrap();
    all.sort_unstable_by_key(|one| (one.submission, one.report));
    all
}

#[tokio::test]
async fn what_is_published_comes_back_from_every_partition_and_shard() {
    let (_folder, archive) = archive();
    assert_eq!(archive.current().await.unwrap(), None);
    let some = occurrences().new_tree(&mut TestRunner::deterministic()).unwrap().current();
    let manifest = add(&archive, Manifest::default(), some.clone(), 10).await.unwrap();
    let found = archive.current().await.unwrap().unwrap();
    assert_eq!(found, manifest);
    assert_eq!((found.number, found.position_of("journal")), (1, 10));
    assert_eq!(all_of(&archive, &found, &Exclusions::default()).await, some);
    let gone = Exclusions::of([Exclusion::Submission(some[0].submission)]).unwrap();
    let left = all_of(&archive, &found, &gone).await;
    assert!(left.len() < some.len() && left.iter().all(|one| one.submission != some[0].submission));
}

#[tokio::test]
async fn of_two_writers_from_one_manifest_one_wins_and_the_other_is_told() {
    let (_folder, archive) = archive();
    let first = add(&archive, Manifest::default(), vec![heard_by(1, 1, 9, 2)], 1).await.unwrap();
    let won = add(&archive, first.clone(), vec![heard_by(2, 2, 9, 2)], 2).await.unwrap();
    let lost = add(&archive, first, vec![heard_by(3, 3, 9, 2)], 3).await;
    assert!(matches!(lost, Err(ArchiveError::Conflict { number: 2 })), "{lost:?}");
    assert_eq!(archive.current().await.unwrap().unwrap(), won);
}

#[tokio::test]
async fn the_current_manifest_is_found_whatever_the_hint_says() {
    let (folder, archive) = archive();
    let mut manifest = Manifest::default();
    for n in 1..=3 {
        manifest = add(&archive, manifest, vec![heard_by(n, n, 9, 2)], n).await.unwrap();
    }
    for hint in ["1\n", "3\n", "77\n", "", "rubbish"] {
        std::fs::write(folder.path().join(CURRENT), hint).unwrap();
        assert_eq!(archive.current().await.unwrap().unwrap().number, 3, "{hint:?}");
    }
    std::fs::remove_file(folder.path().join(CURRENT)).unwrap();
    assert_eq!(archive.current().await.unwrap().unwrap(), manifest);
    let at = |from, to| archive.within("journal", from, to);
    assert_eq!(at(0, 2).await.unwrap().unwrap().number, 2);
    assert_eq!(at(0, 9).await.unwrap().unwrap().number, 3);
    assert_eq!(at(4, 9).await.unwrap(), None);
}

#[tokio::test]
async fn equal_content_is_one_data_set_whatever_the_positions_and_another_one_is_not() {
    let (_one, one) = archive();
    let (_two, two) = archive();
    let some = vec![heard_by(1, 1, 9, 2)];
    let here = add(&one, Manifest::default(), some.clone(), 1).await.unwrap();
    let there = add(&two, Manifest::default(), some, 77).await.unwrap();
    assert_eq!(here.data_set, there.data_set);
    let more = add(&two, there, vec![heard_by(1, 2, 9, 2)], 78).await.unwrap();
    assert_ne!(here.data_set, more.data_set);
}

#[tokio::test]
async fn a_damaged_manifest_and_a_damaged_or_lost_file_are_named() {
    let (folder, archive) = archive();
    let manifest = add(&archive, Manifest::default(), vec![heard_by(1, 1, 9, 2)], 1).await.unwrap();
    let file = folder.path().join(&manifest.files[0].path);
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let error = archive.rows(&manifest.files[0]).await.unwrap_err().to_string();
    assert!(error.contains(&manifest.files[0].path) && error.contains("not whole"), "{error}");
    std::fs::remove_file(&file).unwrap();
    assert!(archive.rows(&manifest.files[0]).await.is_err());
    let path = folder.path().join(Manifest::path_of(1));
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replacen("\"position\": 1", "\"position\": 7", 1)).unwrap();
    let error = archive.current().await.unwrap_err().to_string();
    assert!(error.contains("manifest/0000000001.json is damaged"), "{error}");
}

proptest! {
    #[test]
    fn no_bytes_make_a_manifest_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Manifest::parse(&bytes).is_err());
    }

    #[test]
    fn a_manifest_with_one_byte_changed_is_refused(at in any::<prop::sample::Index>(), by in 1_u8..) {
        let (_, mut text) = Manifest { number: 7, ..Manifest::default() }.sealed();
        let at = at.index(text.len());
        text[at] = text[at].wrapping_add(by);
        // A changed space between two fields changes nothing that is said.
        let refused = Manifest::parse(&text).is_err();
        prop_assert!(refused || text[at].is_ascii_whitespace());
    }
}

#[tokio::test]
async fn a_store_that_fails_at_any_call_leaves_the_archive_before_or_after_and_never_between() {
    let all = vec![heard_by(1, 1, 9, 8), heard_by(2, 2, 10, 8)];
    for n in 0..60 {
        let faulty = Faulty::sound();
        let archive = Archive::new(Store::over(Arc::<Faulty>::clone(&faulty), brief()));
        let first =
            add(&archive, Manifest::default(), vec![heard_by(9, 9, 9, 2)], 1).await.unwrap();
        faulty.set(Fault::ErrFrom(n));
        let outcome = add(&archive, first.clone(), all.clone(), 2).await;
        faulty.set(Fault::None);
        let current = archive.current().await.unwrap().unwrap();
        let is_after = current.position_of("journal") == 2;
        assert!(is_after || current == first, "call {n}");
        assert!(is_after || outcome.is_err(), "call {n}: said done");
        let found = all_of(&archive, &current, &Exclusions::default()).await;
        assert_eq!(found.len(), if is_after { 3 } else { 1 }, "call {n}");
        if outcome.is_ok() {
            assert!(n > 3, "the fault was met");
            return;
        }
    }
    panic!("the script is longer than the loop");
}

#[tokio::test]
async fn a_large_day_is_gathered_in_passes_that_tear_no_submission() {
    let (_folder, archive) = archive();
    let some: Vec<_> = (0..50).map(|n| heard_by(n, n, 9, 4)).collect();
    let mut manifest = add(&archive, Manifest::default(), some.clone(), 1).await.unwrap();
    // What the manifest says of rows decides the passes.
    manifest.files[0].rows = GATHER_ROWS_MAX * 3;
    let mut n_parts = 0;
    let mut found = Vec::new();
    let take = |part: Vec<Occurrence>| {
        n_parts += 1;
        found.extend(part);
        true
    };
    archive.each(&manifest, &Exclusions::default(), take).await.unwrap();
    found.sort_unstable_by_key(|one| one.submission);
    assert_eq!((found, n_parts), (some, 4));
    assert_eq!(Tag::of(b"x"), Tag::of(b"x"));
}
