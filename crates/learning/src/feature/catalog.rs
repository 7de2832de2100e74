//! What a feature says about itself.

use super::{floor, mobility, motion, radius};
use crate::spec::Task;

/// What kind of number a feature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any number, NaN when missing.
    Number,
    /// A whole number from 0.
    Count,
    /// From 0 to 1.
    Share,
    /// One of a few codes.
    Code,
}

impl Kind {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Count => "count",
            Self::Share => "share",
            Self::Code => "code",
        }
    }
}

/// A feature's declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feature {
    /// Its name.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// Its type.
    pub kind: Kind,
    /// Grows when what it computes changes.
    pub version: u16,
}

impl Feature {
    pub(super) const fn new(name: &'static str, unit: &'static str, kind: Kind) -> Self {
        Self { name, unit, kind, version: 1 }
    }
}

/// All features of a task, in the order of its rows.
pub const fn catalog(task: Task) -> &'static [Feature] {
    match task {
        Task::Radius => &radius::FEATURES,
        Task::Mobility => &mobility::FEATURES,
        Task::Floor => &floor::FEATURES,
        Task::Motion => &motion::FEATURES,
    }
}
