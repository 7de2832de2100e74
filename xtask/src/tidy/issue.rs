//! One thing to fix: where, by which rule, what, and what to do.

use std::fmt;

/// One thing to fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Issue {
    /// The file, from the root.
    pub(crate) path: String,
    /// The line, from 1.
    pub(crate) line: usize,
    /// The rule's name, as xtask/tidy.toml calls it.
    pub(crate) rule: &'static str,
    /// What is wrong, and what to do.
    pub(crate) what: String,
}

impl Issue {
    /// An issue at a line, counted from 1.
    pub(crate) fn new(
        path: &str,
        line: usize,
        rule: &'static str,
        what: impl Into<String>,
    ) -> Self {
        Self { path: path.to_owned(), line, rule, what: what.into() }
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.rule, self.what)
    }
}
