//! Counts the instructions of one query, part by part, and holds them to the committed figures.
//!
//! Instructions and not time: the count is the same on a busy machine. The programs are `answer`'s examples
//! `one_query` and `one_indoor_query`; a part's figure is the difference between many turns of it and none, divided by
//! the turns.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;

use crate::clock::Stopwatch;
use crate::process;
use crate::repo::{Repo, tool};
use crate::say;

/// Where the figures are kept.
const FIGURES: &str = "crates/answer/instructions.toml";
/// The parts of a query.
const PARTS: [&str; 4] = ["parse", "look_up", "solve", "encode"];
/// What an answer inside a mapped building is called among them.
const INDOOR: &str = "indoor";
/// Turns of a part that are counted.
const TURNS: u64 = 200;
/// How far a count may rise, or fall unnoticed, as a share of the committed one.
/// Source: choice; equal builds count the same, a new compiler's differ by one or two percent.
const TOLERANCE: f64 = 0.05;
/// The longest all of it may take, the build included.
const LIMIT: Duration = Duration::from_mins(15);

/// What to do with the counts.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Keep the counts as the new figures.
    #[arg(long)]
    write: bool,
}

/// Why there is nothing to count here, if so.
pub(crate) fn missing() -> Option<&'static str> {
    let is_there = tool("valgrind").is_some();
    (!is_there).then_some("no valgrind on the path: apt-get install valgrind")
}

/// Counts and compares, or keeps.
///
/// # Errors
/// A count beyond the tolerance, or a program that cannot be built or run.
pub(crate) fn run(repo: &Repo, options: &Options) -> Result<()> {
    check(repo, options.write, LIMIT)
}

/// Counts and compares, or keeps, within a time.
///
/// # Errors
/// As [`run`].
pub(crate) fn check(repo: &Repo, write: bool, limit: Duration) -> Result<()> {
    let watch = Stopwatch::start();
    // With the server's room, so that everything below has the features that the server was built with.
    let examples = ["--example", "one_query", "--example", "one_indoor_query"];
    let of = ["build", "--release", "--locked", "-p", "cairn-answer", "-p", "cairn-node"];
    process::run(&mut repo.cargo(&[&of[..], &examples].concat()), limit, |_| ())?;
    let mut counted = BTreeMap::new();
    for part in PARTS {
        let n = each(|turns| references(repo, ["one_query", part], turns, watch.left_of(limit)))?;
        counted.insert(part.to_owned(), n);
    }
    let building = repo.path("target/one_indoor_query.snapshot").display().to_string();
    let mut learn = repo.command(repo.path("target/release/examples/one_indoor_query"));
    process::run(learn.args(["learn", &building]), watch.left_of(limit), |_| ())?;
    let indoor = ["one_indoor_query", &building];
    let n = each(|turns| references(repo, indoor, turns, watch.left_of(limit)))?;
    counted.insert(INDOOR.to_owned(), n);
    let path = repo.path(FIGURES);
    if write {
        let text = format!("{HEAD}{}", toml::to_string(&counted).context("write the figures")?);
        return std::fs::write(&path, text).with_context(|| format!("write {}", path.display()));
    }
    let text =
        std::fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
    let kept = toml::from_str(&text).with_context(|| format!("read {}", path.display()))?;
    compare(&counted, &kept)
}

/// Instructions of one turn, by what many and none take.
fn each(of: impl Fn(u64) -> Result<u64>) -> Result<u64> {
    Ok(of(TURNS)?.saturating_sub(of(0)?) / TURNS)
}

/// What the file of figures says first.
const HEAD: &str = "# Instructions of one query that names 20 known networks, part by part (look_up is a part of solve),\n\
    # and of one that names 216 in a mapped building (indoor: look-up and answer).\n\
    # Counted and renewed by `cargo xtask instructions`, with --write.\n";

/// Instructions of a program when it does a part so many times.
fn references(repo: &Repo, [program, part]: [&str; 2], turns: u64, left: Duration) -> Result<u64> {
    let mut found = None;
    let mut command = repo.command("valgrind");
    command.args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]);
    command.arg(repo.path("target/release/examples").join(program));
    command.args([part, &turns.to_string()]);
    process::run(&mut command, left, |line| found = found.or_else(|| counted_in(line)))?;
    found.context("valgrind printed no count")
}

/// The count in valgrind's line `==12== I refs: 1,234`.
fn counted_in(line: &str) -> Option<u64> {
    let (_, number) = line.split_once("I ")?.1.split_once("refs:")?;
    number.trim().replace(',', "").parse().ok()
}

/// Prints both and refuses what rose, or fell so far that the figures say nothing.
fn compare(counted: &BTreeMap<String, u64>, kept: &BTreeMap<String, u64>) -> Result<()> {
    let mut off = Vec::new();
    for (part, n) in counted {
        let Some(before) = kept.get(part) else { bail!("{FIGURES} has no figure for {part}") };
        #[expect(clippy::cast_precision_loss, reason = "a ratio of some ten thousand")]
        let ratio = *n as f64 / (*before).max(1) as f64;
        say::line(format_args!("{part:<8} {n:>9} instructions, {ratio:.3} of {before}"));
        if (ratio - 1.0).abs() > TOLERANCE {
            off.push(format!("{part} {ratio:.3}"));
        }
    }
    let off = off.join(", ");
    ensure!(off.is_empty(), "{off}: make it cheaper, or `cargo xtask instructions --write`");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_read_from_valgrind_s_line() {
        assert_eq!(counted_in("==7== I   refs:      1,234,567"), Some(1_234_567));
        assert_eq!(counted_in("==7== I refs: 12"), Some(12));
        assert_eq!(counted_in("==7== D refs: 12"), None);
    }

    #[test]
    fn a_part_that_costs_a_tenth_more_or_less_is_refused_and_a_hundredth_is_not() {
        let of = |n| BTreeMap::from([("parse".to_owned(), n)]);
        assert!(compare(&of(1_010), &of(1_000)).is_ok());
        for n in [1_100, 900] {
            let error = compare(&of(n), &of(1_000)).unwrap_err();
            assert!(error.to_string().contains("parse"), "{error}");
        }
        assert!(compare(&of(1), &BTreeMap::new()).is_err());
    }
}
