//! The map made by executors is the map that learned, byte for byte, with one executor and with two.

#![cfg(test)]

mod common;
#[path = "common/cluster.rs"]
mod executors;
#[path = "common/files.rs"]
mod files;

use common::{learned, town};
use executors::Cluster;
use files::archive;
use std::fs;
use std::time::Duration;

#[test]
fn one_executor_and_two_make_the_map_that_learned() {
    // invariant: M1, M2
    let all = town(6_000);
    let want = learned(all.iter().map(|one| &one.evidence));
    for n_executors in [1, 2] {
        let folder = tempfile::tempdir().unwrap();
        let urls = archive(&all, 4, folder.path());
        let cluster = Cluster::start(n_executors, 30, folder.path());
        let groups = urls.chunks(2).map(<[_]>::to_vec).collect();
        let map = cluster.asking(groups, &folder.path().join("out"), Duration::from_mins(4))();
        assert_eq!(map.digest(), want.digest(), "{n_executors} executors");
        let published = folder.path().join("out/rebuild-000000/manifest.txt");
        assert!(fs::read_to_string(published).unwrap().contains("parts-0001-attempt-"));
    }
}
