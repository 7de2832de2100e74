//! `cairn backup`: a data folder copied, whole and verified, while its service runs.

use super::screen;
use super::table::grouped;
use crate::backup::take;
use crate::clock::Clock;
use crate::store::Store;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `cairn backup --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn backup --data ./data --out /backups/2026-11-26

The service goes on meanwhile: the copy holds everything acknowledged before it began. Every file is hashed (BACKUP.json) and read back. The
contributors' day keys are left out, since they must not outlive their day; what is in public/ is made anew. The copy is as sensitive as the
data folder: keep it as safe. An archive that archive.url puts elsewhere stays there: serve what is restored with the same settings. The
way back: cairn restore.";

/// Copy a data folder, whole and verified, while its service runs.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Backup {
    /// Data folder of the service
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Folder to write to, empty or not there yet
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

impl Backup {
    /// Takes the backup and says how much it is.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let list = take(&Store::at(&self.data), &self.out, Clock::System.now())?;
        let (n_files, bytes) = (grouped(list.files.len() as u64), grouped(list.bytes()));
        screen::note(&format!("{n_files} files, {bytes} bytes, read back"));
        screen::say(&format!("journal {} to {}", list.journal_start, list.journal_end))?;
        Ok(ExitCode::SUCCESS)
    }
}
