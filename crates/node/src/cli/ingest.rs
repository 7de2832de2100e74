//! `cairn ingest`: the node of several that takes reports in.

use super::role::RoleFlags;
use super::serve::until_stopped;
use crate::clock::Clock;
use crate::cluster::start_ingest;
use crate::logging;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `cairn ingest --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn ingest --data ./ingest --nats nats://10.0.0.1:4222,nats://10.0.0.2:4222,nats://10.0.0.3:4222 --partitions 4
  cairn ingest --data ./ingest --config cairn.toml --listen [::]:8080

A submission is acknowledged when it is on this machine's disk, in DIR/journal. From there it goes to the NATS
streams, one for each part of the world, and stays here until the archive holds it: a stream that is full, or lost,
or servers that cannot be reached cost nothing but time. The number of partitions is the same on all machines.
Takes /v2/geosubmit, /v1/geosubmit and /v1/submit; watch cluster_forward_lag_bytes in /metrics.";

/// Take reports in for a shared log, which `cairn learn` learns from.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Ingest {
    /// Folder for the journal of what was acknowledged; made when it is not there
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Parts of the world, each with a stream of its own [default: 1]
    #[arg(long, value_name = "N")]
    partitions: Option<u32>,
    #[command(flatten)]
    flags: RoleFlags,
}

impl Ingest {
    /// Takes reports in until told to stop.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let mut config = self.flags.config()?;
        config.cluster.partitions = self.partitions.unwrap_or(config.cluster.partitions);
        logging::start(&config.log);
        until_stopped(start_ingest(&self.data, config, Clock::System)?)?;
        tracing::info!("stopped: what was not forwarded waits in the journal");
        Ok(ExitCode::SUCCESS)
    }
}
