//! `cairn batch`: the map from the archive on a query engine, here or on many machines.
//!
//! The verb is in every build; without the feature `batch` it says how to make one that has the engine.

#[cfg(feature = "batch")]
mod cluster;
#[cfg(feature = "batch")]
mod made;
#[cfg(feature = "batch")]
mod rebuild;

use super::duration::duration;
use clap::{Args, Subcommand};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// What `cairn batch --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn batch rebuild --data ./data                        in this process
  cairn batch scheduler --listen 10.0.0.1:50050            on many machines: one of these,
  cairn batch executor --scheduler 10.0.0.1:50050 --host 10.0.0.2 --work ./work
  cairn batch submit --scheduler 10.0.0.1:50050 --data ./data --outputs /shared/outputs

The bytes are those of `cairn rebuild`, whatever the engine and the number of executors. Archive and outputs
must lie at the same path for all of them. Nobody is asked who they are: keep scheduler and executors on a
network of their own.";

/// What `cairn batch rebuild --help` ends with.
const REBUILD_EXAMPLES: &str = "Examples:
  cairn batch rebuild --data ./data                    print the digest of the rebuilt map
  cairn batch rebuild --data ./data --threads 8 --memory-mb 4096 --out ./rebuilt
  cairn batch rebuild --archive ./copied/archive       of an archive alone, without a journal";

/// What `cairn batch scheduler --help` ends with.
const SCHEDULER_EXAMPLES: &str = "Examples:
  cairn batch scheduler
  cairn batch scheduler --listen 10.0.0.1:50050 --executor-timeout 60s";

/// What `cairn batch executor --help` ends with.
const EXECUTOR_EXAMPLES: &str = "Examples:
  cairn batch executor --scheduler 127.0.0.1:50050 --work ./work
  cairn batch executor --scheduler 10.0.0.1:50050 --host 10.0.0.2 --port 50061 --threads 16 --memory-mb 32768 --work ./work";

/// What `cairn batch submit --help` ends with.
const SUBMIT_EXAMPLES: &str = "Examples:
  cairn batch submit --scheduler 127.0.0.1:50050 --data ./data --outputs ./outputs
  cairn batch submit --scheduler 10.0.0.1:50050 --archive /shared/archive --outputs /shared/outputs --groups 64 --deadline 30m";

/// What `cairn batch assemble --help` ends with.
const ASSEMBLE_EXAMPLES: &str = "Examples:
  python3 tests/spark/rebuild.py ./data/archive ./outputs libcairn_fold.so
  cairn batch assemble --outputs ./outputs --out ./rebuilt

What the journal holds beyond the archive is not in it.";

/// Make the map anew from the archive, on a query engine: in this process, or on many machines
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Batch {
    #[command(subcommand)]
    what: What,
}

/// What is asked of the engine.
#[derive(Debug, Subcommand)]
enum What {
    /// Make the map in this process
    Rebuild(Rebuild),
    /// Hand out tasks to executors
    Scheduler(Scheduler),
    /// Run tasks of a scheduler
    Executor(Executor),
    /// Have executors make the map
    Submit(Submit),
    /// Put the map together from what another engine wrote
    Assemble(Assemble),
}

/// What the map is made of.
#[derive(Debug, Args)]
struct Of {
    /// Data folder of a service: its archive, and its journal from where the archive ends
    #[arg(long, value_name = "DIR", required_unless_present = "archive")]
    data: Option<PathBuf>,
    /// Where the archive is, if not where the settings say: a folder or an object store
    #[arg(long, value_name = "DIR|URL")]
    archive: Option<String>,
}

/// How it is made, and where it goes.
#[derive(Debug, Args)]
struct Making {
    /// Settings the service runs with, where they are not the defaults
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder to keep the rebuilt snapshot in
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Threads; the result does not depend on it
    #[arg(long, value_name = "N", default_value_t = 2)]
    threads: usize,
}

/// Make the map in this process.
#[derive(Debug, Args)]
#[command(after_help = REBUILD_EXAMPLES)]
struct Rebuild {
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    making: Making,
    /// Memory of the engine, in MiB; beyond it rows are spilled to disk. The map itself comes on top
    #[arg(long, value_name = "MIB", default_value_t = 1_024)]
    memory_mb: usize,
}

/// Hand out tasks to executors.
#[derive(Debug, Args)]
#[command(after_help = SCHEDULER_EXAMPLES)]
struct Scheduler {
    /// Address and port to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:50050")]
    listen: SocketAddr,
    /// How long an executor may be silent before its work is given to others
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    executor_timeout: Duration,
}

/// Run tasks of a scheduler.
#[derive(Debug, Args)]
#[command(after_help = EXECUTOR_EXAMPLES)]
struct Executor {
    /// The scheduler, HOST:PORT
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:50050")]
    scheduler: String,
    /// Address to listen on, where the other executors find it
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    host: IpAddr,
    /// Port to listen on; the one above it is used too
    #[arg(long, value_name = "PORT", default_value_t = 50_060)]
    port: u16,
    /// Tasks at once
    #[arg(long, value_name = "N", default_value_t = 2)]
    threads: usize,
    /// Memory of all tasks together, in MiB; beyond it rows are spilled to disk
    #[arg(long, value_name = "MIB", default_value_t = 1_024)]
    memory_mb: usize,
    /// Folder for what is spilled and what other executors fetch
    #[arg(long, value_name = "DIR")]
    work: PathBuf,
}

/// Have executors make the map.
#[derive(Debug, Args)]
#[command(after_help = SUBMIT_EXAMPLES)]
struct Submit {
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    making: Making,
    /// The scheduler, HOST:PORT
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:50050")]
    scheduler: String,
    /// Folder that all executors write to
    #[arg(long, value_name = "DIR")]
    outputs: PathBuf,
    /// Jobs the shards are grouped into
    #[arg(long, value_name = "N", default_value_t = 1)]
    groups: u32,
    /// Tasks a stage is cut into
    #[arg(long, value_name = "N", default_value_t = 8)]
    partitions: usize,
    /// The longest a job may take before it is submitted again
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = duration)]
    deadline: Duration,
}

/// Put the map together from what another engine wrote.
#[derive(Debug, Args)]
#[command(after_help = ASSEMBLE_EXAMPLES)]
struct Assemble {
    /// Folder with `parts/`, `whole/` and `chosen`
    #[arg(long, value_name = "DIR")]
    outputs: PathBuf,
    #[command(flatten)]
    making: Making,
}

impl Batch {
    /// Does what was asked.
    #[cfg(feature = "batch")]
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        match self.what {
            What::Rebuild(it) => it.run(),
            What::Scheduler(it) => it.run(),
            What::Executor(it) => it.run(),
            What::Submit(it) => it.run(),
            What::Assemble(it) => it.run(),
        }
    }

    /// Says what is missing.
    #[cfg(not(feature = "batch"))]
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        anyhow::bail!(
            "this program was built without the query engine that {:?} needs; build one with it: \
             cargo build --release --features cluster",
            self.what
        )
    }
}
