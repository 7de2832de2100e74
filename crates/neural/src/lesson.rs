//! What a network is to learn, and by what settings: known to every build, so that a spec is read by every build.

use serde::{Deserialize, Serialize};

/// What is made small for one score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Loss {
    /// Half the squared difference: predicts the mean.
    Squares,
    /// The slanted distance: predicts the quantile at this share.
    Quantile(f64),
    /// Minus the logarithm of the probability given to what was so (1) or not (0): predicts log odds.
    Logistic,
}

/// Rows with what is to be said of them.
#[derive(Debug, Clone, Copy)]
pub struct Lesson<'a> {
    /// Numbers of a row.
    pub n_features: usize,
    /// Row after row; NaN where a number is missing.
    pub rows: &'a [f32],
    /// For each row a label a score.
    pub labels: &'a [f32],
    /// One a score.
    pub losses: &'a [Loss],
}

/// What decides a network beside its rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Sums of each layer before the last.
    pub hidden: Vec<u16>,
    /// Steps.
    pub steps: u32,
    /// Rows that a step looks at.
    pub batch: u32,
    /// Length of the first step; it falls to nothing by the last.
    pub rate: f64,
    /// Share of its rate by which each step shrinks the weights.
    pub decay: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { hidden: vec![32, 16], steps: 2_000, batch: 256, rate: 0.005, decay: 0.01 }
    }
}

impl Lesson<'_> {
    /// Rows.
    pub fn n_rows(&self) -> usize {
        self.rows.len().checked_div(self.n_features).unwrap_or(0)
    }
}
