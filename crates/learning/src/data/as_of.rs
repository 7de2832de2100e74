//! The point-in-time rule (L3): a row knows nothing from its own instant or later, nor of its own contributor.

use super::row::{Row, Sees};
use std::collections::BTreeMap;
use thiserror::Error;

/// A row that knows what it must not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Leak {
    /// It saw evidence of its own instant or later.
    #[error(
        "row {row} of {at_ms} ms saw evidence up to {sees_ms} ms: only what is before it may teach it"
    )]
    Future {
        /// Which row.
        row: usize,
        /// Its instant.
        at_ms: i64,
        /// Up to when it saw.
        sees_ms: i64,
    },
    /// It saw its own contributor's evidence.
    #[error("row {row} saw evidence of its own contributor")]
    Own {
        /// Which row.
        row: usize,
    },
    /// It shares what is kept together with a row on the other side.
    #[error("rows {taught} and {asked} share a {what}: the split leaks")]
    Split {
        /// A row that teaches.
        taught: usize,
        /// A row that is asked.
        asked: usize,
        /// What they share.
        what: &'static str,
    },
}

/// Checks one row.
///
/// # Errors
/// When it knows what it must not.
pub const fn check_row(number: usize, row: &Row) -> Result<(), Leak> {
    // invariant: L3
    if row.saw_own {
        return Err(Leak::Own { row: number });
    }
    match row.sees {
        Sees::Before(until_ms) if until_ms > row.at_ms => {
            Err(Leak::Future { row: number, at_ms: row.at_ms, sees_ms: until_ms })
        }
        Sees::Before(_) | Sees::OthersOnly | Sees::Itself => Ok(()),
    }
}

/// Values that became known at instants, asked for as of others: what a feature of the past is looked up in.
#[derive(Debug, Clone, Default)]
pub struct AsOf {
    /// By key: when known, whose, what.
    known: BTreeMap<u64, Vec<(i64, u64, f32)>>,
}

impl AsOf {
    /// Keeps a value that becomes known at an instant.
    pub fn learn(&mut self, key: u64, at_ms: i64, contributor: u64, value: f32) {
        self.known.entry(key).or_default().push((at_ms, contributor, value));
    }

    /// The mean of what others had made known of a key before an instant; NaN of nothing.
    pub fn mean_before(&self, key: u64, at_ms: i64, contributor: u64) -> f32 {
        let of = self.known.get(&key).into_iter().flatten();
        mean(of.filter(|(known_ms, whose, _)| *known_ms < at_ms && *whose != contributor))
    }

    /// The mean of all that is ever known of a key: what a careless join looks up.
    pub fn mean_of_all(&self, key: u64) -> f32 {
        mean(self.known.get(&key).into_iter().flatten())
    }
}

fn mean<'a>(values: impl Iterator<Item = &'a (i64, u64, f32)>) -> f32 {
    let (mut sum, mut n) = (0.0, 0_u32);
    for (_, _, value) in values {
        sum += f64::from(*value);
        n += 1;
    }
    if n == 0 { f32::NAN } else { (sum / f64::from(n)) as f32 }
}
