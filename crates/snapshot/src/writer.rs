//! The mutable side: records are pushed in any order, then sealed.

use crate::error::SealError;
use crate::heights::{self, PlaceHeight};
use crate::limits::RECORDS_MAX;
use crate::mix::Mix;
use crate::payload::{self, PAYLOAD_BYTES, Payload};
use crate::serializer::{self, ENTRY_BYTES, Entry};
use crate::venues::{self, Venue};
use crate::{Meta, SnapshotId, TransmitterRecord, file};
use std::path::Path;

/// Collects records in memory (22 bytes each) and seals them into a file.
///
/// Records are refused, and counted, when a number in them is not finite or their kind is not their
/// key's. Of two records with one key the one with more observations stays.
///
/// # Example
/// ```
/// use cairn_ground::*;
/// use cairn_snapshot::*;
/// # let meta = Meta { evidence_digest: [0; 32], settings_digest: [0; 32], newest_day: Day::new(0),
/// #     code_revision: String::new(), calibration: Vec::new(), physics: Vec::new() };
/// let id = TransmitterId::parse("wifi-a8:20:66:ff:01:4d").ok_or("not a transmitter")?;
/// let mut writer = SnapshotWriter::new(meta);
/// writer.push(TransmitterRecord {
///     key: id.key(), kind: id.kind(), place: LatLng::new(51.5, -0.12)?,
///     covariance: Covariance::circular(100.0), reach_m: 80.0, reference_dbm: Some(-38.0),
///     mobility: Mobility::Fixed, last_day: Day::new(20_000), voices: 3, observations: 64,
///     floor: None,
/// });
/// let snapshot = Snapshot::from_bytes(writer.into_bytes()?, Verify::Eager)?;
/// assert_eq!(snapshot.get(id.key()).map(|record| record.voices), Some(3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct SnapshotWriter {
    meta: Meta,
    mix: Mix,
    entries: Vec<Entry>,
    venues: Vec<Venue>,
    heights: Vec<PlaceHeight>,
    n_refused: u64,
}

impl SnapshotWriter {
    /// A writer without records.
    pub fn new(meta: Meta) -> Self {
        let mix = Mix { key: meta.mix_key() };
        let (venues, heights) = (Vec::new(), Vec::new());
        Self { meta, mix, entries: Vec::new(), venues, heights, n_refused: 0 }
    }

    /// Adds a record, quantized to its columns, or counts it as refused.
    pub fn push(&mut self, record: TransmitterRecord) {
        match payload::encode(&record) {
            Some(payload) => {
                let mut entry = [0; ENTRY_BYTES];
                entry[..7].copy_from_slice(&self.mix.apply(record.key).to_be_bytes()[1..]);
                entry[7..].copy_from_slice(&payload);
                self.entries.push(entry);
            }
            None => self.n_refused += 1,
        }
    }

    /// Adds a building's model.
    pub fn push_venue(&mut self, venue: Venue) {
        self.venues.push(venue);
    }

    /// Adds how high phones are somewhere.
    pub fn push_height(&mut self, height: PlaceHeight) {
        self.heights.push(height);
    }

    /// The section of heights and models.
    fn places(&self) -> Result<Vec<u8>, SealError> {
        Ok(heights::encode(&self.heights, &venues::encode(&self.venues)?))
    }

    /// Records pushed and not refused; of equal keys one will stay.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True before the first record.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Records refused so far.
    pub fn n_refused(&self) -> u64 {
        self.n_refused
    }

    /// Seals into `folder`, as the file that [`SnapshotId::file_name`] names, durably and at once.
    ///
    /// # Errors
    /// [`SealError`]; no file is left under the final name.
    pub fn finish(mut self, folder: &Path) -> Result<SnapshotId, SealError> {
        self.settle()?;
        let temporary = self.temporary_in(folder);
        let io = |path: &Path| {
            let path = path.to_owned();
            |source| SealError::Io { path, source }
        };
        let places = self.places()?;
        let Self { meta, mix, entries, .. } = &self;
        let write = |out: &mut _| serializer::write(meta, *mix, entries, &places, out);
        let id = file::write_synced(&temporary, write).map_err(io(&temporary))?;
        let path = folder.join(id.file_name());
        file::rename_synced(&temporary, &path).map_err(io(&path))?;
        Ok(id)
    }

    /// The sealed bytes, in memory: for small overlays, tests and fuzzing.
    ///
    /// # Errors
    /// [`SealError`], never for input or output.
    pub fn into_bytes(mut self) -> Result<Vec<u8>, SealError> {
        self.settle()?;
        let mut bytes = Vec::new();
        let places = self.places()?;
        match serializer::write(&self.meta, self.mix, &self.entries, &places, &mut bytes) {
            Ok(_) => Ok(bytes),
            Err(source) => Err(SealError::Io { path: "memory".into(), source }),
        }
    }

    /// A name that no other seal of different records uses at the same time.
    fn temporary_in(&self, folder: &Path) -> std::path::PathBuf {
        let ends = (self.entries.first(), self.entries.last(), self.entries.len());
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.meta.evidence_digest);
        hasher.update(ends.0.map_or(&[], |entry| entry));
        hasher.update(ends.1.map_or(&[], |entry| entry));
        hasher.update(&ends.2.to_le_bytes());
        let name = SnapshotId::new(*hasher.finalize().as_bytes()).file_name();
        file::temporary(&folder.join(name))
    }

    /// Sorts, keeps one record a key, and checks the limits.
    fn settle(&mut self) -> Result<(), SealError> {
        self.meta.validate()?;
        self.entries.sort_unstable();
        self.entries.dedup_by(|later, kept| {
            let is_same_key = later[..7] == kept[..7];
            if is_same_key && weight(later) > weight(kept) {
                *kept = *later;
            }
            is_same_key
        });
        let found = self.entries.len() as u64;
        if found > RECORDS_MAX {
            return Err(SealError::TooManyRecords { found, max: RECORDS_MAX });
        }
        Ok(())
    }
}

/// What decides between two records of one key.
pub(crate) fn weight(entry: &Entry) -> (u8, Payload) {
    let mut payload = [0; PAYLOAD_BYTES];
    payload.copy_from_slice(&entry[7..]);
    (payload::observations_code(&payload), payload)
}
