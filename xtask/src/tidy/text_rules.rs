//! Rules on plain text: heads, file sizes, unwraps, unfinished work, strings that must not leak.

use super::issue::Issue;
use super::tree::{File, Tree, has_word};

/// The most lines a room's file may have, its tests apart.
const FILE_LINES_MAX: usize = 500;

/// Words of unfinished work, written apart so that this file does not hold them.
const MARKERS: [&str; 3] = [concat!("FIX", "ME"), concat!("TO", "DO"), concat!("XX", "X")];

/// Text that must not be in the tree: folders of one machine, and registries asked by hand.
const FORBIDDEN: [&str; 4] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("crates", ".io/api"),
    concat!("registry", ".npmjs"),
];

/// Every Rust file begins by saying what it is.
pub(crate) fn heads(tree: &Tree) -> Vec<Issue> {
    let what = "no head: begin with `//!` and one sentence that says what this file is";
    let is_headless = |file: &&File| !file.text.trim_start().starts_with("//!");
    tree.rust().filter(is_headless).map(|file| Issue::new(&file.path, 1, "head", what)).collect()
}

/// No file of a room needs much scrolling.
pub(crate) fn sizes(tree: &Tree) -> Vec<Issue> {
    let long =
        tree.rust().filter(|file| file.room().is_some() && file.n_product_lines() > FILE_LINES_MAX);
    let issue = |file: &File| {
        let n_lines = file.n_product_lines();
        let what = format!("{n_lines} lines, {FILE_LINES_MAX} are allowed: split it at a noun");
        Issue::new(&file.path, FILE_LINES_MAX + 1, "file-size", what)
    };
    long.map(issue).collect()
}

/// Nothing outside tests unwraps.
pub(crate) fn unwraps(tree: &Tree) -> Vec<Issue> {
    let what = "`.unwrap()` outside tests: return the error, or `expect` with why it cannot fail";
    let mut issues = Vec::new();
    for file in tree.product() {
        let found = file.product_code().filter(|(_, line)| line.contains(".unwrap()"));
        issues.extend(found.map(|(line, _)| Issue::new(&file.path, line, "unwrap", what)));
    }
    issues
}

/// Nothing unfinished is committed.
pub(crate) fn markers(tree: &Tree) -> Vec<Issue> {
    tree.files().flat_map(markers_in).collect()
}

fn markers_in(file: &File) -> Vec<Issue> {
    let is_page = file.path.starts_with("web/")
        && !file.path.starts_with("web/dist/")
        && file.has_extension(&["ts", "mjs", "js", "css", "html"]);
    let lines: Vec<(usize, &str)> = match (file.is_rust(), is_page) {
        (true, _) => file.comments().collect(),
        (false, true) => file.lines().collect(),
        (false, false) => Vec::new(),
    };
    let mut issues = Vec::new();
    for (number, line) in lines {
        for marker in MARKERS.iter().filter(|marker| has_word(line, marker)) {
            let what = format!("`{marker}`: do it, or write it down as an issue or a gap");
            issues.push(Issue::new(&file.path, number, "marker", what));
        }
    }
    issues
}

/// Nothing names one machine's folders or a registry's address.
pub(crate) fn forbidden(tree: &Tree) -> Vec<Issue> {
    let mut issues = Vec::new();
    for file in tree.files() {
        for (number, line) in file.lines() {
            for text in FORBIDDEN.iter().filter(|text| leaks(line, text)) {
                let what =
                    format!("`{text}` must not be in the tree: use a relative path or a name");
                issues.push(Issue::new(&file.path, number, "forbidden", what));
            }
        }
    }
    issues
}

/// Whether `line` holds `text`, as the beginning of a path where it is one.
fn leaks(line: &str, text: &str) -> bool {
    let continues = |c: char| {
        c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '~' | '*' | '/' | '}' | ')' | ']')
    };
    line.match_indices(text).any(|(at, _)| {
        let before = line.split_at(at).0.chars().next_back();
        !text.starts_with('/') || !before.is_some_and(continues)
    })
}
