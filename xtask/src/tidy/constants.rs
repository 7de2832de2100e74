//! Every numeric constant in `signal`, `evidence` and `answer` says where it comes from.

use super::issue::Issue;
use super::tree::{File, Tree};

/// The rooms whose numbers are physics or policy.
const ROOMS: [&str; 3] = ["signal", "evidence", "answer"];

/// The primitive number types.
const NUMBERS: [&str; 14] = [
    "f32", "f64", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
    "isize",
];

/// Checks the constants of the three rooms.
pub(crate) fn check(tree: &Tree) -> Vec<Issue> {
    let is_checked = |file: &&File| file.room().is_some_and(|room| ROOMS.contains(&room));
    tree.product().filter(is_checked).flat_map(sourceless).collect()
}

fn sourceless(file: &File) -> Vec<Issue> {
    let lines: Vec<&str> = file.lines().map(|(_, line)| line).collect();
    let mut issues = Vec::new();
    for (number, line) in file.product_code() {
        let Some(name) = numeric_constant(line) else { continue };
        if !has_source(&lines[..number - 1]) {
            let what = format!(
                "`{name}` has no source: say `Source: …` in its doc comment, or in its group's"
            );
            issues.push(Issue::new(&file.path, number, "source", what));
        }
    }
    issues
}

/// The name of the numeric constant a line declares.
fn numeric_constant(line: &str) -> Option<&str> {
    let mut rest = line.trim_start();
    if let Some(after) = rest.strip_prefix("pub") {
        let is_restricted = after.starts_with('(');
        rest = if is_restricted { after.split_once(") ")?.1 } else { after.trim_start() };
    }
    let (name, rest) = rest.strip_prefix("const ")?.split_once(':')?;
    let (kind, value) = rest.split_once('=').unwrap_or((rest, ""));
    let is_item = !name.contains(' ');
    (is_item && (is_number(kind) || is_unit_of_number(kind, value))).then_some(name)
}

/// A primitive number, or an array or tuple of them.
fn is_number(kind: &str) -> bool {
    let mut words =
        kind.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    !kind.contains('&') && words.next().is_some_and(|word| NUMBERS.contains(&word))
}

/// A unit type built from a number, such as `Dbm = Dbm::new(-40.0)`.
fn is_unit_of_number(kind: &str, value: &str) -> bool {
    let (kind, value) = (kind.trim(), value.trim());
    let is_built = value.strip_prefix(kind).is_some_and(|rest| rest.starts_with(['(', ':']));
    !kind.is_empty() && is_built && value.contains(|c: char| c.is_ascii_digit())
}

/// Whether the unbroken block of lines above names a source in a doc comment.
fn has_source(above: &[&str]) -> bool {
    let block = above.iter().rev().map(|line| line.trim());
    let mut block =
        block.take_while(|line| !line.is_empty() && !line.ends_with('{') && *line != "}");
    block.any(|line| line.starts_with("///") && line.contains("Source"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numeric_constants_are_told_from_others() {
        assert_eq!(numeric_constant("pub const A: f64 = 2.0;"), Some("A"));
        assert_eq!(numeric_constant("    pub(crate) const B: [f32; 2] = ["), Some("B"));
        assert_eq!(numeric_constant("const C: Dbm = Dbm::new(-40.0);"), Some("C"));
        for line in [
            "const D: &str = \"\";",
            "const fn e(x: f64) -> f64 {",
            "const F: &[u8] = x;",
            "const G: Sum = Sum { n: 0 };",
        ] {
            assert_eq!(numeric_constant(line), None, "{line}");
        }
    }

    #[test]
    fn a_source_covers_the_group_below_it_and_no_further() {
        assert!(has_source(&["/// # Source", "/// A book.", "const A: f64 = 1.0;"]));
        assert!(!has_source(&["/// Source: a book.", "const A: f64 = 1.0;", ""]));
        assert!(!has_source(&["// Source: a book."]));
    }
}
