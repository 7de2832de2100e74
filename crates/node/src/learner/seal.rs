//! From beliefs to files: checkpoints, bases, overlays. What is written is a function of the map alone
//! (S1), so that a rebuild writes the same bytes.

use super::calibrate::Calibrated;
use super::cells;
use super::venues::{self, Models};
use crate::store::{CHECKPOINT_ENDING, sync_folder};
use anyhow::Context as _;
use cairn_ground::{Confidence, Covariance, Day, Mobility, TransmitterId, TransmitterKind};
use cairn_radiomap::{AreaBelief, Belief, HeightBelief, RadioMap, Settings, VenueScans, areas_of};
use cairn_signal::venue::Effort;
use cairn_snapshot::{
    CalibrationRow, Checkpoint, Meta, PlaceHeight, Snapshot, SnapshotId, SnapshotWriter,
    TransmitterRecord, Venue,
};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// A base on disk.
#[derive(Debug, Clone)]
pub struct Base {
    /// Its digest, which is its file name too.
    pub id: SnapshotId,
    /// Where it lies.
    pub path: PathBuf,
    /// What its meta says about radii; overlays above it say the same until the sample has grown much.
    pub(super) calibrated: Calibrated,
    /// True when a building's model in it is a draft.
    pub is_draft: bool,
}

/// A map that has learned nothing, for a node with these settings.
pub fn empty_map(voices_min: u32) -> RadioMap {
    RadioMap::new(Settings { voices_min })
}

/// Writes the map's canonical bytes into `folder`, named by their digest.
///
/// # Errors
/// Whatever the disk says; nothing half-written stays.
pub fn checkpoint(map: &RadioMap, folder: &Path) -> anyhow::Result<Checkpoint> {
    let temporary = folder.join("checkpoint.writing");
    let written = write_checkpoint(map, &temporary, folder);
    if written.is_err() {
        let _gone_or_never_there = fs::remove_file(&temporary);
    }
    written
}

/// Writes, syncs and names a checkpoint.
fn write_checkpoint(map: &RadioMap, temporary: &Path, folder: &Path) -> anyhow::Result<Checkpoint> {
    let file = File::create(temporary).context("create checkpoint")?;
    let mut out =
        Hashing { inner: BufWriter::with_capacity(1 << 18, file), hasher: blake3::Hasher::new() };
    map.encode(&mut out).context("write checkpoint")?;
    out.flush().context("write checkpoint")?;
    out.inner.get_ref().sync_all().context("sync checkpoint")?;
    let digest = out.hasher.finalize();
    let head: String = digest.to_hex().chars().take(16).collect();
    let file = format!("{head}{CHECKPOINT_ENDING}");
    let path = folder.join(&file);
    fs::rename(temporary, &path).context("name checkpoint")?;
    sync_folder(&path).context("sync checkpoints' folder")?;
    Ok(Checkpoint { file, digest: *digest.as_bytes() })
}

/// Seals everything the map believes into `folder`, buildings with this effort; whom it does not ask is found first.
///
/// # Errors
/// Whatever the disk or the writer says.
pub fn base(
    map: &mut RadioMap,
    models: &mut Models,
    effort: Effort,
    n_threads: usize,
    folder: &Path,
) -> anyhow::Result<Base> {
    seal(map, models, &|_| effort, n_threads, folder)
}

/// The same with the efforts of another base, so that the two can be compared byte by byte: one that was sealed as a
/// service stopped may hold drafts.
///
/// # Errors
/// As [`base`].
pub fn base_like(
    map: &mut RadioMap,
    other: &Snapshot,
    n_threads: usize,
    folder: &Path,
) -> anyhow::Result<Base> {
    let effort = |venue: &VenueScans| venues::effort_in(other, venue);
    seal(map, &mut Models::default(), &effort, n_threads, folder)
}

/// Seals a base, each building with its effort.
fn seal(
    map: &mut RadioMap,
    models: &mut Models,
    effort: &dyn Fn(&VenueScans) -> Effort,
    n_threads: usize,
    folder: &Path,
) -> anyhow::Result<Base> {
    map.judge_voices(n_threads);
    let map = &*map;
    let beliefs = map.beliefs(n_threads);
    let (venues, is_draft) = models.of(map, &beliefs, effort, n_threads);
    let heights = map.heights(n_threads);
    let calibrated = Calibrated::on(map, n_threads);
    let mut others: Vec<_> = areas_of(&beliefs).iter().map(area_record).collect();
    others.extend(cells::of_base(map, &beliefs, n_threads));
    let meta = meta(map, map.digest(), &beliefs, calibrated.rows.clone());
    let (id, path) = write(meta, (&beliefs, &others), (venues, &heights), folder)?;
    Ok(Base { id, path, calibrated, is_draft })
}

