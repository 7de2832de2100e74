//! What is run, and the text that comes of it.

mod ageing;
mod alien;
mod hostile;
mod poison;
mod ranging;
mod sets;
mod surveyed;
mod town;
mod uji;
mod wanted;
mod worlds;

use crate::data::SetName;
use crate::method::MethodName;
use crate::say;
use crate::table::Table;
use anyhow::Context as _;
use std::fs;
use std::path::PathBuf;

/// What to run.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// A part, repeatable; all parts without it.
    #[arg(long = "part", value_enum, value_name = "PART")]
    parts: Vec<Part>,
    /// A set of the part `sets`, repeatable; all sets without it.
    #[arg(long = "set", value_enum, value_name = "SET")]
    sets: Vec<SetName>,
    /// A method, repeatable; all methods without it.
    #[arg(long = "method", value_enum, value_name = "METHOD")]
    methods: Vec<MethodName>,
    /// The folder with the shared data; parts that need it are skipped without.
    #[arg(long, value_name = "DIR", default_value = "../shared")]
    shared: PathBuf,
    /// Also write the tables to this file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// A part of the evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// The ASCII worlds of tests/worlds.
    Worlds,
    /// A simulated town: held-out queries, and transmitters against their true places.
    Town,
    /// The same town with a fifth of its contributors hostile, and with single hostile reports.
    Poison,
    /// Where to measure next: expected errors against those of held-out queries.
    Wanted,
    /// The same town with boxes that answer ranging.
    Ranging,
    /// The shared sets by folds, whole and with alien readings in the queries.
    Sets,
    /// `UJIIndoorLoc`, its official split.
    Uji,
    /// Six surveyed Bluetooth transmitters of the museum.
    Surveyed,
    /// Buildings that change while they are learned.
    Ageing,
}

impl Part {
    const ALL: [Self; 9] = [
        Self::Worlds,
        Self::Town,
        Self::Poison,
        Self::Ranging,
        Self::Wanted,
        Self::Sets,
        Self::Uji,
        Self::Surveyed,
        Self::Ageing,
    ];

    const fn needs_shared(self) -> bool {
        matches!(self, Self::Sets | Self::Uji | Self::Surveyed | Self::Ageing)
    }
}

/// How the file begins.
const HEAD: &str = "\
# Every method, side by side

Written by `cargo xtask eval --methods --out docs/measured/methods-tables.md`; what it means is in `docs/measured/methods.md`.
Metres; shares without the leading zero; a dash where a method says nothing of the kind.

";

/// Runs the chosen parts and prints their tables.
///
/// # Errors
/// Data cannot be read, or a method cannot seal.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let parts = if options.parts.is_empty() { Part::ALL.to_vec() } else { options.parts.clone() };
    let mut text = HEAD.to_owned();
    for part in parts {
        if part.needs_shared() && !options.shared.join("data").is_dir() {
            say::line(format_args!("skipped: no ../shared ({part:?})"));
            continue;
        }
        for table in tables(part, options)? {
            let table = table.markdown();
            say::line(&table);
            text.push_str(&table);
            text.push('\n');
        }
    }
    if let Some(out) = &options.out {
        fs::write(out, text).with_context(|| format!("write {}", out.display()))?;
    }
    Ok(())
}

fn tables(part: Part, options: &Options) -> anyhow::Result<Vec<Table>> {
    let chosen = |all: &[MethodName]| -> Vec<MethodName> {
        let is_chosen =
            |name: &&MethodName| options.methods.is_empty() || options.methods.contains(name);
        all.iter().filter(is_chosen).copied().collect()
    };
    let (all, with_transmitters) =
        (chosen(&MethodName::ALL), chosen(&MethodName::WITH_TRANSMITTERS));
    let sets = if options.sets.is_empty() { &SetName::ALL[..] } else { &options.sets };
    match part {
        Part::Worlds => worlds::tables(&all),
        Part::Wanted if !all.contains(&MethodName::Cairn) => Ok(Vec::new()),
        Part::Wanted => wanted::tables(),
        Part::Town => town::tables(&all),
        Part::Poison => Ok(poison::tables(&with_transmitters)),
        Part::Ranging => ranging::tables(&all),
        Part::Sets => sets::tables(&options.shared, sets, &all),
        Part::Uji => uji::tables(&options.shared, &all),
        Part::Surveyed => surveyed::tables(&options.shared, &with_transmitters),
        Part::Ageing => ageing::tables(&options.shared, &all),
    }
}
