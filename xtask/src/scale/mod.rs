//! The plan for the whole world, computed: people, their day, machines, money, and a region lost.
//!
//! Everything follows from `figures`, so that a new measurement changes the plan in one place. The tables stand in
//! docs/specs/scale.md between two marks; a test holds the two together.
//!
//! Reading order: `figures`, `people` (who reports where and when), `flow` (minute by minute), `partitions`,
//! `bill` (machines and money), `tables`.

mod bill;
mod figures;
mod flow;
mod partitions;
mod people;
mod tables;

use std::fs;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::repo::Repo;
use crate::say;

/// The page that holds the tables.
const PAGE: &str = "docs/specs/scale.md";
/// What stands before the tables there.
const FROM: &str = "<!-- cargo xtask scale-sim --write: from here -->\n";
/// What stands after them.
const TO: &str = "<!-- to here -->\n";
/// The people of the committed tables.
const SEED: u64 = 1;

/// What to simulate.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Other people, drawn in the same way.
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// Put the tables into docs/specs/scale.md instead of printing them.
    #[arg(long)]
    write: bool,
}

/// Simulates, and prints or writes the tables.
///
/// # Errors
/// The page cannot be read or written, or has lost its marks.
pub(crate) fn run(repo: &Repo, options: &Options) -> Result<()> {
    let tables = tables::all(options.seed);
    if !options.write {
        say::line(format_args!("{tables}"));
        return Ok(());
    }
    let path = repo.root().join(PAGE);
    let page = fs::read_to_string(&path).with_context(|| format!("read {PAGE}"))?;
    let (before, _, after) = cut(&page)?;
    fs::write(&path, format!("{before}{FROM}{tables}{TO}{after}"))
        .with_context(|| format!("write {PAGE}"))
}

/// The page before the tables, the tables, the page after them.
fn cut(page: &str) -> Result<(&str, &str, &str)> {
    let (before, rest) = page.split_once(FROM).context("the page has no mark to begin at")?;
    let (tables, after) = rest.split_once(TO).context("the page has no mark to end at")?;
    Ok((before, tables, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_holds_what_the_simulation_says() {
        let page = fs::read_to_string(Repo::find().unwrap().root().join(PAGE)).unwrap();
        let (_, tables, _) = cut(&page).unwrap();
        assert_eq!(tables, tables::all(SEED), "run `cargo xtask scale-sim --write`");
    }
}
