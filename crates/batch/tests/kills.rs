//! An executor killed in each stage of each job: no run hangs, and the map is the map that learned.
//!
//! Every test run has those named `first_`; `cargo xtask batch-kills` has all of them.

#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "what hangs is told by the clock")]

mod common;
#[path = "common/cluster.rs"]
mod executors;
#[path = "common/files.rs"]
mod files;
#[path = "common/victim.rs"]
mod victim;

use common::{learned, town};
use executors::Cluster;
use files::archive;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};
use victim::kill_in;

/// The longest a run with a killed executor may take before it counts as hanging.
const HANGS_AFTER: Duration = Duration::from_secs(400);

/// The jobs of a submission, in their order: the parts of two groups of shards, the choice, the whole.
const JOBS: [&str; 4] = ["parts", "more parts", "choice", "whole"];

fn survives(job: usize, stage: usize) {
    let all = town(20_000);
    let want = learned(all.iter().map(|one| &one.evidence)).digest();
    let folder = tempfile::tempdir().unwrap();
    let urls = archive(&all, 8, folder.path());
    let mut cluster = Cluster::start(2, 30, folder.path());
    let groups: Vec<_> = urls.chunks(4).map(<[_]>::to_vec).collect();
    let asking = cluster.asking(groups, &folder.path().join("out"), Duration::from_mins(2));
    let started = Instant::now();
    let asking = thread::spawn(asking);
    let killed = kill_in(&mut cluster, job, stage, &|| asking.is_finished());
    while !asking.is_finished() && started.elapsed() < HANGS_AFTER {
        thread::sleep(Duration::from_millis(50));
    }
    assert!(asking.is_finished(), "hangs: {} stage {stage}", JOBS[job]);
    assert!(killed, "no executor was seen in {} stage {stage}", JOBS[job]);
    assert_eq!(asking.join().unwrap().digest(), want, "{} stage {stage}", JOBS[job]);
    println!("killed in {} stage {stage}: {:.1} s", JOBS[job], started.elapsed().as_secs_f64());
    assert!(has_manifest(&folder.path().join("out")));
}

fn has_manifest(out: &Path) -> bool {
    out.join("rebuild-000000/manifest.txt").is_file()
}

macro_rules! kills {
    ($($name:ident: $job:literal, $stage:literal;)*) => {
        $(#[test] fn $name() { survives($job, $stage); })*
    };
}

kills! {
    first_in_the_scan_of_parts: 0, 1;
    first_in_the_fold_of_parts: 0, 2;
    first_in_the_write_of_parts: 0, 3;
}

#[cfg(feature = "every-kill")]
kills! {
    in_the_scan_of_more_parts: 1, 1;
    in_the_fold_of_more_parts: 1, 2;
    in_the_write_of_more_parts: 1, 3;
    in_the_scan_for_a_choice: 2, 1;
    in_the_merge_of_a_choice: 2, 2;
    in_the_scan_for_the_whole: 3, 1;
    in_the_write_of_the_whole: 3, 2;
}
