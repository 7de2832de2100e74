//! Tests of merging, purging and removing: what is taught stays the same, what was taken out is gone.

use super::*;
use crate::faulty::brief;
use crate::partition::files_of;
use crate::store::Store;
use crate::test_support::heard_by;
use crate::{Exclusion, Occurrence};
use std::path::PathBuf;

const DAY: u16 = 18_000;
/// A day after anything these tests write was written.
const LATE_MS: i64 = 1 << 45;

async fn with_files(n: u64) -> (tempfile::TempDir, Archive, Manifest) {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::new(Store::in_folder(folder.path(), brief()).unwrap());
    let mut manifest = Manifest::default();
    for n in 0..n {
        // Each file holds its own submission, and one that all hold.
        let some = vec![heard_by(n, n, DAY, 3), heard_by(99, 99, DAY, 5)];
        manifest = archive.publish(manifest, files_of(some, 1).unwrap()).await.unwrap();
    }
    (folder, archive, manifest)
}

async fn taught(archive: &Archive, manifest: &Manifest) -> Vec<Occurrence> {
    let mut all = Vec::new();
    let take = |some| {
        all.extend::<Vec<_>>(some);
        true
    };
    archive.each(manifest, &Exclusions::default(), take).await.unwrap();
    all
}

fn parquet_files(folder: &std::path::Path) -> Vec<PathBuf> {
    let mut folders = vec![folder.join("readings")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found
}

#[tokio::test]
async fn files_alike_are_merged_and_teach_the_same_with_each_row_once() {
    let (_folder, archive, manifest) = with_files(MERGE_FILES as u64).await;
    let before = taught(&archive, &manifest).await;
    let merged = archive.merge_once(&manifest).await.unwrap().unwrap();
    assert_eq!(merged.files.len(), 1);
    assert_eq!(merged.n_rows(), MERGE_FILES as u64 * 3 + 5, "what came 16 times is there once");
    assert_eq!(taught(&archive, &merged).await, before);
    assert_eq!(archive.merge_once(&merged).await.unwrap(), None);
}

#[tokio::test]
async fn fewer_files_than_a_merge_takes_stay_as_they_are() {
    let (_folder, archive, manifest) = with_files(MERGE_FILES as u64 - 1).await;
    assert_eq!(archive.merge_once(&manifest).await.unwrap(), None);
}

#[tokio::test]
async fn a_purge_leaves_no_row_of_what_was_taken_out_and_all_others() {
    let (folder, archive, mut manifest) = with_files(3).await;
    manifest.excluded = vec![Exclusion::Submission(crate::Tag(1)).to_string()];
    let purged = archive.purge(manifest).await.unwrap();
    assert!(purged.is_purged);
    let left = taught(&archive, &purged).await;
    let submissions: Vec<u64> = left.iter().map(|one| one.submission.0).collect();
    assert_eq!(submissions, [0, 2, 99]);
    let again = archive.purge(purged.clone()).await.unwrap();
    assert_eq!(again, purged, "nothing to do");
    archive.collect(&purged, 1, 0).await.unwrap();
    assert_eq!(parquet_files(folder.path()).len(), purged.files.len(), "the former file is gone");
    assert_eq!(archive.current().await.unwrap().unwrap(), purged);
    assert_eq!(taught(&archive, &purged).await, left);
}

#[tokio::test]
async fn files_of_kept_manifests_stay_and_unnamed_ones_go_after_a_day() {
    let (folder, archive, manifest) = with_files(MERGE_FILES as u64).await;
    let merged = archive.merge_once(&manifest).await.unwrap().unwrap();
    let unnamed = files_of(vec![heard_by(7, 7_777, DAY, 9)], 1).unwrap().remove(0);
    archive.store().write(&unnamed.entry.path, unnamed.bytes).await.unwrap();
    archive.collect(&merged, 2, 0).await.unwrap();
    assert_eq!(parquet_files(folder.path()).len(), MERGE_FILES + 2, "the former manifest's stay");
    assert!(archive.manifest(merged.number - 1).await.is_ok());
    assert!(archive.manifest(merged.number - 2).await.is_err());
    archive.collect(&merged, 2, LATE_MS).await.unwrap();
    assert_eq!(parquet_files(folder.path()).len(), MERGE_FILES + 1, "the unnamed one is gone");
}
