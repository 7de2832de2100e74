//! Dealing rows to folds: whole groups, so that nothing asked was taught.

use super::as_of::Leak;
use super::table::Table;
use crate::dice::mix;
use std::collections::BTreeMap;

/// Milliseconds of a week.
const WEEK_MS: i64 = 7 * 86_400_000;

/// How rows are kept together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// A contributor's week in a block: the rule.
    Honest,
    /// Nothing: every row by itself. Only to show how much it flatters.
    Random,
}

/// The fold of each row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folds {
    /// Of each row.
    pub of: Vec<u8>,
    /// How many there are.
    pub n: u8,
}

impl Folds {
    /// Deals a table's rows; the same table, rule and number are dealt alike.
    ///
    /// Groups go to folds in an order of chance, each to the fold that has fewest rows, so that folds are of
    /// like size whatever the groups' sizes.
    pub fn deal(table: &Table, n: u8, rule: Rule) -> Self {
        let mut groups: BTreeMap<(u64, u64), Vec<usize>> = BTreeMap::new();
        for row in 0..table.n_rows() {
            let key = match rule {
                Rule::Honest => key(table, row),
                // Candidates of one question stay together: they are one thing.
                Rule::Random => mix(0x72_616e_646f, table.unit_of(row) as u64),
            };
            groups.entry((mix(key, 1), key)).or_default().push(row);
        }
        let mut of = vec![0; table.n_rows()];
        let mut sizes = vec![0; usize::from(n.max(1))];
        for rows in groups.values() {
            let fold = (0..sizes.len()).min_by_key(|fold| sizes[*fold]).unwrap_or(0);
            sizes[fold] += rows.len();
            for row in rows {
                of[*row] = fold as u8;
            }
        }
        Self { of, n: n.max(1) }
    }

    /// The rows that teach and those that are asked in a fold.
    pub fn of_fold(&self, fold: u8) -> (Vec<usize>, Vec<usize>) {
        (0..self.of.len()).partition(|row| self.of[*row] != fold)
    }
}

/// What must stay together: a contributor's week in a block. A contributor whose way crosses a block's edge is
/// still one: its rows share its errors, and so does everything it said that week.
fn key(table: &Table, row: usize) -> u64 {
    mix(table.contributor(row), table.at_ms(row).div_euclid(WEEK_MS) as u64)
}

/// Checks that no row that teaches shares a contributor's week with one that is asked.
///
/// # Errors
/// The first two rows that do.
pub fn check_folds(table: &Table, folds: &Folds) -> Result<(), Leak> {
    // invariant: L3
    let mut first: BTreeMap<u64, usize> = BTreeMap::new();
    for row in 0..table.n_rows() {
        let taught = *first.entry(key(table, row)).or_insert(row);
        if folds.of[taught] != folds.of[row] {
            return Err(Leak::Split { taught, asked: row, what: "contributor's week" });
        }
    }
    Ok(())
}
