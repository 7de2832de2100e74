//! The map rebuilt in this process is the map that learned, byte for byte, whatever the files and threads.

#![cfg(test)]

mod common;
#[path = "common/files.rs"]
mod files;

use cairn_archive::{
    Archive, Exclusion, Exclusions, Manifest, Occurrence, Patience, Store, Tag, files_of,
};
use cairn_batch::assemble::add_parts;
use cairn_batch::limits::{MEMORY_BYTES, MEMORY_BYTES_MIN};
use cairn_batch::{BatchError, Means, Source, plan, rebuild};
use cairn_ground::Region;
use cairn_radiomap::{RadioMap, Settings};
use common::{learned, town, town_of};
use datafusion::physical_plan::{ExecutionPlan, collect};
use datafusion::prelude::{Expr, col, lit};
use files::archive;
use std::path::Path;
use std::sync::Arc;

fn rebuilt(urls: &[String], except: Option<&Expr>, n_threads: usize, spill: &Path) -> RadioMap {
    let means = Means { n_threads, ..Means::modest(spill.to_owned()) };
    let source =
        Source { groups: vec![urls.to_vec()], except: except.cloned(), ..Source::default() };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(rebuild(&source, Settings::standard(), &means)).unwrap()
}

#[test]
fn a_rebuild_is_the_map_that_learned_whatever_the_files_and_threads() {
    // invariant: M1, M2
    let folder = tempfile::tempdir().unwrap();
    let all = town(6_000);
    let want = learned(all.iter().map(|one| &one.evidence));
    assert!(want.len() > 1_000 && want.has_places());
    for (n_files, n_threads) in [(1, 1), (1, 2), (5, 1), (5, 3)] {
        let urls = archive(&all, n_files, folder.path());
        let map = rebuilt(&urls, None, n_threads, folder.path());
        assert_eq!(map.digest(), want.digest(), "{n_files} files on {n_threads} threads");
    }
}

#[test]
fn what_is_excepted_was_never_seen() {
    let folder = tempfile::tempdir().unwrap();
    let all = town(2_000);
    let urls = archive(&all, 2, folder.path());
    let voice = all[0].evidence.voice;
    let except = col("voice").eq(lit(voice.0.cast_signed())).or(col("app").eq(lit(7i64)));
    let others = all.iter().map(|one| &one.evidence).filter(|one| one.voice != voice);
    let map = rebuilt(&urls, Some(&except), 1, folder.path());
    assert_eq!(map.digest(), learned(others).digest());
    assert_ne!(map.digest(), learned(all.iter().map(|one| &one.evidence)).digest());
}

#[test]
fn an_archive_is_read_through_its_store_without_what_its_manifest_takes_out() {
    let folder = tempfile::tempdir().unwrap();
    let all = town(2_000);
    let (first, middle, last) = (&all[0], &all[all.len() / 2], &all[all.len() - 1]);
    let region = Region::of(last.evidence.place, 8).unwrap();
    let excluded = Exclusions::of([
        Exclusion::Voice(first.evidence.voice, Some(first.evidence.day)),
        Exclusion::Submission(middle.submission),
        Exclusion::App(Tag(7)),
        Exclusion::Region(region, last.evidence.day),
    ]);
    let excluded = excluded.unwrap();
    let store = Store::in_folder(folder.path(), Patience::STANDARD).unwrap();
    let archive = Archive::new(store);
    let next = Manifest {
        excluded: excluded.iter().map(|one| one.to_string()).collect(),
        ..Manifest::default()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let map = runtime.block_on(async {
        let manifest = archive.publish(next, files_of(all.clone(), 4).unwrap()).await.unwrap();
        let source = Source::within(&manifest, archive.store().inner()).unwrap();
        let means = Means::modest(folder.path().to_owned());
        rebuild(&source, Settings::standard(), &means).await.unwrap()
    });
    let left: Vec<_> = all.iter().filter(|one| !excluded.exclude(one)).collect();
    let of = |why: &dyn Fn(&Occurrence) -> bool| all.iter().filter(|one| why(one)).count();
    assert!(of(&|one| region.contains(one.evidence.place)) > 1 && left.len() < all.len() - 3);
    assert_eq!(map.digest(), learned(left.iter().map(|one| &one.evidence)).digest());
}

#[test]
fn groups_of_shards_share_the_files_whatever_their_numbers() {
    let files = files_of(town(500), 8).unwrap().into_iter().map(|file| file.entry).collect();
    let manifest = Manifest { files, ..Manifest::default() };
    for (n_groups, n_found) in [(1, 1), (2, 2), (8, 8), (32, 8)] {
        let source = Source::at(&manifest, "file:///a/", n_groups).unwrap();
        assert_eq!(source.groups.len(), n_found, "{n_groups}");
        assert_eq!(source.groups.iter().flatten().count(), manifest.files.len());
    }
    let unknown = Manifest { excluded: vec!["moon".to_owned()], ..Manifest::default() };
    assert!(matches!(Source::at(&unknown, "file:///a/", 1), Err(BatchError::Exclusions)));
}

#[test]
fn without_a_row_there_is_an_empty_map() {
    let folder = tempfile::tempdir().unwrap();
    let urls = archive(&[], 1, folder.path());
    assert!(rebuilt(&urls, None, 1, folder.path()).is_empty());
}

/// How often the operators of a plan spilled while it ran.
fn n_spills(plan: &dyn ExecutionPlan) -> usize {
    let own = plan.metrics().and_then(|metrics| metrics.spill_count()).unwrap_or(0);
    own + plan.children().iter().map(|child| n_spills(child.as_ref())).sum::<usize>()
}

#[test]
fn an_engine_of_little_memory_spills_and_gives_the_same_parts() {
    let folder = tempfile::tempdir().unwrap();
    let all = town_of(6_000, 40_000);
    let urls = archive(&all, 7, folder.path());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let parts = |memory_bytes: usize| {
        let means = Means { memory_bytes, ..Means::modest(folder.path().to_owned()) };
        let session = means.session().unwrap();
        runtime.block_on(async {
            let rows = plan::readings(&session, &urls, None).unwrap();
            let plan = plan::parts(rows).unwrap().create_physical_plan().await.unwrap();
            let batches = collect(Arc::clone(&plan), session.task_ctx()).await.unwrap();
            let mut map = RadioMap::new(Settings::standard());
            for batch in &batches {
                add_parts(&mut map, batch).unwrap();
            }
            (n_spills(plan.as_ref()), map.digest())
        })
    };
    let (n_spills, digest) = parts(MEMORY_BYTES_MIN);
    assert!(n_spills > 0, "{} readings fit into the least memory", all.len());
    let (none, unbounded) = parts(MEMORY_BYTES);
    assert_eq!((none, unbounded), (0, digest));
}
