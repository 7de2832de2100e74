//! `cairn archive`: what the archive holds, whether it is whole, and fewer files of it.

use super::screen;
use super::table::{grouped, table};
use crate::archiver::ArchiveDoor;
use crate::clock::Clock;
use crate::config::Config;
use crate::logging;
use crate::store::Store;
use anyhow::Context as _;
use cairn_archive::limits::MANIFESTS_KEPT;
use cairn_archive::{FileEntry, Gathered, Manifest};
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `cairn archive --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn archive status --data ./data
  cairn archive verify --data ./data            read every file, whole
  cairn archive compact --data ./data           merge small files now

A running service is not disturbed: it keeps the archive in order by itself.";

/// What `cairn archive status --help` ends with.
const STATUS_EXAMPLES: &str = "Example:
  cairn archive status --data ./data --json";

/// What `cairn archive verify --help` ends with.
const VERIFY_EXAMPLES: &str = "Example:
  cairn archive verify --data ./data

Exit code 1: a file is missing, cut short or changed, or holds what no evidence makes; each is named.";

/// What `cairn archive compact --help` ends with.
const COMPACT_EXAMPLES: &str = "Example:
  cairn archive compact --data ./data";

/// Look at the archive of evidence, or put it in order.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, arg_required_else_help = true)]
pub(super) struct ArchiveVerb {
    #[command(subcommand)]
    verb: Verb,
}

/// What to do with the archive.
#[derive(Debug, Subcommand)]
enum Verb {
    /// Say what it holds and how far the journal is in it
    #[command(after_help = STATUS_EXAMPLES)]
    Status(Status),
    /// Read all of it and name what is damaged
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify(Where),
    /// Merge small files, purge what was taken out, remove what nothing names
    #[command(after_help = COMPACT_EXAMPLES)]
    Compact(Where),
}

#[derive(Debug, Args)]
struct Status {
    #[command(flatten)]
    at: Where,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Where {
    /// Data folder of the service
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Settings the service runs with, where they are not the defaults
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Where {
    /// The archive and its current manifest.
    fn open(&self) -> anyhow::Result<(ArchiveDoor, Manifest)> {
        let config = Config::load(self.config.as_deref())?;
        logging::start(&config.log);
        let nothing = || format!("{} has no archive yet", self.data.display());
        let door = ArchiveDoor::find(&config.archive, &Store::at(&self.data))?;
        let door = door.with_context(nothing)?;
        let manifest = door.wait(door.archive().current())?.with_context(nothing)?;
        Ok((door, manifest))
    }
}

impl ArchiveVerb {
    /// Does what was asked for.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        match self.verb {
            Verb::Status(Status { at, json }) => status(&at.open()?.1, json),
            Verb::Verify(at) => verify(&at.open()?),
            Verb::Compact(at) => compact(at.open()?),
        }
    }
}

fn status(manifest: &Manifest, as_json: bool) -> anyhow::Result<ExitCode> {
    let days = || manifest.files.iter().map(|file| cairn_ground::Day::new(file.day));
    let (first, last) = (days().min(), days().max());
    let text = |day: Option<cairn_ground::Day>| day.map_or("-".to_owned(), |it| it.to_string());
    let positions: Vec<(&str, u64)> =
        manifest.covered.iter().map(|(name, it)| (name.as_str(), it.position)).collect();
    if as_json {
        let said = json!({
            "manifest": manifest.number,
            "data_set": manifest.data_set,
            "files": manifest.files.len(),
            "rows": manifest.n_rows(),
            "bytes": manifest.n_bytes(),
            "first_day": first.map(|day| day.to_string()),
            "last_day": last.map(|day| day.to_string()),
            "positions": positions.iter().copied().collect::<std::collections::BTreeMap<_, _>>(),
            "excluded": manifest.excluded,
            "is_purged": manifest.is_purged,
        });
        screen::say(&said.to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows = vec![
        ("manifest".to_owned(), manifest.number.to_string()),
        ("data set".to_owned(), manifest.data_set.clone()),
        ("files".to_owned(), grouped(manifest.files.len() as u64)),
        ("readings".to_owned(), grouped(manifest.n_rows())),
        ("bytes".to_owned(), grouped(manifest.n_bytes())),
        ("days".to_owned(), format!("{} to {}", text(first), text(last))),
        ("taken out".to_owned(), grouped(manifest.excluded.len() as u64)),
    ];
    rows.extend(positions.iter().map(|(name, at)| (format!("{name} to"), grouped(*at))));
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(name, value)| vec![name, value]).collect();
    screen::say(table(&rows).trim_end())?;
    Ok(ExitCode::SUCCESS)
}

fn verify((door, manifest): &(ArchiveDoor, Manifest)) -> anyhow::Result<ExitCode> {
    let mut n_damaged = 0;
    for file in &manifest.files {
        if let Err(error) = verify_file(door, file) {
            n_damaged += 1;
            screen::say(&format!("{}: {error:#}", file.path))?;
        }
    }
    let (n_files, n_rows) = (grouped(manifest.files.len() as u64), grouped(manifest.n_rows()));
    if n_damaged > 0 {
        screen::say(&format!("{n_damaged} of {n_files} files are damaged"))?;
        return Ok(ExitCode::from(1));
    }
    screen::say(&format!("{n_files} files, {n_rows} readings: all whole"))?;
    Ok(ExitCode::SUCCESS)
}

/// Reads a file and every row of it.
fn verify_file(door: &ArchiveDoor, file: &FileEntry) -> anyhow::Result<()> {
    let mut n_rows = 0;
    for batch in door.wait(door.archive().rows(file))? {
        let batch = batch?;
        n_rows += batch.num_rows() as u64;
        Gathered::default().take(&batch)?;
    }
    anyhow::ensure!(n_rows == file.rows, "{n_rows} rows, and the manifest says {}", file.rows);
    Ok(())
}

fn compact((door, mut manifest): (ArchiveDoor, Manifest)) -> anyhow::Result<ExitCode> {
    let before = manifest.files.len() as u64;
    manifest = door.wait(door.archive().purge(manifest))?;
    while let Some(merged) = door.wait(door.archive().merge_once(&manifest))? {
        manifest = merged;
    }
    let now_ms = Clock::System.now().ms();
    let gone = door.wait(door.archive().collect(&manifest, MANIFESTS_KEPT, now_ms))?;
    let after = manifest.files.len() as u64;
    let text = format!("{} files before, {} now", grouped(before), grouped(after));
    screen::say(&format!("{text}; {} objects removed", grouped(gone as u64)))?;
    Ok(ExitCode::SUCCESS)
}
