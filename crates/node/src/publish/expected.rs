//! What a checkpoint expects of answers, by place: for those who know the truth, to compare.

use super::coverage::square_of;
use super::wanted::{Want, Wanted};
use crate::config::PublishConfig;
use anyhow::Context as _;
use cairn_ground::LatLng;
use cairn_radiomap::{Settings, scan};
use cairn_signal::calibration::Calibration;
use h3o::{CellIndex, Resolution};
use std::collections::BTreeMap;
use std::io::{Read, Seek};

/// The layer of where to measure next, to be asked about places.
#[derive(Debug)]
pub struct Expected {
    resolution: Resolution,
    wants: BTreeMap<CellIndex, Want>,
}

impl Expected {
    /// Makes the layer from a checkpoint's bytes and what its answers are worth; `voices_min` is the learner's.
    ///
    /// # Errors
    /// The bytes are no checkpoint, or the configuration names a resolution that does not exist.
    pub fn of(
        checkpoint: &mut (impl Read + Seek),
        config: &PublishConfig,
        voices_min: u32,
        calibration: &Calibration,
    ) -> anyhow::Result<Self> {
        let resolution = Resolution::try_from(config.coverage_resolution)
            .context("read publish.coverage_resolution")?;
        let mut layer =
            Wanted::new(config.coverage_resolution, config.coverage_voices_min, calibration);
        scan(checkpoint, Settings { voices_min }, &mut |one| layer.add(one))
            .context("read the checkpoint")?;
        Ok(Self { resolution, wants: layer.wants() })
    }

    /// What is expected at a place, with the number of its H3 cell; `None` where the layer says nothing.
    pub fn at(&self, place: LatLng) -> Option<(u64, Want)> {
        let index = square_of(place, self.resolution)?;
        Some((index.into(), *self.wants.get(&index)?))
    }
}
