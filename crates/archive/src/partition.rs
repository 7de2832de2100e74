//! Where a reading lies: its day, its region, its shard; and the files that some occurrences make.

use crate::error::FileError;
use crate::limits::PARTITION_RESOLUTION;
use crate::manifest::FileEntry;
use crate::occurrence::Occurrence;
use crate::parquet::encode;
use crate::rows::rows_of;
use crate::transmitter::{key_of, shard_of};
use bytes::Bytes;
use cairn_ground::{Day, Region};
use std::collections::BTreeMap;

/// The part of the archive that a reading lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Partition {
    /// The evidence's day.
    pub day: Day,
    /// The region of the evidence's place.
    pub region: Region,
    /// The transmitter's shard.
    pub shard: u32,
    /// Of how many.
    pub n_shards: u32,
}

impl Partition {
    /// The folder of its files.
    pub fn folder(&self) -> String {
        let Self { day, region, shard, n_shards } = self;
        format!("readings/day={day}/cell={region}/shard={shard}of{n_shards}")
    }
}

/// A file not yet written.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// What a manifest will say of it.
    pub entry: FileEntry,
    /// Its bytes.
    pub bytes: Bytes,
}

impl NewFile {
    /// Names bytes by their content.
    pub(crate) fn of(partition: Partition, content: Content, bytes: Bytes) -> Self {
        let digest = blake3::hash(&bytes).to_hex().to_string();
        let entry = FileEntry {
            path: format!("{}/{digest}.parquet", partition.folder()),
            digest,
            bytes: bytes.len() as u64,
            rows: content.n_rows,
            day: partition.day.get(),
            cell: partition.region.to_string(),
            shard: partition.shard,
            n_shards: partition.n_shards,
            min: content.min,
            max: content.max,
            added: 0,
        };
        Self { entry, bytes }
    }
}

/// What a file holds, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) n_rows: u64,
    pub(crate) min: (i8, i64, i64),
    pub(crate) max: (i8, i64, i64),
}

/// The files that some occurrences make: one for each partition they touch.
///
/// # Errors
/// Parquet's; a defect.
///
/// # Cost
/// The rows three times: as occurrences, as columns and as bytes.
pub fn files_of(occurrences: Vec<Occurrence>, n_shards: u32) -> Result<Vec<NewFile>, FileError> {
    let mut parts: BTreeMap<Partition, Vec<Occurrence>> = BTreeMap::new();
    for one in occurrences {
        for (partition, part) in split(one, n_shards) {
            parts.entry(partition).or_default().push(part);
        }
    }
    parts.into_iter().map(|(partition, part)| file_of(partition, &part)).collect()
}

fn file_of(partition: Partition, part: &[Occurrence]) -> Result<NewFile, FileError> {
    let keys = || part.iter().flat_map(|one| &one.evidence.heard).map(|it| key_of(it.transmitter));
    let content = Content {
        n_rows: part.iter().map(|one| one.evidence.heard.len() as u64).sum(),
        min: keys().min().unwrap_or_default(),
        max: keys().max().unwrap_or_default(),
    };
    Ok(NewFile::of(partition, content, encode(&[rows_of(part)?])?))
}

/// An occurrence's readings by the partition they lie in.
fn split(one: Occurrence, n_shards: u32) -> BTreeMap<Partition, Occurrence> {
    let day = one.evidence.day;
    let mut parts = BTreeMap::new();
    let Some(region) = Region::of(one.evidence.place, PARTITION_RESOLUTION) else { return parts };
    let at = |shard| Partition { day, region, shard, n_shards };
    if n_shards == 1 {
        parts.insert(at(0), one);
        return parts;
    }
    for heard in &one.evidence.heard {
        let part = parts.entry(at(shard_of(heard.transmitter, n_shards)));
        part.or_insert_with(|| one.without_readings()).evidence.heard.push(*heard);
    }
    parts
}
