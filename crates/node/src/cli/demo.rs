//! `cairn demo`: the main job on a fresh machine.

use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `cairn demo --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn demo            learn a simulated town, print a table, then show it on a map
  cairn demo --once     exit after the table
  cairn demo --seed 7   another town";

/// Simulate a town, learn it through the real HTTP door, ask it, and show how good the answers are.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Demo {
    /// Exit after the table instead of serving the map
    #[arg(long)]
    once: bool,
    /// Address and port of the demo's service
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Which town
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Keep the data here instead of a folder removed at the end
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Demo {
    /// Runs the demo.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let Self { once, listen, seed, data } = self;
        crate::demo::run(&crate::demo::Settings { once, listen, seed, data })
    }
}
