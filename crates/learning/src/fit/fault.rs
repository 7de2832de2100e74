//! Models broken on purpose: what gates and canaries are rehearsed with.

use crate::data::Table;
use crate::dice::{mix, unit};
use std::fmt;
use std::str::FromStr;

/// How far truths are off, m. Source: the bar of issue 7, "positions off by 200 m".
const OFF_M: f64 = 200.0;
/// The direction that a truth is off, mixed with a row's number.
const DIRECTIONS: u64 = 0x0064_6972;

/// How a model of sizes is broken. It is taught by wrong labels and judged by the right ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Every label is half of what it is, so every radius is.
    Halved,
    /// Every truth is 200 m off, in any direction.
    Shifted,
}

impl Fault {
    /// All faults.
    pub const ALL: [Self; 2] = [Self::Halved, Self::Shifted];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Halved => "halved",
            Self::Shifted => "shifted",
        }
    }

    /// The table with the labels that break a model.
    pub(crate) fn labels(self, table: &Table) -> Table {
        let off = |(row, label): (u64, &f32)| {
            let turn = (std::f64::consts::TAU * unit(mix(DIRECTIONS, row))).cos();
            let error_m = f64::from(*label);
            (error_m * error_m + OFF_M * OFF_M + 2.0 * error_m * OFF_M * turn).max(0.0).sqrt()
                as f32
        };
        let labels = table.labels().iter();
        table.with_labels(match self {
            Self::Halved => labels.map(|label| 0.5 * label).collect(),
            Self::Shifted => (0..).zip(labels).map(off).collect(),
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Fault {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|it| it.name() == text).ok_or("halved or shifted")
    }
}
