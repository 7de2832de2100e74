//! The house style, checked by the house.
//!
//! Each rule is a function from the tree to its issues. A rule reads patterns, not syntax: it is
//! meant to be simple and right about this tree, not about every Rust program.
//! Reading order: `tree` (what the rules read), then any rule.

mod allow;
mod constants;
mod docs;
mod functions;
mod glossary;
mod invariants;
mod issue;
mod lexer;
mod ratchet;
mod text_rules;
mod tree;
mod walls;

use std::fs;
use std::process::ExitCode;

use anyhow::{Context as _, Result};

use self::issue::Issue;
use self::tree::Tree;
use crate::repo::Repo;
use crate::say;

/// The exceptions, each with its reason.
const ALLOW_FILE: &str = "xtask/tidy.toml";

/// The numbers that may only fall.
const RATCHET_FILE: &str = "xtask/ratchet.toml";

/// A rule: what is wrong with the tree.
type Rule = fn(&Tree) -> Vec<Issue>;

/// The rules that need nothing but the tree.
const RULES: [Rule; 9] = [
    text_rules::heads,
    text_rules::sizes,
    text_rules::unwraps,
    text_rules::markers,
    text_rules::forbidden,
    glossary::check,
    docs::check,
    invariants::check,
    constants::check,
];

/// The verb: prints every issue; the exit code is the verdict.
///
/// # Errors
/// The tree cannot be read.
pub(crate) fn run(repo: &Repo) -> Result<ExitCode> {
    let n_issues = check(repo)?;
    Ok(if n_issues == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints every issue and the tree's numbers, and returns the count of issues.
///
/// # Errors
/// The tree, the crate graph or a settings file cannot be read.
pub(crate) fn check(repo: &Repo) -> Result<usize> {
    let tree = Tree::load(repo)?;
    let mut issues: Vec<Issue> = RULES.iter().flat_map(|rule| rule(&tree)).collect();
    issues.extend(walls::check(&tree, &walls::Graph::read(repo)?));
    let measured = ratchet::measure(&tree);
    let (risen, notes) = ratchet::compare(&measured, &read(repo, RATCHET_FILE)?)?;
    issues.extend(risen);
    let issues = allow::apply(issues, &read(repo, ALLOW_FILE)?)?;
    issues.iter().for_each(say::line);
    notes.iter().for_each(say::line);
    say::line(ratchet::summary(&tree, &measured));
    say::line(format_args!("tidy: {} to fix", issues.len()));
    Ok(issues.len())
}

/// Writes the numbers of today's tree where they fell; with `raise` also where they rose.
///
/// # Errors
/// The tree or the file cannot be read or written.
pub(crate) fn bless(repo: &Repo, raise: bool) -> Result<()> {
    let measured = ratchet::measure(&Tree::load(repo)?);
    let (text, notes) = ratchet::blessed(&measured, &read(repo, RATCHET_FILE)?, raise)?;
    notes.iter().for_each(say::line);
    fs::write(repo.path(RATCHET_FILE), text).with_context(|| format!("write {RATCHET_FILE}"))
}

/// A settings file's text, empty where there is none.
fn read(repo: &Repo, file: &str) -> Result<String> {
    if !repo.has(file) {
        return Ok(String::new());
    }
    fs::read_to_string(repo.path(file)).with_context(|| format!("read {file}"))
}

#[cfg(test)]
#[path = "tidy_tests.rs"]
mod tests;
