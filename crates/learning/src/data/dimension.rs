//! What rows are sliced by.

use crate::limits::SLICE_VALUES_MAX;

/// A dimension's slices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dimension {
    pub(super) name: String,
    pub(super) values: Vec<String>,
    pub(super) of: Vec<u8>,
}

impl Dimension {
    /// The number of a slice; beyond the limit all others are one.
    pub(super) fn number(&mut self, value: &str) -> u8 {
        let known = self.values.iter().position(|known| known == value);
        let at = known.unwrap_or_else(|| {
            if self.values.len() < SLICE_VALUES_MAX {
                let is_last = self.values.len() + 1 == SLICE_VALUES_MAX;
                self.values.push(if is_last { "other" } else { value }.to_owned());
            }
            self.values.len() - 1
        });
        at as u8
    }
}
