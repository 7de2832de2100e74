//! The outlines of countries: Natural Earth as the page's packages bring it, made into the bytes that
//! `ground` embeds.
//!
//! Reading order: `topology` (what comes in), `owner` (whose each polygon is), `simplify`, `grid` (squares
//! of one degree), `encode` (what goes out).

mod encode;
mod grid;
mod owner;
mod simplify;
mod topology;

use std::fs;

use anyhow::{Context as _, Result, bail, ensure};

use self::grid::{Chain, Grid};
use self::topology::Topology;
use crate::repo::Repo;
use crate::say;

/// What is read: Natural Earth's admin 0 countries at 1:10m, a package of the page (`web/package.json`).
const SOURCE: &str = "web/node_modules/world-atlas/countries-10m.json";
/// What is written.
const TARGET: &str = "crates/ground/src/country/outlines.bin";

/// Why the outlines cannot be made here, where they cannot.
pub(crate) fn missing(repo: &Repo) -> Option<&'static str> {
    (!repo.has(SOURCE)).then_some("no web/node_modules/world-atlas: run `npm ci` in web")
}

/// Makes the outlines, or with `check` only compares.
///
/// # Errors
/// The source is missing or not what it was, or the committed bytes are stale.
pub(crate) fn run(repo: &Repo, check: bool) -> Result<()> {
    if let Some(why) = missing(repo) {
        bail!("cannot make the outlines: {why}");
    }
    let text = fs::read_to_string(repo.path(SOURCE)).with_context(|| format!("read {SOURCE}"))?;
    let bytes = made_from(&text)?;
    let target = repo.path(TARGET);
    if check {
        let committed = fs::read(&target).with_context(|| format!("read {TARGET}"))?;
        ensure!(committed == bytes, "{TARGET} is stale: run `cargo xtask outlines` and commit it");
        return Ok(());
    }
    fs::write(&target, &bytes).with_context(|| format!("write {TARGET}"))?;
    say::line(format_args!("{TARGET}: {} bytes", bytes.len()));
    Ok(())
}

fn made_from(text: &str) -> Result<Vec<u8>> {
    let mut topology = Topology::read(text)?;
    owner::redraw_vatican(&mut topology)?;
    let sides = owner::sides(&topology)?;
    let arcs = topology.arcs.iter().zip(sides);
    let chains: Vec<Chain> = arcs
        .filter_map(|(arc, sides)| Some((arc, sides?)))
        .filter_map(|(arc, sides)| Chain::new(&simplify::simplified(arc, sides), sides))
        .collect();
    encode::encoded(&Grid::new(&chains)?)
}
