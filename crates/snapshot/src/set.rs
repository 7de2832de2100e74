//! A base under its overlays, newest first.

use crate::error::{MergeError, OpenError};
use crate::limits::LOOKUP_CHUNK;
use crate::manifest::Manifest;
use crate::reader::Verify;
use crate::{Meta, PlaceHeight, Snapshot, SnapshotId, SnapshotWriter, TransmitterRecord};
use cairn_ground::{Block, Floor, Tile, TransmitterKey};
use std::path::Path;
use std::sync::Arc;

/// The snapshots that serve together; the newest one that holds a key answers for it, with its whole
/// record. Cheap to clone; snapshots are shared.
#[derive(Debug, Clone, Default)]
pub struct SnapshotSet {
    /// Overlays, newest first, then the base.
    layers: Vec<Arc<Snapshot>>,
    has_base: bool,
    /// Sets of other parts of the world; of a record in several the one that more observations made counts.
    beside: Vec<Self>,
}

impl SnapshotSet {
    /// A set of a base and overlays, the newest overlay first.
    pub fn new(base: Option<Arc<Snapshot>>, overlays: Vec<Arc<Snapshot>>) -> Self {
        let has_base = base.is_some();
        let mut layers = overlays;
        layers.extend(base);
        Self { layers, has_base, beside: Vec::new() }
    }

    /// The sets of several parts of the world as one. Where two hold the same key, which happens along
    /// their border, the record of more observations answers; what a set says of itself, the largest says.
    pub fn joined(mut parts: Vec<Self>) -> Self {
        parts.sort_by_key(Self::n_records);
        let largest = parts.pop().unwrap_or_default();
        Self { beside: parts, ..largest }
    }

    /// Opens the files a manifest names in `folder`.
    ///
    /// # Errors
    /// [`OpenError`] with the first file that cannot be believed; none is left out silently.
    pub fn open(folder: &Path, manifest: &Manifest) -> Result<Self, OpenError> {
        let open = |name: &String| open_named(&folder.join(name), None);
        let overlays = manifest.overlays.iter().map(open).collect::<Result<_, _>>()?;
        let base = manifest.base.as_ref().map(open).transpose()?;
        Ok(Self::new(base, overlays))
    }

    /// As [`SnapshotSet::open`], keeping the snapshots of `self` that the manifest still names, and
    /// checking new ones as told.
    ///
    /// # Errors
    /// As [`SnapshotSet::open`].
    pub fn reopen(
        &self,
        folder: &Path,
        manifest: &Manifest,
        verify: Option<Verify>,
    ) -> Result<Self, OpenError> {
        let open = |name: &String| {
            let known = self.layers.iter().find(|layer| layer.id().file_name() == *name);
            known.map_or_else(|| open_named(&folder.join(name), verify), |it| Ok(Arc::clone(it)))
        };
        let overlays = manifest.overlays.iter().map(open).collect::<Result<_, _>>()?;
        let base = manifest.base.as_ref().map(open).transpose()?;
        Ok(Self::new(base, overlays))
    }

    /// The base.
    pub fn base(&self) -> Option<&Arc<Snapshot>> {
        self.layers.last().filter(|_| self.has_base)
    }

    /// The overlays, newest first.
    pub fn overlays(&self) -> &[Arc<Snapshot>] {
        &self.layers[..self.layers.len() - usize::from(self.has_base)]
    }

    /// Its layers, newest first, without those of other parts of the world.
    pub(crate) fn layers(&self) -> impl Iterator<Item = &Arc<Snapshot>> {
        self.layers.iter()
    }

    /// Every snapshot of it, those of other parts of the world too.
    pub fn snapshots(&self) -> impl Iterator<Item = &Arc<Snapshot>> {
        self.layers.iter().chain(self.beside.iter().flat_map(|part| &part.layers))
    }

    /// The names of its snapshots, newest first, in a list for each part of the world, this one's first.
    pub fn parts(&self) -> Vec<Vec<SnapshotId>> {
        let own = self.layers.iter().map(|layer| layer.id()).collect();
        let beside = self.beside.iter().flat_map(Self::parts);
        std::iter::once(own).chain(beside).collect()
    }

    /// The meta of the newest snapshot.
    pub fn meta(&self) -> Option<&Meta> {
        self.layers.first().map(|layer| layer.meta())
    }

    /// True when no snapshot holds a record.
    pub fn is_empty(&self) -> bool {
        self.layers.iter().all(|layer| layer.is_empty()) && self.beside.iter().all(Self::is_empty)
    }