/// Seals what the map believes about some transmitters, and about the areas and sites of the cells among them,
/// into `folder`.
///
/// # Errors
/// Whatever the disk or the writer says.
pub fn overlay<'a>(
    map: &RadioMap,
    ids: impl Iterator<Item = &'a TransmitterId>,
    calibration: Vec<CalibrationRow>,
    folder: &Path,
) -> anyhow::Result<PathBuf> {
    let (mut beliefs, mut areas) = (Vec::new(), BTreeSet::new());
    let ids: Vec<TransmitterId> = ids.copied().collect();
    for id in &ids {
        beliefs.extend(map.belief(*id));
        if let TransmitterId::Cell(cell) = id {
            areas.insert(cell.area_id());
        }
    }
    let areas = areas.into_iter().filter_map(|id| map.area(id));
    let mut others: Vec<_> = areas.map(|area| area_record(&area)).collect();
    others.extend(cells::of_overlay(map, &ids));
    // An overlay is no function of all the evidence, and goes with the next base: it names none.
    let meta = meta(map, [0; 32], &beliefs, calibration);
    write(meta, (&beliefs, &others), (Vec::new(), &[]), folder).map(|(_, path)| path)
}

/// Writes a snapshot under its digest.
fn write(
    meta: Meta,
    (beliefs, others): (&[Belief], &[TransmitterRecord]),
    (venues, heights): (Vec<Venue>, &[HeightBelief]),
    folder: &Path,
) -> anyhow::Result<(SnapshotId, PathBuf)> {
    let mut writer = SnapshotWriter::new(meta);
    for record in beliefs.iter().map(record).chain(others.iter().copied()) {
        writer.push(record);
    }
    for venue in venues {
        writer.push_venue(venue);
    }
    for HeightBelief { tile, floor, hae_m, sigma_m } in heights.iter().copied() {
        writer.push_height(PlaceHeight { tile, floor, hae_m, sigma_m });
    }
    if writer.n_refused() > 0 {
        tracing::error!(records = writer.n_refused(), "beliefs that no snapshot can hold left out");
    }
    let id = writer.finish(folder).context("write snapshot")?;
    Ok((id, folder.join(id.file_name())))
}

/// What a snapshot says about itself.
fn meta(
    map: &RadioMap,
    evidence_digest: [u8; 32],
    beliefs: &[Belief],
    calibration: Vec<CalibrationRow>,
) -> Meta {
    Meta {
        evidence_digest,
        settings_digest: map.settings().digest(),
        newest_day: beliefs.iter().map(|belief| belief.last_day).max().unwrap_or(Day::new(0)),
        code_revision: env!("CARGO_PKG_VERSION").to_owned(),
        calibration,
        physics: Vec::new(),
    }
}

/// A belief as a snapshot keeps it.
pub(super) fn record(belief: &Belief) -> TransmitterRecord {
    TransmitterRecord {
        key: belief.id.key(),
        kind: belief.id.kind(),
        place: belief.place,
        covariance: belief.covariance,
        reach_m: belief.reach_m,
        reference_dbm: belief.reference_dbm,
        mobility: belief.mobility,
        last_day: belief.last_day,
        voices: belief.voices,
        observations: belief.observations,
        floor: belief.floor,
    }
}

/// An area as a snapshot keeps it: a cell with the number 0, which no real cell has.
fn area_record(area: &AreaBelief) -> TransmitterRecord {
    TransmitterRecord {
        key: area.id.key(),
        kind: TransmitterKind::of_radio(area.id.radio()),
        place: area.place,
        covariance: Covariance::circular(area.sigma_m.powi(2)),
        reach_m: area.sigma_m * Confidence::P95.rayleigh(),
        reference_dbm: None,
        mobility: if area.is_sure { Mobility::Fixed } else { Mobility::Unsure },
        last_day: area.last_day,
        voices: area.voices,
        observations: area.observations,
        floor: None,
    }
}

/// A writer that hashes what passes.
#[derive(Debug)]
struct Hashing<W> {
    inner: W,
    hasher: blake3::Hasher,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.inner.write_all(bytes)?;
        self.hasher.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}
