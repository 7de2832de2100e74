//! The shared sets: real walks with known places, as their makers' files tell them.
//!
//! Not here: who teaches and who asks.
//!
//! Reading order: `text` (compressed lines), `traces` (indoor walks), `lines` (outdoor reports).

mod lines;
pub mod text;
pub mod traces;

use cairn_ground::{Floor, LatLng};
use std::path::{Path, PathBuf};

/// One scan of a set.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What keeps together when the set is dealt: a walk, a route, a day or a session.
    pub group: String,
    /// When.
    pub timestamp_ms: i64,
    /// The JSON of a submission's `position`.
    pub position: String,
    /// The JSON members that list what was heard.
    pub networks: String,
    /// Where.
    pub place: LatLng,
    /// On which level, indoors.
    pub floor: Option<Floor>,
    /// Whether the place is sure enough to ask about.
    pub is_reference: bool,
    /// How the phone was carried, where the set says.
    pub slice: Option<String>,
}

/// A set with walks or sessions to deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum SetName {
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
    pub const ALL: [Self; 6] =
        [Self::Duke, Self::Ariel, Self::Ipin, Self::Ottawa, Self::Ucc5g, Self::IndoorMs];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Duke => "duke",
            Self::Ariel => "ariel",
            Self::Ipin => "ipin",
            Self::Ottawa => "ottawa",
            Self::Ucc5g => "ucc5g",
            Self::IndoorMs => "indoor-ms",
        }
    }

    /// The folder of its files in a folder with all sets.
    pub fn folder(self, data: &Path) -> PathBuf {
        data.join(match self {
            Self::Duke | Self::Ariel => "outdoor-wifi/dev",
            Self::Ottawa | Self::Ucc5g => "outdoor-cell/dev",
            Self::Ipin => "indoor-ipin2023/dev",
            Self::IndoorMs => "indoor-ms/dev",
        })
    }

    /// Its files.
    ///
    /// # Errors
    /// Its folder cannot be listed.
    pub fn files(self, data: &Path) -> anyhow::Result<Vec<PathBuf>> {
        let is_own = |path: &PathBuf| match self {
            Self::Ipin | Self::IndoorMs => true,
            _ => path
                .file_name()
                .and_then(|it| it.to_str())
                .is_some_and(|it| it.split('.').next() == Some(self.name())),
        };
        Ok(text::files(&self.folder(data))?.into_iter().filter(is_own).collect())
    }

    /// All its scans.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn rows(self, data: &Path) -> anyhow::Result<Vec<Row>> {
        let folder = self.folder(data);
        match self {
            Self::Duke | Self::Ariel | Self::Ottawa | Self::Ucc5g => lines::read(&folder, self),
            Self::Ipin => traces::read(&folder, traces::Kind::Ipin),
            Self::IndoorMs => traces::read(&folder, traces::Kind::IndoorMs),
        }
    }
}
