//! The map rebuilt in this process is the map that learned, byte for byte, whatever the files and threads.

mod common;

use cairn_batch::{Means, rebuild};
use cairn_radiomap::{RadioMap, Settings};
use common::{archive, learned, town};
use datafusion::prelude::{Expr, col, lit};
use std::path::Path;

fn rebuilt(urls: &[String], except: Option<&Expr>, n_threads: usize, spill: &Path) -> RadioMap {
    let means = Means { n_threads, ..Means::modest(spill.to_owned()) };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(rebuild(urls, except, Settings::standard(), &means)).unwrap()
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
fn without_a_row_there_is_an_empty_map() {
    let folder = tempfile::tempdir().unwrap();
    let urls = archive(&[], 1, folder.path());
    assert!(rebuilt(&urls, None, 1, folder.path()).is_empty());
}
