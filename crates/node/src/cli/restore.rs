//! `cairn restore`: a data folder made from a backup.

use super::screen;
use super::table::grouped;
use crate::backup::restore;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `cairn restore --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn restore --from /backups/2026-11-26 --data ./data
  cairn rebuild --data ./data --check                     the map is the journal's

Every hash is checked before anything is written and once more afterwards. Phones that report the same day again count as other voices, since the
day's key is not in a backup.";

/// Make a data folder from a backup.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Restore {
    /// Folder of the backup
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// Data folder to make, empty or not there yet
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
}

impl Restore {
    /// Restores and says how much it is.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let list = restore(&self.from, &self.data)?;
        let (n_files, bytes) = (grouped(list.files.len() as u64), grouped(list.bytes()));
        screen::note(&format!("{n_files} files, {bytes} bytes, as they were backed up"));
        screen::say(&format!("journal {} to {}", list.journal_start, list.journal_end))?;
        Ok(ExitCode::SUCCESS)
    }
}
