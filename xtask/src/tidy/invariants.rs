//! Every invariant in ARCHITECTURE.md is named by the code that keeps it and by a test.

use super::issue::Issue;
use super::tree::{File, Tree, has_word};

/// Where invariants are written down.
const DOCUMENT: &str = "ARCHITECTURE.md";

/// Checks the ids in the tables of the section "Invariants".
pub(crate) fn check(tree: &Tree) -> Vec<Issue> {
    let Some(document) = tree.get(DOCUMENT) else { return Vec::new() };
    let mut issues = Vec::new();
    for (line, id) in ids(document) {
        let mut missing = |what: String| issues.push(Issue::new(DOCUMENT, line, "invariant", what));
        if !tree.product().any(|file| file.room().is_some() && has_word(&file.product_text(), &id))
        {
            missing(format!(
                "{id} is named by no source in crates/*/src: name it where it is kept"
            ));
        }
        if !tree.rust().any(|file| is_tested_in(file, &id)) {
            missing(format!(
                "{id} is named by no test: name a test `{}_…` or write `// invariant: {id}` in it",
                id.to_lowercase()
            ));
        }
    }
    issues
}

/// Whether a test of a room says the id: in a comment, or as a part of a test's name.
fn is_tested_in(file: &File, id: &str) -> bool {
    let tests = file.test_text();
    file.path.starts_with("crates/")
        && (has_word(&tests, id) || is_in_test_name(&tests, &id.to_lowercase()))
}

fn is_in_test_name(tests: &str, part: &str) -> bool {
    let names = tests.lines().filter_map(|line| line.trim_start().strip_prefix("fn "));
    names
        .filter_map(|rest| rest.split('(').next())
        .any(|name| name.split('_').any(|word| word == part))
}

/// The ids with their lines: `| **W1** | …` under a heading that says "Invariants".
fn ids(document: &File) -> Vec<(usize, String)> {
    let mut ids = Vec::new();
    let mut is_inside = false;
    for (number, line) in document.lines() {
        if line.starts_with('#') {
            is_inside = line.to_lowercase().contains("invariants");
        }
        if is_inside && line.starts_with('|') {
            let bold = line.split("**").skip(1).step_by(2).filter(|text| is_id(text));
            ids.extend(bold.map(|id| (number, id.to_owned())));
        }
    }
    ids
}

/// A capital letter and a number.
fn is_id(text: &str) -> bool {
    let mut chars = text.chars();
    let starts_well = chars.next().is_some_and(|c| c.is_ascii_uppercase());
    let digits = chars.as_str();
    starts_well && !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
}
