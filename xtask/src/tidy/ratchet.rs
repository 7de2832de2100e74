//! Numbers that may only fall: long functions, long files, undocumented public functions.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use toml::Table;

use super::RATCHET_FILE;
use super::functions::{Function, functions};
use super::issue::Issue;
use super::tree::{File, Tree};

/// A function longer than this needs scrolling.
const FUNCTION_LINES_MAX: usize = 70;

/// A file longer than this, its tests apart, begins to.
const FILE_LINES_AIM: usize = 250;

const HEAD: &str = "\
# Numbers that may only fall. `cargo xtask bless --ratchet` writes the lower ones;
# with `--raise` also higher ones, and then the commit says why.
";

/// One number: its name, and everything it counts.
#[derive(Debug)]
pub(crate) struct Measured {
    name: &'static str,
    found: Vec<Issue>,
}

/// Takes the numbers of the tree.
pub(crate) fn measure(tree: &Tree) -> Vec<Measured> {
    let (mut long, mut bare, mut large) = (Vec::new(), Vec::new(), Vec::new());
    for file in tree.product() {
        for function in functions(file) {
            let Function { line, n_lines, is_public, is_documented } = function;
            if n_lines > FUNCTION_LINES_MAX {
                let what = format!("{n_lines} lines, {FUNCTION_LINES_MAX} are allowed: split it");
                long.push(Issue::new(&file.path, line, "function-size", what));
            }
            if is_public && !is_documented && file.room().is_some() {
                let what = "a public function without a doc comment: say what it is for";
                bare.push(Issue::new(&file.path, line, "undocumented", what));
            }
        }
        large.extend(large_file(file));
    }
    [
        ("functions_over_70", long),
        ("files_over_250", large),
        ("undocumented_public_functions", bare),
    ]
    .map(|(name, found)| Measured { name, found })
    .into()
}

fn large_file(file: &File) -> Option<Issue> {
    let n_lines = file.n_product_lines();
    let what = format!("{n_lines} lines, aim at {FILE_LINES_AIM}: split it at a noun");
    (n_lines > FILE_LINES_AIM).then(|| Issue::new(&file.path, FILE_LINES_AIM + 1, "file-aim", what))
}

/// Issues for every number that rose, and a note for every number that fell.
///
/// # Errors
/// `text`, the ratchet file, is not TOML.
pub(crate) fn compare(measured: &[Measured], text: &str) -> Result<(Vec<Issue>, Vec<String>)> {
    let table = parse(text)?;
    let (mut issues, mut notes) = (Vec::new(), Vec::new());
    for Measured { name, found } in measured {
        let (now, allowed) = (found.len(), allowed(&table, name));
        if now > allowed {
            issues.extend(found.iter().cloned());
            let what = format!("{name} is {now}, {allowed} are allowed: see the places listed");
            issues.push(Issue::new(RATCHET_FILE, 1, "ratchet", what));
        } else if now < allowed {
            notes.push(format!(
                "{name} fell to {now} from {allowed}: run `cargo xtask bless --ratchet`"
            ));
        }
    }
    Ok((issues, notes))
}

/// The ratchet file for today's numbers, and a note for each that rose and was not raised.
///
/// # Errors
/// `text`, the ratchet file so far, is not TOML.
pub(crate) fn blessed(
    measured: &[Measured],
    text: &str,
    raise: bool,
) -> Result<(String, Vec<String>)> {
    let table = parse(text)?;
    let (mut blessed, mut notes) = (HEAD.to_owned(), Vec::new());
    for Measured { name, found } in measured {
        let (now, allowed) = (found.len(), allowed(&table, name));
        let kept = if raise { now } else { now.min(allowed) };
        if now > kept {
            notes.push(format!("{name} stays at {allowed} though it is {now}: it may only fall"));
        }
        writeln!(blessed, "{name} = {kept}").context("write to a string")?;
    }
    Ok((blessed, notes))
}

/// One line on the shape of the tree.
pub(crate) fn summary(tree: &Tree, measured: &[Measured]) -> String {
    let mut sizes: Vec<usize> = tree.product().map(File::n_product_lines).collect();
    let mut lengths: Vec<usize> =
        tree.product().flat_map(functions).map(|function| function.n_lines).collect();
    let (median, p90, max) = spread(&mut sizes);
    let (function_median, function_p90, function_max) = spread(&mut lengths);
    let counts = measured.iter().map(|Measured { name, found }| format!("{name} {}", found.len()));
    format!(
        "{} files, median/p90/max {median}/{p90}/{max} lines; {} functions, {function_median}/{function_p90}/{function_max}; {}",
        sizes.len(),
        lengths.len(),
        counts.collect::<Vec<_>>().join(", ")
    )
}

fn spread(values: &mut [usize]) -> (usize, usize, usize) {
    values.sort_unstable();
    let at = |percent: usize| {
        values.get(values.len().saturating_sub(1) * percent / 100).copied().unwrap_or(0)
    };
    (at(50), at(90), at(100))
}

fn parse(text: &str) -> Result<Table> {
    text.parse().with_context(|| format!("parse {RATCHET_FILE}"))
}

/// The number in the file, zero where it says nothing.
fn allowed(table: &Table, name: &str) -> usize {
    table
        .get(name)
        .and_then(toml::Value::as_integer)
        .and_then(|number| usize::try_from(number).ok())
        .unwrap_or(0)
}
