//! The shared sets: real walks with known places, read and dealt as `evaluate.py` does it.
//!
//! Reading order: `text` (compressed lines), `traces` (indoor walks), `lines` (outdoor reports), `fold` (who
//! teaches, who asks), `uji` (`UJIIndoorLoc`), `surveyed` (transmitters whose place is known).

mod fold;
mod lines;
mod sha256;
pub(crate) mod surveyed;
mod text;
mod traces;
pub(crate) mod uji;

use crate::exam::Exam;
use cairn_ground::{Floor, LatLng};
use std::path::Path;

/// One scan of a set.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// What keeps together when the set is dealt: a walk, a route, a day or a session.
    pub(crate) group: String,
    /// When.
    pub(crate) timestamp_ms: i64,
    /// The JSON of a submission's `position`.
    pub(crate) position: String,
    /// The JSON members that list what was heard.
    pub(crate) networks: String,
    /// Where.
    pub(crate) place: LatLng,
    /// On which level, indoors.
    pub(crate) floor: Option<Floor>,
    /// Whether the place is sure enough to ask about.
    pub(crate) is_reference: bool,
    /// How the phone was carried, where the set says.
    pub(crate) slice: Option<String>,
}

/// A set with walks or sessions to deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(crate) enum SetName {
    /// A campus, one phone, days as groups.
    Duke,
    /// A town, eleven phone models.
    Ariel,
    /// A museum of three open levels.
    Ipin,
    /// Cells, a town.
    Ottawa,
    /// Cells without a network code, commutes.
    Ucc5g,
    /// Two malls, 14 floors.
    IndoorMs,
}

impl SetName {
    /// All, in the order of the tables.
    pub(crate) const ALL: [Self; 6] =
        [Self::Duke, Self::Ariel, Self::Ipin, Self::Ottawa, Self::Ucc5g, Self::IndoorMs];

    /// The word for it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Duke => "duke",
            Self::Ariel => "ariel",
            Self::Ipin => "ipin",
            Self::Ottawa => "ottawa",
            Self::Ucc5g => "ucc5g",
            Self::IndoorMs => "indoor-ms",
        }
    }

    /// The set dealt into lessons and questions.
    ///
    /// # Errors
    /// A file cannot be read.
    pub(crate) fn exam(self, shared: &Path) -> anyhow::Result<Exam> {
        let data = shared.join("data");
        let rows = match self {
            Self::Duke | Self::Ariel => lines::read(&data.join("outdoor-wifi/dev"), self)?,
            Self::Ottawa | Self::Ucc5g => lines::read(&data.join("outdoor-cell/dev"), self)?,
            Self::Ipin => traces::read(&data.join("indoor-ipin2023/dev"), traces::Kind::Ipin)?,
            Self::IndoorMs => traces::read(&data.join("indoor-ms/dev"), traces::Kind::IndoorMs)?,
        };
        fold::exam(self.name(), rows)
    }
}
