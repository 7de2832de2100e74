//! `cairn snapshot`: look into sealed maps, compare and join them, and make large ones to measure with.

mod diff;
mod made_up;
mod publish;

use super::inspect;
use super::screen;
use super::table::grouped;
use anyhow::Context as _;
use cairn_snapshot::{Snapshot, SnapshotSet, Verify, merge_into};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// What `cairn snapshot --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn snapshot verify ./data/map/*.snapshot
  cairn snapshot stats ./data/map/0123456789abcdef.snapshot
  cairn snapshot diff yesterday.snapshot today.snapshot --moved 20
  cairn snapshot merge newest.snapshot base.snapshot --out ./merged
  cairn snapshot publish ./merged/0123456789abcdef.snapshot --to /srv/maps
  cairn snapshot build --made-up 100000000 --out /tmp/large

Snapshots are never changed: what is made is a new file, named by its digest. Building and merging use all cores, bounded
memory and as much disk again for sorted runs in DIR/*.building; broken off, the same command goes on from there.";

/// Verify, compare and join sealed maps.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct SnapshotVerb {
    #[command(subcommand)]
    what: What,
}

/// What to do with snapshots.
#[derive(Debug, Subcommand)]
enum What {
    /// Read every byte and check it against its checksums; exit code 1 when one is damaged
    #[command(after_help = "Example:\n  cairn snapshot verify ./data/map/*.snapshot")]
    Verify {
        /// Snapshot files
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
    /// Show what a snapshot holds, in numbers
    #[command(after_help = "Example:\n  cairn snapshot stats ./data/map/0123456789abcdef.snapshot")]
    Stats {
        /// Snapshot file
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Say what one snapshot knows and another does not, and what moved; exit code 1 when they differ
    #[command(
        after_help = "Example:\n  cairn snapshot diff yesterday.snapshot today.snapshot --moved 20"
    )]
    Diff(diff::Diff),
    /// Join snapshots into one, of a transmitter in several the record of the first
    #[command(
        after_help = "Example:\n  cairn snapshot merge newest.snapshot base.snapshot --out ./merged"
    )]
    Merge {
        /// Snapshot files, the newest first
        #[arg(value_name = "FILE", required = true, num_args = 2..)]
        files: Vec<PathBuf>,
        /// Folder to write to
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Threads; the bytes do not depend on it [default: as many as there are cores]
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
        threads: Option<u64>,
    },
    /// Put a snapshot where servers look for it: they check it and serve it from then on
    #[command(
        after_help = "Example:\n  cairn snapshot publish 0123456789abcdef.snapshot --to /srv/maps\n  cairn locate --listen 127.0.0.1:8080 --maps /srv/maps"
    )]
    Publish(publish::Publish),
    /// Make a snapshot of transmitters that nobody heard, as large as wanted, to measure with
    #[command(after_help = "Example:\n  cairn snapshot build --made-up 100000000 --out /tmp/large")]
    Build(made_up::Build),
}

impl SnapshotVerb {
    /// Does what was asked for.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        crate::logging::start(&crate::config::LogConfig::default());
        match self.what {
            What::Verify { files } => verify(&files),
            What::Stats { file, json } => inspect::snapshot(&file, json),
            What::Diff(diff) => diff.run(),
            What::Merge { files, out, threads } => merge(&files, &out, made_up::threads(threads)),
            What::Publish(publish) => publish.run(),
            What::Build(build) => build.run(),
        }
    }
}

/// Checks files; one that is damaged costs the others nothing.
fn verify(files: &[PathBuf]) -> anyhow::Result<ExitCode> {
    let mut n_damaged = 0;
    for path in files {
        let verdict = match Snapshot::open_with(path, Verify::Eager) {
            Ok(snapshot) => format!("whole, {} transmitters", grouped(snapshot.len())),
            Err(error) => {
                n_damaged += 1;
                format!("{error:#}: {}", cause(&error))
            }
        };
        screen::say(&format!("{}  {verdict}", path.display()))?;
    }
    Ok(if n_damaged == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// What lies behind an error.
fn cause(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(String::new, ToString::to_string)
}

/// Writes the union, in bounded memory.
fn merge(files: &[PathBuf], out: &Path, threads: usize) -> anyhow::Result<ExitCode> {
    let mut layers = files.iter().map(|path| open(path)).collect::<anyhow::Result<Vec<_>>>()?;
    let base = layers.pop();
    let set = SnapshotSet::new(base, layers);
    std::fs::create_dir_all(out).with_context(|| format!("create {}", out.display()))?;
    let bar = indicatif::ProgressBar::new(0);
    let (id, tally) = merge_into(&set, out, threads, &|_, n_runs| {
        bar.set_length(n_runs);
        bar.inc(1);
    })?;
    bar.finish_and_clear();
    if tally.n_kept > 0 {
        screen::note(&format!("{} runs were there already", tally.n_kept));
    }
    screen::say(&out.join(id.file_name()).display().to_string())?;
    Ok(ExitCode::SUCCESS)
}

/// Opens a snapshot for reading.
fn open(path: &Path) -> anyhow::Result<Arc<Snapshot>> {
    let opened = Snapshot::open(path).with_context(|| format!("open {}", path.display()))?;
    Ok(Arc::new(opened))
}
