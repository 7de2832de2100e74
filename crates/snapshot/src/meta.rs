//! What a snapshot says of itself: where it came from, how its answers are calibrated.

use crate::error::{Fault, SealError};
use crate::limits::{CALIBRATION_ROWS_MAX, CODE_REVISION_BYTES_MAX, PHYSICS_MAX};
use cairn_ground::Day;

/// Length of a calibration row.
const ROW_BYTES: usize = 21;

/// Length of the fixed part of the section `META`.
const FIXED_BYTES: usize = 67;

/// How the radii of one class of answers are scaled so that they keep their promise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrationRow {
    /// The class of answers; its numbers belong to whoever answers.
    pub class: u8,
    /// Answers with known truth behind the row.
    pub n_samples: u32,
    /// Factors on the radii of 50, 68, 90 and 95 %.
    pub multipliers: [f32; 4],
}

/// A snapshot's provenance, calibration and physics.
#[derive(Debug, Clone, PartialEq)]
pub struct Meta {
    /// Digest of the evidence it was learned from.
    pub evidence_digest: [u8; 32],
    /// Digest of the settings it was learned under; also decides the order of records.
    pub settings_digest: [u8; 32],
    /// Newest day of the evidence.
    pub newest_day: Day,
    /// Revision of the code that sealed it.
    pub code_revision: String,
    /// Calibration of the answers.
    pub calibration: Vec<CalibrationRow>,
    /// Parameters of the solver, opaque here.
    pub physics: Vec<f32>,
}

impl Meta {
    /// The key of the records' order.
    pub(crate) fn mix_key(&self) -> u64 {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"cairn snapshot mix 1");
        hasher.update(&self.settings_digest);
        hasher.finalize().as_bytes().first_chunk().map_or(0, |head| u64::from_le_bytes(*head))
    }

    /// Refuses what the format cannot hold.
    pub(crate) fn validate(&self) -> Result<(), SealError> {
        let at_most = |what, found, max| {
            if found > max { Err(SealError::MetaTooLarge { what, found, max }) } else { Ok(()) }
        };
        at_most("calibration rows", self.calibration.len(), CALIBRATION_ROWS_MAX)?;
        at_most("parameters", self.physics.len(), PHYSICS_MAX)?;
        at_most("bytes of code revision", self.code_revision.len(), CODE_REVISION_BYTES_MAX)?;
        if !self.physics.iter().all(|n| n.is_finite()) {
            return Err(SealError::NotFinite { what: "physics" });
        }
        if !self.calibration.iter().flat_map(|row| row.multipliers).all(f32::is_finite) {
            return Err(SealError::NotFinite { what: "calibration" });
        }
        Ok(())
    }

    /// The sections `META`, `CALI` and `PHYS`.
    pub(crate) fn sections(&self) -> [Vec<u8>; 3] {
        let mut meta = Vec::with_capacity(FIXED_BYTES + self.code_revision.len());
        meta.extend_from_slice(&self.evidence_digest);
        meta.extend_from_slice(&self.settings_digest);
        meta.extend_from_slice(&self.newest_day.get().to_le_bytes());
        meta.push(u8::try_from(self.code_revision.len()).unwrap_or(0));
        meta.extend_from_slice(self.code_revision.as_bytes());
        let mut calibration = Vec::with_capacity(ROW_BYTES * self.calibration.len());
        for row in &self.calibration {
            calibration.push(row.class);
            calibration.extend_from_slice(&row.n_samples.to_le_bytes());
            calibration.extend(row.multipliers.iter().flat_map(|n| n.to_le_bytes()));
        }
        let physics = self.physics.iter().flat_map(|n| n.to_le_bytes()).collect();
        [meta, calibration, physics]
    }

    /// Reads the three sections.
    pub(crate) fn from_sections(meta: &[u8], cali: &[u8], phys: &[u8]) -> Result<Self, Fault> {
        let malformed = |what| Fault::Malformed { what };
        let (fixed, revision) =
            meta.split_first_chunk::<FIXED_BYTES>().ok_or(malformed("META is short"))?;
        if revision.len() != usize::from(fixed[66]) {
            return Err(malformed("length of the code revision"));
        }
        let revision = str::from_utf8(revision).or(Err(malformed("code revision is not UTF-8")))?;
        // Before anything is allocated for them.
        if cali.len() > ROW_BYTES * CALIBRATION_ROWS_MAX || phys.len() > 4 * PHYSICS_MAX {
            return Err(malformed("CALI or PHYS is too long"));
        }
        let (calibration, rest) = cali.as_chunks::<ROW_BYTES>();
        let (physics, rest_of_physics) = phys.as_chunks::<4>();
        if !rest.is_empty() || !rest_of_physics.is_empty() {
            return Err(malformed("length of CALI or PHYS"));
        }
        let mut digests = [[0; 32]; 2];
        digests[0].copy_from_slice(&fixed[..32]);
        digests[1].copy_from_slice(&fixed[32..64]);
        let read = Self {
            evidence_digest: digests[0],
            settings_digest: digests[1],
            newest_day: Day::new(u16::from_le_bytes([fixed[64], fixed[65]])),
            code_revision: revision.to_owned(),
            calibration: calibration.iter().map(row_from).collect(),
            physics: physics.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(),
        };
        read.validate().or(Err(malformed("meta is out of its limits")))?;
        Ok(read)
    }
}

fn row_from(bytes: &[u8; ROW_BYTES]) -> CalibrationRow {
    let word = |at: usize| [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
    CalibrationRow {
        class: bytes[0],
        n_samples: u32::from_le_bytes(word(1)),
        multipliers: [5, 9, 13, 17].map(|at| f32::from_le_bytes(word(at))),
    }
}
