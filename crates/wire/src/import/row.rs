//! Columns by name, and rows as the raw values that JSON entries have too.

use super::ImportError;
use super::lines::Fields;
use crate::field::{Field, Scalar};

/// Where the columns of a file are.
#[derive(Debug)]
pub(super) struct Columns {
    names: Vec<String>,
}

impl Columns {
    /// The columns a header names, in any case.
    pub(super) fn of(header: &Fields<'_>) -> Self {
        Self { names: header.iter().map(|name| name.trim().to_ascii_lowercase()).collect() }
    }

    /// The index of a column; past the end when the file does not have it.
    pub(super) fn find(&self, name: &str) -> usize {
        let found = self.names.iter().position(|mine| mine.eq_ignore_ascii_case(name));
        found.unwrap_or(usize::MAX)
    }

    /// The index of a column that must be there.
    pub(super) fn need(&self, name: &'static str, line: u64) -> Result<usize, ImportError> {
        let found = self.names.iter().position(|mine| mine.eq_ignore_ascii_case(name));
        found.ok_or(ImportError::ColumnMissing { line, column: name })
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }
}

/// A value of a row; an empty field is missing (the name of a network excepted).
pub(super) fn value<T: Scalar>(fields: &Fields<'_>, index: usize) -> Field<T> {
    if index >= fields.len() { Field::Missing } else { T::from_text(fields.get(index)) }
}
