//! Finds functions by their first line and their closing brace, as the anchors were measured.

use super::tree::File;

/// Words that may stand before `fn`.
const MODIFIERS: [&str; 5] = ["const ", "async ", "unsafe ", "extern \"C\" ", "extern \" \" "];

/// One function with a body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    /// Where it starts, from 1.
    pub(crate) line: usize,
    /// From its first line to its closing brace.
    pub(crate) n_lines: usize,
    /// Whether it is `pub`, to everyone.
    pub(crate) is_public: bool,
    /// Whether a doc comment stands above it.
    pub(crate) is_documented: bool,
}

/// The functions of a file, its tests apart.
pub(crate) fn functions(file: &File) -> Vec<Function> {
    let text: Vec<&str> = file.lines().map(|(_, line)| line).collect();
    let code: Vec<&str> = file.product_code().map(|(_, line)| line).collect();
    let function = |index: usize| {
        let is_public = is_function(code[index])?;
        let n_lines = body_lines(&code, index)?;
        Some(Function {
            line: index + 1,
            n_lines,
            is_public,
            is_documented: is_documented(&text[..index]),
        })
    };
    (0..code.len()).filter_map(function).collect()
}

/// Whether a line starts a function, and if so whether a public one.
fn is_function(line: &str) -> Option<bool> {
    let mut rest = line.trim_start();
    let is_public = rest.starts_with("pub ");
    if let Some(after) = rest.strip_prefix("pub") {
        rest = after
            .strip_prefix('(')
            .map_or(after, |scope| scope.split_once(')').map_or("", |(_, after)| after));
        rest = rest.trim_start();
    }
    while let Some(after) = MODIFIERS.iter().find_map(|modifier| rest.strip_prefix(modifier)) {
        rest = after;
    }
    rest.starts_with("fn ").then_some(is_public)
}

/// Up to the brace that closes at the function's own indent; `None` without a body.
fn body_lines(code: &[&str], start: usize) -> Option<usize> {
    let first = code[start].trim_end();
    if first.ends_with(';') {
        return None;
    }
    if first.ends_with('}') {
        return Some(1);
    }
    let indent = first.len() - first.trim_start().len();
    let closing = format!("{}}}", " ".repeat(indent));
    let end = code[start..].iter().position(|line| line.trim_end() == closing)?;
    Some(end + 1)
}

fn is_documented(above: &[&str]) -> bool {
    let is_between =
        |line: &&str| line.is_empty() || line.starts_with("#[") || line.starts_with(")]");
    let mut above = above.iter().rev().map(|line| line.trim());
    above.find(|line| !is_between(line)).is_some_and(|line| line.starts_with("///"))
}
