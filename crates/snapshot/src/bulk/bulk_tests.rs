//! Tests of sealing in bulk.

use super::*;
use crate::test_support::{meta, record};
use crate::{Snapshot, SnapshotSet, SnapshotWriter, Verify};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

const RUN: u64 = 9_000;

fn plan(n: u64, threads: usize) -> BulkPlan {
    let n_runs = n.div_ceil(RUN);
    BulkPlan { meta: meta(), keep: Keep::Heavier, digest: [4; 32], n_runs, threads }
}

/// The records of a run; every seventh stands in the next run too, otherwise observed.
fn source(n: u64) -> impl Fn(u64, &mut dyn FnMut(TransmitterRecord)) + Sync {
    move |run, push| {
        (run * RUN..(run * RUN + RUN).min(n)).for_each(|number| push(record(number, 0)));
        if run > 0 {
            let before = (run - 1) * RUN..run * RUN;
            before.step_by(7).for_each(|number| push(record(number, 1)));
        }
    }
}

fn in_memory(n: u64) -> Vec<u8> {
    let mut writer = SnapshotWriter::new(meta());
    let source = source(n);
    (0..n.div_ceil(RUN)).for_each(|run| source(run, &mut |record| writer.push(record)));
    writer.into_bytes().unwrap()
}

fn in_bulk(folder: &Path, n: u64, threads: usize) -> (Vec<u8>, BulkTally) {
    let bulk = Bulk::begin(folder, plan(n, threads)).unwrap();
    let tally = bulk.fill(&source(n), &|_| ()).unwrap();
    let id = bulk.finish(&[]).unwrap();
    let left = fs::read_dir(folder).unwrap().count();
    assert_eq!(left, 1, "something is left beside the snapshot");
    (fs::read(folder.join(id.file_name())).unwrap(), tally)
}

#[test]
fn bulk_and_memory_seal_the_same_bytes_whatever_the_threads() {
    // invariant: S1
    for n in [0, 5, 40_000, 90_000] {
        let expected = in_memory(n);
        for threads in [1, 3] {
            let folder = tempfile::tempdir().unwrap();
            assert!(in_bulk(folder.path(), n, threads).0 == expected, "{n} on {threads}");
        }
    }
}

#[test]
fn what_broke_off_goes_on_with_its_whole_runs_and_ends_at_the_same_bytes() {
    // invariant: S1
    let (n, folder) = (90_000, tempfile::tempdir().unwrap());
    let bulk = Bulk::begin(folder.path(), plan(n, 2)).unwrap();
    bulk.fill(&source(n), &|_| ()).unwrap();
    let runs: Vec<PathBuf> = (0..10).map(|run| bulk.run_path(run)).collect();
    let other = Bulk::begin(folder.path(), plan(n, 2));
    assert!(matches!(other, Err(SealError::Io { .. })), "two at the same work");
    drop(bulk);
    fs::remove_file(&runs[3]).unwrap();
    let mut bytes = fs::read(&runs[5]).unwrap();
    bytes[40] ^= 1;
    fs::write(&runs[5], bytes).unwrap();
    let whole = fs::read(&runs[7]).unwrap();
    fs::write(&runs[7], &whole[..whole.len() - 9]).unwrap();
    let (sealed, tally) = in_bulk(folder.path(), n, 1);
    assert_eq!(tally, BulkTally { n_kept: 7, n_refused: 0 });
    assert!(sealed == in_memory(n), "another snapshot");
}

#[test]
fn an_error_of_one_thread_ends_the_others_and_is_the_one_told() {
    let folder = tempfile::tempdir().unwrap();
    let bulk = Bulk::begin(folder.path(), plan(90_000, 2)).unwrap();
    fs::create_dir(bulk.run_path(4)).unwrap();
    let n_made = AtomicUsize::new(0);
    let filled = bulk.fill(&source(90_000), &|_| {
        n_made.fetch_add(1, Ordering::Relaxed);
    });
    assert!(matches!(filled, Err(SealError::Io { path, .. }) if path == bulk.run_path(4)));
    assert!(n_made.into_inner() < 10);
}

#[test]
fn merged_on_disk_as_in_memory() {
    let layer = |numbers: std::ops::Range<u64>, seed| {
        let mut writer = SnapshotWriter::new(meta());
        numbers.for_each(|n| writer.push(record(n, seed)));
        Arc::new(Snapshot::from_bytes(writer.into_bytes().unwrap(), Verify::Lazy).unwrap())
    };
    let base = layer(0..70_000, 0);
    let set = SnapshotSet::new(Some(base), vec![layer(500..600, 2), layer(50..9_000, 1)]);
    let expected = set.merged(meta()).unwrap().into_bytes().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (id, tally) =
        merge_into(&set, folder.path(), 2, &|_, n_runs| assert_eq!(n_runs, 3)).unwrap();
    assert_eq!(tally, BulkTally::default());
    assert!(fs::read(folder.path().join(id.file_name())).unwrap() == expected);
    let nothing = merge_into(&SnapshotSet::default(), folder.path(), 1, &|_, _| ());
    assert!(matches!(nothing, Err(crate::MergeError::Nothing)));
}