    /// Records of all layers together; a transmitter in two layers counts twice.
    pub fn n_records(&self) -> u64 {
        let own: u64 = self.layers.iter().map(|layer| layer.len()).sum();
        own + self.beside.iter().map(Self::n_records).sum::<u64>()
    }

    /// The newest record of one transmitter.
    pub fn get(&self, key: TransmitterKey) -> Option<TransmitterRecord> {
        let mut out = [None];
        self.get_many(&[key], &mut out);
        out[0]
    }

    /// The newest records of many transmitters; as [`Snapshot::get_many`].
    ///
    /// A key whose block is damaged in a newer layer is unknown, even when an older layer holds it.
    pub fn get_many(&self, keys: &[TransmitterKey], out: &mut [Option<TransmitterRecord>]) {
        out.fill(None);
        for (keys, out) in keys.chunks(LOOKUP_CHUNK).zip(out.chunks_mut(LOOKUP_CHUNK)) {
            let mut pending = u64::MAX >> (64 - keys.len().min(out.len()));
            for layer in &self.layers {
                if pending == 0 {
                    break;
                }
                pending = layer.look_up_chunk(keys, out, pending);
            }
        }
        for part in &self.beside {
            let mut theirs = vec![None; out.len()];
            part.get_many(keys, &mut theirs);
            for (ours, theirs) in out.iter_mut().zip(theirs) {
                if observations(theirs.as_ref()) > observations(ours.as_ref()) {
                    *ours = theirs;
                }
            }
        }
    }

    /// Whether there is a model of any building.
    pub fn has_venues(&self) -> bool {
        let own = self.base().is_some_and(|base| base.has_venues());
        own || self.beside.iter().any(Self::has_venues)
    }

    /// The model of the building that covers a block; only bases hold any.
    pub fn venue_at(&self, block: Block) -> Option<&[u8]> {
        let own = self.base().and_then(|base| base.venue_at(block));
        own.or_else(|| self.beside.iter().find_map(|part| part.venue_at(block)))
    }

    /// Whether anything is known of heights.
    pub fn has_heights(&self) -> bool {
        let own = self.base().is_some_and(|base| base.heights().next().is_some());
        own || self.beside.iter().any(Self::has_heights)
    }

    /// How high phones are on a level of a tile, or on any where nothing is known of that one; only bases hold any.
    pub fn height_at(&self, tile: Tile, floor: Option<Floor>) -> Option<PlaceHeight> {
        let own = self.base().and_then(|base| base.height_at(tile, floor));
        own.or_else(|| self.beside.iter().find_map(|part| part.height_at(tile, floor)))
    }

    /// A writer with the newest record of every transmitter: what compaction seals as the next base.
    ///
    /// # Errors
    /// [`MergeError`] when any snapshot is damaged; nothing is dropped silently.
    pub fn merged(&self, meta: Meta) -> Result<SnapshotWriter, MergeError> {
        let mut writer = SnapshotWriter::new(meta);
        for (age, layer) in self.layers.iter().enumerate() {
            layer.verify().map_err(|fault| MergeError::Damaged { id: layer.id(), fault })?;
            let newer = &self.layers[..age];
            for record in layer.iter() {
                if !newer.iter().any(|newer| newer.get(record.key).is_some()) {
                    writer.push(record);
                }
            }
        }
        let venues = self.base().map_or_else(Vec::new, |base| base.venues_owned());
        for venue in venues {
            writer.push_venue(venue);
        }
        self.base()
            .into_iter()
            .flat_map(|base| base.heights())
            .for_each(|it| writer.push_height(it));
        Ok(writer)
    }
}

/// How many observations made a record; fewer than any for none.
fn observations(record: Option<&TransmitterRecord>) -> Option<u32> {
    record.map(|it| it.observations)
}

/// Opens a file and holds it to the id in its name.
fn open_named(path: &Path, verify: Option<Verify>) -> Result<Arc<Snapshot>, OpenError> {
    let snapshot = match verify {
        Some(verify) => Snapshot::open_with(path, verify)?,
        None => Snapshot::open(path)?,
    };
    let id = snapshot.id();
    if path.file_name().is_some_and(|name| name == id.file_name().as_str()) {
        Ok(Arc::new(snapshot))
    } else {
        Err(OpenError::Misnamed { path: path.to_owned(), id })
    }
}

#[cfg(test)]
#[path = "set_tests.rs"]
mod tests;
