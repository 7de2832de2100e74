//! What a restart finds: the newest sound checkpoint, and the newest sound files to serve meanwhile.
//!
//! Damage is named in the log and never served. Whatever is found, the journal from the checkpoint's
//! position on makes it whole; from the start, when no checkpoint is sound.

use super::layers::{Layer, Layers};
use super::seal::empty_map;
use crate::store::Store;
use anyhow::Context as _;
use cairn_archive::Exclusions;
use cairn_journal::Position;
use cairn_radiomap::{RadioMap, Settings};
use cairn_snapshot::{Checkpoint, Manifest, ManifestError, Snapshot, SnapshotSet};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

/// Damaged manifests moved aside before giving up: the current one and the former.
const MANIFESTS_MAX: usize = 2;

/// What a restart found.
#[derive(Debug)]
pub struct Recovered {
    /// The learned map.
    pub map: RadioMap,
    /// Where in the journal the map stands.
    pub position: Position,
    /// What can be served at once.
    pub layers: Layers,
    /// False when something that was sealed could not be used: not ready until sealed anew.
    pub is_whole: bool,
    /// True when what is learned from begins behind the map: the archive has to tell what came between.
    pub lacks_archived: bool,
}

/// Looks at everything sealed in `store`; damaged manifests are moved aside.
///
/// A checkpoint learned with something that is taken out now is not used.
///
/// # Errors
/// When the disk refuses to read or to move a damaged manifest.
pub fn recover(store: &Store, voices_min: u32, without: &Exclusions) -> anyhow::Result<Recovered> {
    let folder = store.map();
    let (current, is_sound) = manifest(&folder)?;
    let former = Manifest::former(&folder);
    let candidates: Vec<&Manifest> = current.iter().chain(former.iter()).collect();
    let learned = candidates
        .iter()
        .filter(|manifest| knows(manifest, without))
        .find_map(|manifest| learned(&folder, manifest, voices_min));
    let is_first =
        |base: &Layer| current.as_ref().is_some_and(|it| it.base.as_ref() == Some(&base.name));
    let mut layers = layers(&folder, &candidates);
    let nothing_was_sealed = current.as_ref().is_none_or(|it| it.base.is_none());
    let is_whole = is_sound
        && layers.base.as_ref().map_or(nothing_was_sealed, is_first)
        && (learned.is_some() || nothing_was_sealed);
    layers.generation = current.as_ref().map_or(0, |it| it.generation);
    let (map, position) = learned.unwrap_or_else(|| (empty_map(voices_min), Position::START));
    Ok(Recovered { map, position, layers, is_whole, lacks_archived: false })
}

/// What the manifest in a data folder names, as far as it is sound; for reading only.
///
/// # Errors
/// When there is no manifest that can be believed.
pub fn found_set(store: &Store) -> anyhow::Result<SnapshotSet> {
    let folder = store.map();
    let loaded = Manifest::load(&folder).context("read the manifest")?;
    let loaded =
        loaded.with_context(|| format!("{} holds no sealed map yet", store.root().display()))?;
    let manifest = loaded.manifest;
    let layers = layers(&folder, &[&manifest]);
    anyhow::ensure!(layers.base.is_some() || manifest.base.is_none(), "the base cannot be used");
    Ok(layers.set())
}

/// Reads a checkpoint's map.
///
/// # Errors
/// When the file cannot be read or is not whole.
pub fn read_checkpoint(path: &Path, voices_min: u32) -> anyhow::Result<RadioMap> {
    let mut file = BufReader::with_capacity(1 << 18, File::open(path)?);
    Ok(RadioMap::decode(&mut file, Settings { voices_min })?)
}

/// The manifest of a folder, and whether it is the current one (nothing there is sound too).
fn manifest(folder: &Path) -> anyhow::Result<(Option<Manifest>, bool)> {
    for _ in 0..=MANIFESTS_MAX {
        match Manifest::load(folder) {
            Ok(None) => return Ok((None, true)),
            Ok(Some(loaded)) => {
                if let Some(fault) = &loaded.fell_back {
                    tracing::error!(%fault, "the manifest cannot be used: going on with the former one");
                }
                return Ok((Some(loaded.manifest), loaded.fell_back.is_none()));
            }
            Err(ManifestError::Corrupt { path, fault }) => {
                tracing::error!(file = %file_name(&path), %fault,
                    "the manifest cannot be used: moved aside, learning again from the journal");
                fs::rename(&path, path.with_extension("damaged")).context("move the manifest")?;
            }
            Err(error) => return Err(error).context("read the manifest"),
        }
    }
    Ok((None, false))
}

/// True when a manifest's checkpoint was learned without exactly what is taken out now.
fn knows(manifest: &Manifest, without: &Exclusions) -> bool {
    let is_same = manifest.exclusions == without.digest();
    if !is_same && let Some(Checkpoint { file, .. }) = &manifest.checkpoint {
        tracing::info!(file = %file, "the checkpoint was learned with what is taken out now: learning again");
    }
    is_same
}

/// The map of one manifest's checkpoint.
fn learned(folder: &Path, manifest: &Manifest, voices_min: u32) -> Option<(RadioMap, Position)> {
    let Checkpoint { file, .. } = manifest.checkpoint.as_ref()?;
    match read_checkpoint(&folder.join(file), voices_min) {
        Ok(map) => Some((map, Position::new(manifest.journal_position))),
        Err(error) => {
            tracing::error!(file = %file, error = %format!("{error:#}"),
                "the checkpoint cannot be used: learning again from an earlier one or the journal");
            None
        }
    }
}

/// The newest sound base with its sound overlays.
fn layers(folder: &Path, candidates: &[&Manifest]) -> Layers {
    for manifest in candidates {
        let Some(base) = manifest.base.as_ref().and_then(|name| open(folder, name)) else {
            continue;
        };
        let overlays: Vec<Layer> =
            manifest.overlays.iter().filter_map(|name| open(folder, name)).collect();
        return Layers {
            n_found: overlays.len(),
            base: Some(base),
            overlays,
            checkpoint: manifest.checkpoint.clone(),
            journal_position: manifest.journal_position,
            exclusions: manifest.exclusions,
            generation: manifest.generation,
        };
    }
    Layers::default()
}

/// Opens one sealed file; damage is named and the file not used.
fn open(folder: &Path, name: &str) -> Option<Layer> {
    match Snapshot::open(&folder.join(name)) {
        Ok(snapshot) if snapshot.id().file_name() == name => {
            let snapshot = Arc::new(snapshot);
            Some(Layer { name: name.to_owned(), snapshot, ids: BTreeSet::new() })
        }
        Ok(_other) => {
            tracing::error!(file = %name, "the snapshot holds another one's bytes: not served");
            None
        }
        Err(error) => {
            tracing::error!(file = %name, %error,
                "the snapshot cannot be used: not served, sealed anew from the journal");
            None
        }
    }
}

/// A file's name for the log.
fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
