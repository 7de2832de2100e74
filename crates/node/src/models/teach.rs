//! A map of some groups, taught and sealed as a node does it.

use super::sets::Row;
use crate::learner::learn::{learn, learn_guarded, learn_without};
use crate::learner::{Models, seal};
use anyhow::Context as _;
use cairn_archive::Exclusions;
use cairn_evidence::token::contributor_token;
use cairn_ground::Day;
use cairn_radiomap::RadioMap;
use cairn_report::{Batch, Report, SubmissionId};
use cairn_signal::venue::Effort;
use cairn_snapshot::{Snapshot, SnapshotId, SnapshotSet, Verify};
use cairn_wire::geosubmit::{self, Version};
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// The day on which a set is received: 2026-11-25, after the newest.
pub(super) const RECEIVED: Day = Day::new(20_782);
/// Reports of a submission: as many as `evaluate.py` sends at a time.
const REPORTS: usize = 100;
/// Voices a transmitter needs: a node's default.
const VOICES_MIN: u32 = 1;

/// A map that is being taught.
pub(super) struct Pupil {
    map: RadioMap,
    n_taken: u64,
}

impl Pupil {
    pub(super) fn new() -> Self {
        Self { map: seal::empty_map(VOICES_MIN), n_taken: 0 }
    }

    /// Learns the rows of a set: consecutive ones of a group are a submission of one voice.
    pub(super) fn learn_rows<'a>(
        &mut self,
        rows: impl Iterator<Item = &'a Row>,
    ) -> anyhow::Result<()> {
        let rows: Vec<&Row> = rows.collect();
        for group in rows.chunk_by(|a, b| a.group == b.group) {
            for some in group.chunks(REPORTS) {
                let decoded =
                    geosubmit::decode(body(some).as_bytes(), Version::V2, RECEIVED.start())
                        .context("decode a submission")?;
                self.learn(&some[0].group, RECEIVED, decoded.reports);
            }
        }
        Ok(())
    }

    /// Learns what somebody sent.
    pub(super) fn learn(&mut self, sender: &str, received: Day, reports: Vec<Report>) {
        if !reports.is_empty() {
            learn(&mut self.map, &batch(sender, received, self.n_taken, reports));
            self.n_taken += 1;
        }
    }

    /// Learns a record of a journal as a node does, but for what was taken out; false when it cannot be learned.
    pub(super) fn learn_record(&mut self, batch: &Batch, without: &Exclusions) -> bool {
        let how = |map: &mut RadioMap, batch: &Batch| learn_without(map, batch, without);
        learn_guarded(how, &mut self.map, batch).is_ok()
    }

    /// Seals the map as it is served.
    pub(super) fn seal(
        &mut self,
        effort: Effort,
        n_threads: usize,
        scratch: &Path,
    ) -> anyhow::Result<SnapshotSet> {
        Ok(self.seal_named(effort, n_threads, scratch)?.1)
    }

    /// The same, with its digest.
    pub(super) fn seal_named(
        &mut self,
        effort: Effort,
        n_threads: usize,
        scratch: &Path,
    ) -> anyhow::Result<(SnapshotId, SnapshotSet)> {
        fs::create_dir_all(scratch).with_context(|| format!("make {}", scratch.display()))?;
        let base = seal::base(&mut self.map, &mut Models::default(), effort, n_threads, scratch)?;
        let bytes = fs::read(&base.path).context("read what was sealed")?;
        fs::remove_file(&base.path).context("remove what was sealed")?;
        let snapshot =
            Snapshot::from_bytes(bytes, Verify::Eager).context("open what was sealed")?;
        Ok((base.id, SnapshotSet::new(Some(Arc::new(snapshot)), Vec::new())))
    }
}

/// A submission; a sender has one voice a day, as a node's keys give it.
pub(super) fn batch(sender: &str, received: Day, number: u64, reports: Vec<Report>) -> Batch {
    let mut day_key = [0; 32];
    day_key[..2].copy_from_slice(&received.get().to_le_bytes());
    let mut id = [0; 16];
    id[..8].copy_from_slice(&number.to_le_bytes());
    let contributor = contributor_token(&day_key, &[sender.as_bytes()]);
    Batch { id: SubmissionId(id), received, contributor, app: None, reports }
}

fn body(rows: &[&Row]) -> String {
    let item = |row: &&Row| {
        let Row { timestamp_ms, position, networks, .. } = row;
        format!("{{\"timestamp\":{timestamp_ms},\"position\":{position},{networks}}}")
    };
    let items: Vec<String> = rows.iter().map(item).collect();
    format!("{{\"items\":[{}]}}", items.join(","))
}
