//! The same month on executors that are processes of their own, and put together from what Spark wrote.

use crate::executors::Cluster;
use crate::victim::kill_in;
use cairn_archive::Manifest;
use cairn_batch::Source;
use cairn_batch::assemble::assemble;
use cairn_radiomap::{RadioMap, Settings};
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// Seconds after which a silent executor is given up.
const GIVEN_UP_AFTER_S: u32 = 30;
/// The longest a month may take before it is asked for again.
const DEADLINE: Duration = Duration::from_mins(10);
/// Groups of shards the month is folded in.
const N_GROUPS: usize = 2;

/// The map by executors; the first that works on this stage of this job is killed where one is named.
pub(crate) fn on_executors(
    folder: &Path,
    manifest: &Manifest,
    n_executors: usize,
    kill: Option<(usize, usize)>,
) -> (RadioMap, Duration) {
    let folder = folder.canonicalize().expect("a folder");
    let root = format!("file://{}/", folder.display());
    let urls = Source::at(manifest, &root, 1).expect("a source").groups.concat();
    let groups = urls.chunks(urls.len().div_ceil(N_GROUPS)).map(<[_]>::to_vec).collect();
    let work = folder.join("work");
    let _nothing_left = fs::remove_dir_all(&work);
    fs::create_dir_all(&work).expect("a folder");
    let mut cluster = Cluster::start(n_executors, GIVEN_UP_AFTER_S, &work);
    let started = Instant::now();
    let asking = thread::spawn(cluster.asking(groups, &work.join("out"), DEADLINE));
    if let Some((job, stage)) = kill {
        let killed = kill_in(&mut cluster, job, stage, &|| asking.is_finished());
        assert!(killed, "no executor was seen in job {job} stage {stage}");
    }
    let map = asking.join().expect("a map");
    let took = started.elapsed();
    drop(cluster);
    fs::remove_dir_all(&work).expect("the engine's files removed");
    (map, took)
}

/// The map from what another engine wrote.
pub(crate) fn from_outputs(folder: &Path) -> (RadioMap, Duration) {
    let started = Instant::now();
    let map = assemble(folder, Settings::standard()).expect("parts, whole evidence and a choice");
    (map, started.elapsed())
}
