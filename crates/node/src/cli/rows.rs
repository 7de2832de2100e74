//! `cairn model rows`: rows as served, made again from query and map, compared bit for bit.

use super::screen::say;
use crate::models::served::rebuilt::{Maps, Rebuild};
use crate::models::serving::registry;
use crate::store::Store;
use anyhow::Context as _;
use clap::Args;
use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What `cairn model rows --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn model rows ./rows --data ./data --models ./models
  cairn model rows rows-00000001.jsonl --snapshot now.snapshot

A running service keeps a sample of rows as it served them when `models.rows_folder` names a folder: what was heard, what
the model was told, what was promised. This makes each again from what was heard and the map that answered, found by its
digest, and compares every bit; radii too where the model is at hand. Exit code 1: one differs, cannot be read, or none
could be compared.";

/// Make rows as served again, from query and map, and compare every bit.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Rows {
    /// Files of rows, or folders of them
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Data folder whose map answered; repeatable
    #[arg(long, value_name = "DIR", required_unless_present = "snapshot")]
    data: Vec<PathBuf>,
    /// A snapshot file that answered; repeatable
    #[arg(long, value_name = "FILE")]
    snapshot: Vec<PathBuf>,
    /// Folder of models, to make the promised radii again too
    #[arg(long, value_name = "DIR")]
    models: Option<PathBuf>,
}

impl Rows {
    /// Compares all of them.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let folders = self.data.iter().map(|data| Store::at(data).map()).collect();
        let maps = Maps::of(&self.snapshot, folders)?;
        let models = self.models.as_deref().map(registry);
        let n_threads = std::thread::available_parallelism().map_or(1, NonZero::get);
        let mut rebuild = Rebuild::with(maps, models, n_threads);
        for path in &self.paths {
            for file in files(path)? {
                rebuild.file(&file)?;
            }
        }
        let tally = rebuild.tally;
        for what in &tally.told {
            say(what)?;
        }
        say(&format!(
            "{} rows equal in every bit, {} different, {} unreadable; of {} the map is not here",
            tally.n_equal, tally.n_other, tally.n_unreadable, tally.n_without
        ))?;
        let is_fine = tally.n_equal > 0 && tally.n_other == 0 && tally.n_unreadable == 0;
        Ok(ExitCode::from(u8::from(!is_fine)))
    }
}

/// A file, or those of a folder in their order.
fn files(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = fs::read_dir(path).with_context(|| format!("read {}", path.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| format!("read {}", path.display()))?.path();
        if path.extension().is_some_and(|ending| ending == "jsonl") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
