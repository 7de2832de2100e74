//! Paths that the documents name in backticks exist.
//!
//! Decisions and the changelog are history: what they name may be gone.

use super::issue::Issue;
use super::tree::{File, Tree};

/// The folders whose paths are checked.
const FOLDERS: [&str; 6] = ["crates/", "docs/", "xtask/", "web/", "tests/", "fuzz/"];

/// Characters of a pattern or a placeholder, not of a path.
const NOT_A_PATH: [char; 10] = ['*', '<', '>', '{', '}', '…', '$', ' ', '(', '?'];

/// Words that stand for a date or a version.
const PLACEHOLDERS: [&str; 2] = ["YYYY", "vN"];

/// Checks every Markdown file that is not history.
pub(crate) fn check(tree: &Tree) -> Vec<Issue> {
    let is_history =
        |file: &File| file.path.starts_with("docs/decisions/") || file.path == "CHANGELOG.md";
    let documents = tree.files().filter(|file| file.has_extension(&["md"]) && !is_history(file));
    documents.flat_map(|file| missing_paths(tree, file)).collect()
}

fn missing_paths(tree: &Tree, file: &File) -> Vec<Issue> {
    let mut issues = Vec::new();
    let mut is_fenced = false;
    for (number, line) in file.lines() {
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
        }
        if is_fenced {
            continue;
        }
        for path in line.split('`').skip(1).step_by(2).filter_map(repo_path) {
            if !tree.exists(path) {
                let what =
                    format!("`{path}` does not exist: correct the path or delete the mention");
                issues.push(Issue::new(&file.path, number, "doc-path", what));
            }
        }
    }
    issues
}

/// The path a piece of code names, without its line, anchor or final slash.
fn repo_path(piece: &str) -> Option<&str> {
    let is_path = FOLDERS.iter().any(|folder| piece.starts_with(folder))
        && !piece.contains(NOT_A_PATH)
        && !PLACEHOLDERS.iter().any(|word| piece.contains(word));
    let path = piece.split([':', '#']).next()?;
    is_path.then(|| path.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_anchors_and_slashes_are_not_part_of_a_path() {
        assert_eq!(repo_path("crates/wire/src/lib.rs:12"), Some("crates/wire/src/lib.rs"));
        assert_eq!(repo_path("docs/specs/"), Some("docs/specs"));
        assert_eq!(repo_path("docs/specs/wire.md#limits"), Some("docs/specs/wire.md"));
    }

    #[test]
    fn patterns_and_other_code_are_not_paths() {
        for piece in [
            "crates/*/src",
            "crates/<room>",
            "docs/decisions/YYYY-MM-DD-title.md",
            "tests/compat/vN",
            "cargo xtask ci",
        ] {
            assert_eq!(repo_path(piece), None, "{piece}");
        }
    }
}
