//! Which executor works on what, and its end.

use crate::executors::Cluster;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, SystemTime};

/// Executors that have begun to write what stage `stage` of job number `job` gives.
fn writing(works: &[PathBuf], job: usize, stage: usize) -> Option<usize> {
    let mut jobs: BTreeMap<String, SystemTime> = BTreeMap::new();
    for entry in works.iter().flat_map(|work| fs::read_dir(work).into_iter().flatten().flatten()) {
        let begun = entry.metadata().and_then(|meta| meta.created()).ok()?;
        let name = entry.file_name().into_string().ok()?;
        // The engine's folders of spilled rows lie beside those of the jobs.
        if name.contains('-') {
            continue;
        }
        let first = jobs.entry(name).or_insert(begun);
        *first = begun.min(*first);
    }
    let mut jobs: Vec<_> = jobs.into_iter().map(|(name, begun)| (begun, name)).collect();
    jobs.sort_unstable();
    let (_, name) = jobs.get(job)?;
    works.iter().position(|work| work.join(name).join(stage.to_string()).is_dir())
}

/// Kills the first executor that is seen in this stage of this job; true when one was.
pub(crate) fn kill_in(
    cluster: &mut Cluster,
    job: usize,
    stage: usize,
    is_over: &dyn Fn() -> bool,
) -> bool {
    let works: Vec<PathBuf> = cluster.executors.iter().map(|(_, work)| work.clone()).collect();
    while !is_over() {
        if let Some(victim) = writing(&works, job, stage) {
            cluster.executors[victim].0.kill().unwrap();
            return true;
        }
        thread::sleep(Duration::from_millis(1));
    }
    false
}
