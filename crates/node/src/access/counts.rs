//! The counts of a day on disk, so that a restart gives nobody a second day.

use super::file::{FileError, KeyFolder, read_toml, write_toml};
use super::scope::COUNTED_ROUTES;
use super::table::Table;
use cairn_ground::Day;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the keys with a daily limit have used on one day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Counts {
    /// The day, counted from 1970-01-01.
    day: u16,
    /// Requests by key and route: geolocate, submit, geosubmit, geosubmit v2.
    #[serde(default)]
    used: BTreeMap<String, [u32; COUNTED_ROUTES]>,
}

impl Counts {
    /// What `table` has counted on `day`.
    pub(super) fn of(table: &Table, day: Day) -> Self {
        let counted = table.keys().iter().map(|key| (key.id.clone(), key.usage.counted(day)));
        let used = counted.filter(|(_, counts)| counts.iter().any(|n| *n > 0)).collect();
        Self { day: day.get(), used }
    }

    /// The counts kept in `folder`; nothing when none were kept.
    ///
    /// # Errors
    /// [`FileError`] when they cannot be read.
    pub(super) fn load(folder: &KeyFolder) -> Result<Self, FileError> {
        Ok(read_toml(&folder.counts())?.unwrap_or_default())
    }

    /// Keeps them.
    ///
    /// # Errors
    /// [`FileError`] when they cannot be written.
    pub(super) fn save(&self, folder: &KeyFolder) -> Result<(), FileError> {
        write_toml(&folder.counts(), self)
    }

    /// Lets the keys of `table` go on from here.
    pub(super) fn restore(&self, table: &Table) {
        for key in table.keys() {
            if let Some(counts) = self.used.get(&key.id) {
                key.usage.restore(Day::new(self.day), *counts);
            }
        }
    }

    /// True when nothing was used.
    pub(super) fn is_empty(&self) -> bool {
        self.used.is_empty()
    }
}
