//! `cairn journal`: how far it is, whether it is whole, what is in it.

mod range;
mod replay;
mod status;
mod verify;

use crate::store::Store;
use anyhow::Context as _;
use cairn_journal::{Journal as Opened, ReadOnlyJournal};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// What `cairn journal --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn journal status --data ./data                    how far it is, and who is how far behind
  cairn journal verify --data ./data                    read all of it and name what is damaged
  cairn journal replay --data ./data --from 2026-11-20  what was received since that day
  cairn journal replay --data ./data --parked           learn what could not be learned before

A running service is not disturbed, but for --parked, which needs the folder for itself.";

/// Show how far the journal is, check it, read it again.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Journal {
    #[command(subcommand)]
    verb: Verb,
}

/// What can be done.
#[derive(Debug, Subcommand)]
enum Verb {
    /// Show where it begins and ends, how large it is, and who is how far
    Status(status::Status),
    /// Read every record and name each that is damaged or cannot be decoded
    Verify(verify::Verify),
    /// Print or learn again what is between two positions or days
    Replay(replay::Replay),
}

impl Journal {
    /// Does what was asked for.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        match self.verb {
            Verb::Status(status) => status.run(),
            Verb::Verify(verify) => verify.run(),
            Verb::Replay(replay) => replay.run(),
        }
    }
}

/// The data folder of a service, for reading.
#[derive(Debug, Args)]
struct Data {
    /// Data folder of the service
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
}

impl Data {
    fn store(&self) -> Store {
        Store::at(&self.data)
    }

    /// The journal beside whoever writes it.
    fn open(&self) -> anyhow::Result<ReadOnlyJournal> {
        let folder = self.store().journal();
        anyhow::ensure!(folder.is_dir(), "{} holds no journal", self.data.display());
        Opened::open_read_only(&folder).context("open the journal")
    }
}
