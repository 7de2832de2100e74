//! Where snapshots come from: manifests that learners replace, or one file; looked at, opened, warmed.

use super::metrics::ServingMetrics;
use super::trouble::{Trouble, kind};
use super::warm::warm;
use crate::cluster::Partition;
use crate::config::WarmUp;
use crate::stop::Stop;
use anyhow::Context as _;
use cairn_snapshot::{Loaded, Manifest, Snapshot, SnapshotSet};
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The name of a manifest, in the folder of the files it names.
const MANIFEST: &str = "MANIFEST";

/// One part's map as it is served.
#[derive(Debug, Default)]
struct Part {
    /// Which publication it is: grows with every one.
    generation: u64,
    /// What tells two publications apart.
    stamp: u64,
    set: SnapshotSet,
}

/// A place that snapshots come from, and what came last.
#[derive(Debug)]
pub(crate) struct Follow {
    from: PathBuf,
    warm_up: WarmUp,
    metrics: ServingMetrics,
    stop: Stop,
    parts: BTreeMap<String, Part>,
    troubles: BTreeMap<String, Trouble>,
    /// Looks at a part that failed.
    pub(crate) n_failed: u64,
}

/// What is to be served next.
#[derive(Debug)]
pub(crate) struct Found {
    /// All parts together.
    pub(crate) set: SnapshotSet,
    /// The sum of their generations.
    pub(crate) generation: u64,
    /// How many parts there are.
    pub(crate) n_parts: usize,
    /// Whether these are all parts of the world.
    pub(crate) is_complete: bool,
}

impl Follow {
    /// Follows a snapshot file that is replaced by renaming, a folder with a manifest (of a `cairn serve`
    /// or its `map`), or a folder of such folders, one for each part of the world.
    pub(crate) fn new(from: &Path, warm_up: WarmUp, metrics: ServingMetrics, stop: Stop) -> Self {
        let (parts, troubles) = (BTreeMap::new(), BTreeMap::new());
        Self { from: from.to_path_buf(), warm_up, metrics, stop, parts, troubles, n_failed: 0 }
    }

    /// Looks for newer ones; what there is now, all together, when something is newer.
    pub(crate) fn look(&mut self) -> Option<Found> {
        let mut has_changed = false;
        for (name, place) in places(&self.from) {
            match self.look_at(&name, &place) {
                Ok(changed) => has_changed |= changed,
                Err(error) => self.note(&name, &error),
            }
        }
        has_changed.then(|| self.found())
    }

    fn found(&self) -> Found {
        Found {
            set: SnapshotSet::joined(self.parts.values().map(|part| part.set.clone()).collect()),
            generation: self.parts.values().map(|part| part.generation).sum(),
            n_parts: self.parts.len(),
            is_complete: is_complete(self.parts.keys().map(String::as_str)),
        }
    }

    /// Takes up one part's newest publication; true when it is another one.
    fn look_at(&mut self, name: &str, place: &Path) -> anyhow::Result<bool> {
        if place.is_dir() { self.look_at_manifest(name, place) } else { self.look_at_file(place) }
    }

    fn look_at_manifest(&mut self, name: &str, folder: &Path) -> anyhow::Result<bool> {
        let Some(Loaded { manifest, fell_back }) =
            Manifest::load(folder).context("read the manifest")?
        else {
            return Ok(false);
        };
        let stamp = manifest.generation;
        let served = self.parts.get(name).map(|part| part.stamp);
        // A damaged manifest is no reason to go back to what the one before names.
        let is_old = served == Some(stamp) || (fell_back.is_some() && served >= Some(stamp));
        if is_old || manifest.files().next().is_none() || !self.is_due(name, stamp) {
            return Ok(false);
        }
        let empty = SnapshotSet::default();
        let former = self.parts.get(name).map_or(&empty, |part| &part.set);
        let set = former.reopen(folder, &manifest, None).context("open what it names")?;
        self.take(name, stamp, stamp, set)
    }

    fn look_at_file(&mut self, path: &Path) -> anyhow::Result<bool> {
        let metadata = std::fs::metadata(path)
            .with_context(|| format!("look at the snapshot {}", path.display()))?;
        let stamp = stamp_of(&metadata);
        let served = self.parts.get("");
        let generation = served.map_or(1, |part| part.generation + 1);
        if served.is_some_and(|part| part.stamp == stamp) || !self.is_due("", stamp) {
            return Ok(false);
        }
        let snapshot = Snapshot::open(path).context("open the snapshot")?;
        let set = SnapshotSet::new(Some(Arc::new(snapshot)), Vec::new());
        self.take("", stamp, generation, set)
    }

    /// Warms a set and makes it the part's.
    fn take(
        &mut self,
        name: &str,
        stamp: u64,
        generation: u64,
        set: SnapshotSet,
    ) -> anyhow::Result<bool> {
        let empty = SnapshotSet::default();
        let former = self.parts.get(name).map_or(&empty, |part| &part.set);
        warm(&set, former, self.warm_up, &|| !self.stop.is_wished()).context("warm it up")?;
        self.troubles.remove(name);
        self.parts.insert(name.to_owned(), Part { generation, stamp, set });
        Ok(!self.stop.is_wished())
    }

    fn is_due(&mut self, name: &str, stamp: u64) -> bool {
        self.troubles.get_mut(name).is_none_or(|trouble| trouble.is_due(stamp))
    }

    /// Counts a failure; says it when a person should hear of it.
    fn note(&mut self, name: &str, error: &anyhow::Error) {
        self.n_failed += 1;
        self.metrics.refused(kind(error));
        if self.troubles.entry(name.to_owned()).or_default().is_to_be_told(error) {
            tracing::error!(part = %name, kind = kind(error), error = %format!("{error:#}"),
                "a snapshot cannot be used: the one before keeps serving");
        }
    }
}

/// What tells a file from the one that replaces it.
#[cfg(unix)]
fn stamp_of(metadata: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    let parts = [metadata.ino(), metadata.len(), metadata.mtime().cast_unsigned()];
    let nanoseconds = metadata.mtime_nsec().cast_unsigned();
    parts.iter().fold(nanoseconds, |stamp, part| crate::mix::mixed(stamp ^ part))
}

/// What tells a file from the one that replaces it.
#[cfg(not(unix))]
fn stamp_of(metadata: &Metadata) -> u64 {
    metadata.len()
}

/// What is followed: a file, the folder of a manifest, or one such folder for each part.
fn places(from: &Path) -> Vec<(String, PathBuf)> {
    let alone = |path: PathBuf| vec![(String::new(), path)];
    if !from.is_dir() || from.join(MANIFEST).is_file() {
        return alone(from.to_path_buf());
    }
    if from.join("map").is_dir() {
        return alone(from.join("map"));
    }
    let entries = std::fs::read_dir(from).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut found: Vec<(String, PathBuf)> = names
        .filter(|name| Partition::of_folder_name(name).is_some())
        .map(|name| (name.clone(), from.join(name).join("map")))
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
#[path = "follow_tests.rs"]
mod tests;
