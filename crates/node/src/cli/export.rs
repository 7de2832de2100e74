//! `cairn export`: what may be published of the map, from what was sealed last.

use super::screen;
use super::table::grouped;
use crate::config::Config;
use crate::logging;
use crate::publish::{export_cells, export_coverage, export_wanted};
use crate::store::Store;
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use flate2::{Compression, GzBuilder};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What `cairn export --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn export cells --data ./data > cells.csv
  cairn export cells --data ./data --out cells.csv.gz
  cairn export coverage --data ./data --out coverage.geojson
  cairn export wanted --data ./data --out wanted.geojson

A running service is not disturbed. Which cells and H3 cells may be published is in the settings ([publish]). There is no export of Wi-Fi or Bluetooth:
docs/specs/privacy.md says why.";

/// Write what may be published of the map: the table of cells, the coverage layer, or where to measure next.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Export {
    /// What to write
    #[arg(value_enum)]
    what: What,
    /// Data folder of a service
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// File to write instead of standard output; .gz compresses, .geojson makes a map of the coverage or of what is wanted
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Settings the service runs with, where they are not the defaults
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// What can be exported.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    /// Cells, in the columns of the Mozilla Location Service
    Cells,
    /// How many transmitters are heard in each H3 cell
    Coverage,
    /// Where to measure next: the error expected in each H3 cell, and what one more contribution is worth
    Wanted,
}

impl Export {
    /// Writes what was asked for and says how much it is.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let config = Config::load(self.config.as_deref())?;
        logging::start(&config.log);
        let name = self.out.as_deref().map(Path::to_string_lossy).unwrap_or_default();
        let is_packed = name.ends_with(".gz");
        let is_map = name.trim_end_matches(".gz").ends_with(".geojson");
        let out: Box<dyn Write> = match &self.out {
            Some(path) => {
                Box::new(File::create(path).with_context(|| format!("create {}", path.display()))?)
            }
            None => Box::new(io::stdout()),
        };
        let mut out = BufWriter::new(out);
        let n = if is_packed {
            let mut packed = GzBuilder::new().write(&mut out, Compression::default());
            let n = self.write(&config, is_map, &mut packed)?;
            packed.finish().context("finish the file")?;
            n
        } else {
            self.write(&config, is_map, &mut out)?
        };
        out.flush().context("finish the file")?;
        let word = match self.what {
            What::Cells => "cells",
            What::Coverage | What::Wanted => "H3 cells",
        };
        screen::note(&format!("{} {word}", grouped(n)));
        Ok(ExitCode::SUCCESS)
    }

    fn write(&self, config: &Config, is_map: bool, out: &mut dyn Write) -> anyhow::Result<u64> {
        let store = Store::at(&self.data);
        let (publish, voices_min) = (&config.publish, config.learner.voices_min);
        match self.what {
            What::Cells => export_cells(&store, publish, voices_min, out),
            What::Coverage => export_coverage(&store, publish, is_map, out),
            What::Wanted => export_wanted(&store, publish, voices_min, is_map, out),
        }
    }
}
