//! The lanes by name, and why somebody is sent away.

use serde::{Deserialize, Serialize};

/// Who waits for whom.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Lane {
    /// Calls for help: a key says so, never a stranger
    Emergency,
    /// Somebody waits for one answer
    Interactive,
    /// Nobody waits: submissions, batches, downloads
    Bulk,
}

impl Lane {
    /// All of them, the first served first.
    pub const ALL: [Self; 3] = [Self::Emergency, Self::Interactive, Self::Bulk];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Emergency => "emergency",
            Self::Interactive => "interactive",
            Self::Bulk => "bulk",
        }
    }

    /// Its place in a table.
    pub(super) const fn index(self) -> usize {
        match self {
            Self::Emergency => 0,
            Self::Interactive => 1,
            Self::Bulk => 2,
        }
    }
}

/// Why a request was sent away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// As many wait as may.
    Full,
    /// Its turn did not come in time.
    Deadline,
    /// Requests wait too long for a thread.
    Late,
    /// Somebody of a lane above waits.
    Yield,
}

impl Why {
    pub(super) const ALL: [Self; 4] = [Self::Full, Self::Deadline, Self::Late, Self::Yield];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Deadline => "deadline",
            Self::Late => "late",
            Self::Yield => "yield",
        }
    }
}
