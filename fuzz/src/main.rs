//! `cairn-fuzz`: throws mutated bytes at every decoder of strangers' bytes, on stable Rust.
//!
//! Not a coverage-guided fuzzer: seeds, a dictionary and a seeded generator, so that a run can be
//! repeated to the byte. A finding is a panic (a broken law counts as one) or an input that takes
//! longer than [`run::SLOW`]; it is written to `fuzz/findings/` and ends the run with a failure.
//!
//! Reading order: `targets` (add a decoder there: one line), `volume` (its decoders of streams), `mutate`, `run`.

mod dictionaries;
mod models;
mod mutate;
mod rng;
mod run;
mod targets;
mod volume;

use anyhow::{Context as _, bail};
use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

#[derive(Parser)]
#[command(name = "cairn-fuzz", about = "Fuzzes the decoders of strangers' bytes")]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Prints the names of the targets.
    List,
    /// Fuzzes one target, or all of them one after the other.
    #[command(external_subcommand)]
    Run(Vec<String>),
}

/// What follows the target's name.
#[derive(Parser)]
struct RunArgs {
    /// Name of a target, or `all`.
    target: String,
    /// Seconds for each target.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Folder with one folder of seeds per target.
    #[arg(long)]
    corpus: Option<PathBuf>,
    /// Start of the random numbers: the same seed makes the same inputs.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> ExitCode {
    let done = match Cli::parse().verb {
        Verb::List => {
            for target in targets::ALL {
                say(target.name);
            }
            Ok(())
        }
        Verb::Run(words) => {
            fuzz(&RunArgs::parse_from(std::iter::once("cairn-fuzz".to_owned()).chain(words)))
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            say(&format!("cairn-fuzz: {e:#}"));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "a command-line tool speaks on standard output")]
fn say(line: &str) {
    println!("{line}");
}

fn fuzz(args: &RunArgs) -> anyhow::Result<()> {
    let wanted = |target: &&targets::Target| args.target == "all" || args.target == target.name;
    let chosen: Vec<_> = targets::ALL.iter().filter(wanted).collect();
    if chosen.is_empty() {
        bail!("no target \"{}\": see `cairn-fuzz list`", args.target);
    }
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = args.corpus.clone().unwrap_or_else(|| home.join("corpus"));
    for target in chosen {
        let seeds = run::seeds(&corpus.join(target.name))?;
        if seeds.iter().all(Vec::is_empty) {
            bail!("no seeds in {}", corpus.join(target.name).display());
        }
        let budget = run::Budget::Time(Duration::from_secs(args.seconds));
        match run::fuzz(target, &seeds, args.seed, budget) {
            Ok(n) => say(&format!("{}: {n} inputs, nothing found", target.name)),
            Err(finding) => {
                let path = finding.write(&home.join("findings")).context("write the finding")?;
                bail!("{}: {} ({})", target.name, finding.what, path.display());
            }
        }
    }
    Ok(())
}
