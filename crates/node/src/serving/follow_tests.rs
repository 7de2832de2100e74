//! Tests of following.

use super::*;
use cairn_ground::Day;
use cairn_snapshot::{Meta, SnapshotId, SnapshotWriter};

fn sealed(folder: &Path, seed: u8) -> SnapshotId {
    let meta = Meta {
        evidence_digest: [seed; 32],
        settings_digest: [0; 32],
        newest_day: Day::new(0),
        code_revision: String::new(),
        calibration: Vec::new(),
        physics: Vec::new(),
    };
    SnapshotWriter::new(meta).finish(folder).unwrap()
}

fn follow(from: &Path) -> Follow {
    Follow::new(from, WarmUp::Check, ServingMetrics::default(), Stop::default())
}

fn publish(folder: &Path, generation: u64, id: SnapshotId) {
    let base = Some(id.file_name());
    let manifest = Manifest { generation, base, ..Manifest::default() };
    manifest.store(folder, generation - 1).unwrap();
}

#[test]
fn the_world_is_complete_with_all_parts_of_one_deal_or_with_a_single_map() {
    let is_whole = |names: &[&str]| is_complete(names.iter().copied());
    assert!(is_whole(&["0-of-2", "1-of-2"]) && is_whole(&["0-of-1"]) && is_whole(&[""]));
    assert!(!is_whole(&["0-of-2"]) && !is_whole(&["0-of-2", "1-of-3"]) && !is_whole(&[]));
}

#[test]
fn only_folders_of_parts_are_maps() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["0-of-2", "1-of-2", "other", "2-of-2"] {
        std::fs::create_dir_all(folder.path().join(name).join("map")).unwrap();
    }
    let names: Vec<String> = places(folder.path()).into_iter().map(|it| it.0).collect();
    assert_eq!(names, ["0-of-2", "1-of-2"]);
    let one = places(&folder.path().join("other"));
    assert_eq!(one[0].1, folder.path().join("other/map"));
}

#[test]
fn a_newer_manifest_is_taken_up_once_and_a_damaged_one_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut follow = follow(folder.path());
    publish(folder.path(), 1, sealed(folder.path(), 1));
    assert_eq!(follow.look().map(|found| (found.generation, found.is_complete)), Some((1, true)));
    assert!(follow.look().is_none());
    publish(folder.path(), 2, sealed(folder.path(), 2));
    assert_eq!(follow.look().map(|found| found.generation), Some(2));
    std::fs::write(folder.path().join(MANIFEST), "cairn manifest 1\nbroken").unwrap();
    assert!(follow.look().is_none(), "the one before the served one was taken up");
}

#[test]
fn what_a_manifest_names_but_is_damaged_is_refused_until_another_is_published() {
    let folder = tempfile::tempdir().unwrap();
    let mut follow = follow(folder.path());
    let damaged = sealed(folder.path(), 1);
    let path = folder.path().join(damaged.file_name());
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    publish(folder.path(), 1, damaged);
    assert!(follow.look().is_none());
    publish(folder.path(), 2, sealed(folder.path(), 2));
    assert_eq!(follow.look().map(|found| found.generation), Some(2));
}

#[test]
fn a_file_is_taken_up_again_when_another_takes_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (sealed(folder.path(), 1), sealed(folder.path(), 2));
    let path = folder.path().join("now.snapshot");
    std::fs::rename(folder.path().join(one.file_name()), &path).unwrap();
    let mut follow = follow(&path);
    let served = |found: Option<Found>| found.and_then(|it| Some(it.set.base()?.id()));
    assert_eq!(served(follow.look()), Some(one));
    assert_eq!(served(follow.look()), None);
    std::fs::rename(folder.path().join(other.file_name()), &path).unwrap();
    assert_eq!(served(follow.look()), Some(other));
}
