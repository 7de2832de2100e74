//! All of a table's words, judged together and apart.

use super::compare::UnitLoss;
use super::score::{Scores, score};
use crate::data::Table;
use crate::dice::mix;
use crate::fit::{Word, surprise};
use crate::spec::TaskSpec;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A slice with its metrics.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slice {
    /// Of which dimension.
    pub dimension: String,
    /// Which value.
    pub value: String,
    /// Rows.
    pub n_rows: usize,
    /// Contributors of them.
    pub n_contributors: usize,
    /// True when it is large enough for gates.
    pub is_judged: bool,
    /// Its metrics.
    pub metrics: Scores,
}

/// How good words are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    /// Rows.
    pub n_rows: usize,
    /// Contributors of them.
    pub n_contributors: usize,
    /// Over all rows.
    pub overall: Scores,
    /// Of the map's own promises, where there are.
    pub without_model: Scores,
    /// The same in each slice, without a model.
    pub without_model_slices: Vec<Slice>,
    /// In each slice.
    pub slices: Vec<Slice>,
}

impl Evaluation {
    /// Judges the words of a table's rows.
    pub fn of(spec: &TaskSpec, table: &Table, words: &[Word]) -> Self {
        let all: Vec<usize> = (0..table.n_rows()).collect();
        let promised = promised(table);
        let (without_model, without_model_slices) = match &promised {
            Some(words) => (score(table, words, &all), slices(spec, table, words)),
            None => (Scores::new(), Vec::new()),
        };
        Self {
            n_rows: table.n_rows(),
            n_contributors: table.n_contributors(&all),
            overall: score(table, words, &all),
            without_model,
            without_model_slices,
            slices: slices(spec, table, words),
        }
    }

    /// A metric over all rows.
    pub fn metric(&self, name: &str) -> Option<f64> {
        self.overall.get(name).copied()
    }
}

/// What the map promised by itself, when it did of every row.
fn promised(table: &Table) -> Option<Vec<Word>> {
    let of = |row| Some(Word::Radii(table.promised_m(row)?.map(f64::from)));
    (0..table.n_rows()).map(of).collect()
}

fn slices(spec: &TaskSpec, table: &Table, words: &[Word]) -> Vec<Slice> {
    let slice = |(dimension, value, rows): (&str, &str, Vec<usize>)| {
        let n_contributors = table.n_contributors(&rows);
        Slice {
            dimension: dimension.to_owned(),
            value: value.to_owned(),
            n_rows: rows.len(),
            n_contributors,
            is_judged: rows.len() >= spec.slices.rows_min as usize
                && n_contributors >= spec.slices.groups_min as usize,
            metrics: score(table, words, &rows),
        }
    };
    table.slices().into_iter().map(slice).collect()
}

/// The loss of each unit, by a name that another run on the same data gives it too.
pub(crate) fn unit_losses(table: &Table, words: &[Word]) -> Vec<UnitLoss> {
    let mut units: BTreeMap<usize, UnitLoss> = BTreeMap::new();
    for (row, word) in words.iter().enumerate() {
        let unit = table.unit_of(row);
        let name = mix(mix(table.contributor(row), unit as u64), table.at_ms(row).unsigned_abs());
        let of = units.entry(unit).or_insert(UnitLoss {
            unit: name,
            contributor: table.contributor(row),
            row,
            loss: 0.0,
        });
        of.loss += surprise(table, row, word);
    }
    units.into_values().collect()
}
