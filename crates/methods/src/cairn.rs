//! Ours, by the node's own code: cleaned, learned, sealed and asked as `cairn serve` does it.

use crate::limits::THREADS;
use crate::method::{Estimate, Method, Standing};
use anyhow::Context as _;
use cairn_answer::{Choice, calibration, choose};
use cairn_ground::{Confidence, Mobility, TransmitterId};
use cairn_node::config::PublishConfig;
use cairn_node::learner::{Models, learn::learn, seal};
use cairn_node::locating;
use cairn_node::publish::Expected;
use cairn_radiomap::RadioMap;
use cairn_report::Batch;
use cairn_signal::venue::Effort;
use cairn_snapshot::{Snapshot, SnapshotSet, Verify};
use cairn_wire::geolocate::LocateRequest;
use std::fs;
use std::io::Cursor;
use std::sync::Arc;

/// Voices a transmitter needs: a node's default.
const VOICES_MIN: u32 = 1;

/// The map, and what was sealed of it.
#[derive(Debug)]
pub(crate) struct Cairn {
    map: RadioMap,
    set: SnapshotSet,
}

impl Cairn {
    /// A node that has learned nothing.
    pub(crate) fn new() -> Self {
        Self { map: seal::empty_map(VOICES_MIN), set: SnapshotSet::default() }
    }
}

impl Cairn {
    /// What the map expects of its answers, by H3 cells of a resolution.
    ///
    /// # Errors
    /// There is no such resolution.
    pub(crate) fn expected(&self, resolution: u8) -> anyhow::Result<Expected> {
        let mut bytes = Vec::new();
        self.map.encode(&mut bytes).context("write a checkpoint")?;
        let config = PublishConfig { coverage_resolution: resolution, ..PublishConfig::default() };
        Expected::of(&mut Cursor::new(bytes), &config, VOICES_MIN, &calibration(&self.set))
    }
}

impl Method for Cairn {
    fn teach(&mut self, batch: &Batch) {
        learn(&mut self.map, batch);
    }

    fn weigh(&mut self) {
        self.map.judge_voices(THREADS);
    }

    fn seal(&mut self) -> anyhow::Result<()> {
        let folder = tempfile::tempdir().context("make a folder to seal in")?;
        let models = &mut Models::default();
        let base = seal::base(&mut self.map, models, Effort::Whole, THREADS, folder.path())?;
        let bytes = fs::read(&base.path).context("read what was sealed")?;
        let snapshot =
            Snapshot::from_bytes(bytes, Verify::Eager).context("open what was sealed")?;
        self.set = SnapshotSet::new(Some(Arc::new(snapshot)), Vec::new());
        Ok(())
    }

    fn locate(&self, query: &LocateRequest) -> Option<Estimate> {
        let (sources, _) = locating::sources(&self.set, query);
        let choice = choose(&sources)?;
        let guess = choice.guess();
        let floor = match choice {
            Choice::Radio(found) => found.floors.likeliest().map(|(level, _)| level),
            Choice::Area(_) | Choice::Ip(_) | Choice::External(_) => None,
        };
        Some(Estimate {
            place: guess.place,
            r68_m: Some(guess.radii.at_m(Confidence::P68)),
            r95_m: Some(guess.radii.r95_m()),
            floor,
        })
    }

    /// The map's belief, which a snapshot rounds to centimetres.
    fn transmitter(&self, id: TransmitterId) -> Option<Standing> {
        let belief = self.map.belief(id).filter(|belief| belief.mobility != Mobility::Moving)?;
        Some(Standing {
            place: belief.place,
            covariance: Some(belief.covariance),
            floor: belief.floor,
        })
    }
}
