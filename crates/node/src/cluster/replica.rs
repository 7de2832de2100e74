//! The node that only answers: it serves what the manifests of all parts name, and looks for newer ones.

use super::partition::Partition;
use crate::clock::Clock;
use crate::config::Config;
use crate::learner::Status;
use crate::metrics::{Metrics, gauge};
use crate::role::{Behind, Role, Shared};
use crate::server::{RunningServer, Server};
use crate::serving::Serving;
use crate::stop::Stop;
use crate::store::Store;
use anyhow::Context as _;
use cairn_snapshot::{Manifest, SnapshotSet};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// Time between two looks at the manifests.
const LOOK: Duration = Duration::from_millis(500);
/// Looks that fail in a row before a person should look: a learner removes what a newer manifest replaced.
const FAILURES_TOLD: u32 = 10;

/// Answers queries from what the manifests in `maps` name; what belongs to this node alone is in `dir`, or goes
/// with it.
///
/// # Errors
/// When a folder cannot be made, or the address cannot be listened on.
pub(crate) fn start_locate(
    dir: Option<&Path>,
    maps: &Path,
    config: Config,
    clock: Clock,
) -> anyhow::Result<RunningServer> {
    config.check()?;
    let own = dir.map_or_else(own_folder, |dir| Ok(dir.to_path_buf()))?;
    let store = Store::create(&own).with_context(|| format!("create {}", own.display()))?;
    let (serving, metrics) = (Arc::new(Serving::nothing()), Arc::new(Metrics::new()));
    let mut replica = Replica::start(maps, Arc::clone(&serving), Arc::clone(&metrics))?;
    replica.goes_with_it = dir.is_none().then_some(own);
    let learner = Arc::new(Status::default());
    let shared = Shared { store, journal: None, log: None, serving, metrics, learner };
    Server::start_role(Role::Locate, shared, config, clock, move |_| Ok(Box::new(replica)))
}

/// A folder for this process alone.
fn own_folder() -> anyhow::Result<PathBuf> {
    let name = format!("cairn-locate-{:016x}", getrandom::u64().context("ask for random bytes")?);
    Ok(std::env::temp_dir().join(name))
}

/// A thread that keeps what is served fresh.
#[derive(Debug)]
struct Replica {
    stop: Stop,
    thread: JoinHandle<()>,
    /// A folder that is of no use afterwards.
    goes_with_it: Option<PathBuf>,
}

impl Replica {
    /// Serves what is there, then what comes.
    fn start(maps: &Path, serving: Arc<Serving>, metrics: Arc<Metrics>) -> anyhow::Result<Self> {
        let stop = Stop::default();
        let mut follow = Follow::new(maps, serving, metrics);
        follow.look();
        let wish = stop.clone();
        let work = move || {
            while !wish.wait(LOOK) {
                follow.look();
            }
        };
        let thread = std::thread::Builder::new().name("replica".to_owned()).spawn(work);
        let thread = thread.context("start to follow the maps")?;
        Ok(Self { stop, thread, goes_with_it: None })
    }
}

impl Behind for Replica {
    fn close(self: Box<Self>) -> anyhow::Result<()> {
        self.stop.stop();
        drop(self.thread.join());
        if let Some(folder) = self.goes_with_it {
            std::fs::remove_dir_all(&folder).context("remove a folder of no further use")?;
        }
        Ok(())
    }
}

/// One part's map as it is served.
struct Served {
    generation: u64,
    set: SnapshotSet,
}

/// What is followed.
struct Follow {
    maps: PathBuf,
    serving: Arc<Serving>,
    metrics: Arc<Metrics>,
    parts: BTreeMap<String, Served>,
    n_failed: u32,
}

impl Follow {
    fn new(maps: &Path, serving: Arc<Serving>, metrics: Arc<Metrics>) -> Self {
        let (maps, parts) = (maps.to_path_buf(), BTreeMap::new());
        Self { maps, serving, metrics, parts, n_failed: 0 }
    }

    /// Looks for newer manifests, and serves them all together.
    fn look(&mut self) {
        let mut has_changed = false;
        for (name, folder) in folders(&self.maps) {
            match self.look_at(&name, &folder) {
                Ok(changed) => has_changed |= changed,
                Err(error) => self.note_failure(&name, &error),
            }
        }
        if !has_changed {
            return;
        }
        self.n_failed = 0;
        let sets = self.parts.values().map(|part| part.set.clone()).collect();
        let generation = self.parts.values().map(|part| part.generation).sum();
        self.metrics.cluster.parts.set(gauge(self.parts.len() as u64));
        self.metrics.learner.generation.set(gauge(generation));
        self.serving.publish(SnapshotSet::joined(sets), generation);
        if is_complete(self.parts.keys().map(String::as_str)) {
            self.serving.set_ready();
        }
    }

    /// Takes up one part's newest manifest; true when it is another one.
    fn look_at(&mut self, name: &str, folder: &Path) -> anyhow::Result<bool> {
        let Some(loaded) = Manifest::load(folder).context("read the manifest")? else {
            return Ok(false);
        };
        let manifest = loaded.manifest;
        let former = self.parts.get(name);
        if former.is_some_and(|it| it.generation == manifest.generation)
            || manifest.files().next().is_none()
        {
            return Ok(false);
        }
        let empty = SnapshotSet::default();
        let former = former.map_or(&empty, |it| &it.set);
        let set = former.reopen(folder, &manifest, None).context("open what it names")?;
        let served = Served { generation: manifest.generation, set };
        self.parts.insert(name.to_owned(), served);
        Ok(true)
    }

    fn note_failure(&mut self, name: &str, error: &anyhow::Error) {
        self.metrics.cluster.part_failures.inc();
        self.n_failed = self.n_failed.saturating_add(1);
        if self.n_failed == FAILURES_TOLD {
            tracing::error!(part = %name, error = %format!("{error:#}"),
                "a part's map cannot be opened: the one before keeps serving");
        }
    }
}

/// The folders of maps: one for each part, or that of a single `cairn serve`.
fn folders(maps: &Path) -> Vec<(String, PathBuf)> {
    if maps.join("map").is_dir() {
        return vec![(String::new(), maps.join("map"))];
    }
    let entries = std::fs::read_dir(maps).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut found: Vec<(String, PathBuf)> = names
        .filter(|name| Partition::of_folder_name(name).is_some())
        .map(|name| (name.clone(), maps.join(name).join("map")))
        .collect();
    found.sort();
    found
}

/// Whether all parts are there: the whole world, or a map that was never dealt out.
fn is_complete<'a>(mut names: impl Iterator<Item = &'a str> + Clone) -> bool {
    let parts: Vec<Partition> = names.clone().filter_map(Partition::of_folder_name).collect();
    match parts.first() {
        None => names.next().is_some(),
        Some(first) => {
            let n = first.n();
            (0..n).all(|k| parts.iter().any(|part| (part.k(), part.n()) == (k, n)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let names: Vec<String> = folders(folder.path()).into_iter().map(|it| it.0).collect();
        assert_eq!(names, ["0-of-2", "1-of-2"]);
        let one = folders(&folder.path().join("other"));
        assert_eq!(one[0].1, folder.path().join("other/map"));
    }
}
