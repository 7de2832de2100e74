//! Cross-fitting: every row is asked by forests, and judged by terms, that never saw its group.

use super::error::FitError;
use super::recipe::Recipe;
use super::terms::{Terms, Word};
use crate::boost::Matrix;
use crate::calibrate::LEVELS;
use crate::data::{Folds, Table};
use crate::feature::FeatureSet;
use crate::spec::{Heads, TaskSpec};

/// What a table's rows were told without having taught.
#[derive(Debug, Clone, PartialEq)]
pub struct Cross {
    /// The word of each row.
    pub words: Vec<Word>,
    /// The raw word of each row.
    pub raw: Matrix,
    /// The terms of all rows' raw words: those of the model that learned from all.
    pub terms: Terms,
}

/// Asks every row by what the other folds taught; a given network is taught nothing, but its terms are.
///
/// # Errors
/// Nothing can be taught.
pub fn cross(
    recipe: &Recipe<'_>,
    taught: &Table,
    set: &FeatureSet,
    folds: &Folds,
) -> Result<Cross, FitError> {
    let spec = recipe.spec;
    let rows = taught.rows_of(set);
    let n_heads = n_heads(spec);
    let mut raw = Matrix::new(n_heads);
    (0..rows.n_rows()).for_each(|_| raw.push(&vec![0.0; n_heads]));
    for fold in 0..folds.n {
        let (teach, ask) = folds.of_fold(fold);
        let labels: Vec<f32> = teach.iter().map(|row| taught.labels()[*row]).collect();
        let fitted = recipe.fit(&rows.pick(&teach), &labels)?;
        let scores = fitted.scores(&rows.pick(&ask));
        for (row, scores) in ask.iter().zip(scores.rows()) {
            scores.iter().enumerate().for_each(|(head, score)| raw.set(*row, head, *score));
        }
    }
    let mut words: Vec<Option<Word>> = vec![None; rows.n_rows()];
    for fold in 0..folds.n {
        let (teach, ask) = folds.of_fold(fold);
        let terms = Terms::fit(spec, taught, &raw, &teach);
        for (row, word) in ask.iter().zip(terms.words(spec, taught, &raw, &ask)) {
            words[*row] = Some(word);
        }
    }
    let all: Vec<usize> = (0..rows.n_rows()).collect();
    let terms = Terms::fit(spec, taught, &raw, &all);
    let words = words.into_iter().map(|word| word.unwrap_or(Word::Chosen(0.0))).collect();
    Ok(Cross { words, raw, terms })
}

/// Scores that a spec wants.
pub fn n_heads(spec: &TaskSpec) -> usize {
    match spec.training.heads {
        Heads::Scale => 1,
        Heads::Quantiles => LEVELS.len(),
        Heads::Odds => spec.label.classes.len().max(1),
    }
}
