//! `cairn dead`: messages of the shared log that could not be read.

use super::screen;
use crate::clock::Clock;
use crate::cluster::dead_letters;
use crate::config::Config;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// What `cairn dead --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn dead list --nats nats://10.0.0.1:4222
  cairn dead replay --nats nats://10.0.0.1:4222

A message is put aside when its checksum is wrong, or when a newer program wrote it; what is good of it was learned.
After the cause is gone (the program is newer now), `replay` sends each again where it came from; what is still
unreadable comes back.";

/// What `cairn dead list --help` ends with.
const LIST_EXAMPLES: &str = "Example:
  cairn dead list --nats nats://10.0.0.1:4222

A line each: number, stream's subject, sequence there, bytes, reason.";

/// What `cairn dead replay --help` ends with.
const REPLAY_EXAMPLES: &str = "Example:
  cairn dead replay --nats nats://10.0.0.1:4222";

/// Show, or send again, messages of the shared log that could not be read.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Dead {
    #[command(subcommand)]
    what: What,
}

/// What to do with them.
#[derive(Debug, Subcommand)]
enum What {
    /// Show them with the reason
    #[command(after_help = LIST_EXAMPLES)]
    List(Servers),
    /// Send them again
    #[command(after_help = REPLAY_EXAMPLES)]
    Replay(Servers),
}

/// Where the servers are.
#[derive(Debug, Args)]
struct Servers {
    /// Addresses of NATS servers, commas between them
    #[arg(long, value_name = "URL")]
    nats: Option<String>,
    /// TOML file with settings; see `cairn serve --print-config`
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Dead {
    /// Shows them, or sends them again.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let (servers, replays) = match self.what {
            What::List(servers) => (servers, false),
            What::Replay(servers) => (servers, true),
        };
        let mut config = Config::load(servers.config.as_deref())?;
        config.cluster.nats = servers.nats.unwrap_or(config.cluster.nats);
        for line in dead_letters(&config.cluster, &Clock::System, replays)? {
            screen::say(&line)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
