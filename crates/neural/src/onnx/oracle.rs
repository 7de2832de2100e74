//! The same rows through tract, which runs the graph as it came, and through ours.

use super::Import;
use super::error::OnnxError;
use tract_onnx::prelude::{
    Datum as _, Framework as _, InferenceFact, InferenceModelExt as _, IntoRunnable as _, Tensor,
    TractResult, tvec,
};

/// Rows that are compared at most, evenly spread. Source: seconds, in a build for tests.
const ROWS_MAX: usize = 2_000;
/// By how much two scores may differ, and that share of the score. Source: sums of some hundred single floats in
/// another order.
const TOLERANCE: f32 = 1e-3;

/// How well both agree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// Rows that were compared.
    pub n_rows: usize,
    /// The largest difference of two scores.
    pub largest: f32,
}

impl Import {
    /// Asks both for the scores of rows, some thousand at most.
    ///
    /// # Errors
    /// Where they differ, or what tract says when it cannot run the graph.
    pub fn compare(&self, rows: &[&[f32]]) -> Result<Agreement, OnnxError> {
        let mut agreement = Agreement { n_rows: 0, largest: 0.0 };
        let every = rows.len().div_ceil(ROWS_MAX).max(1);
        let asked: Vec<usize> = (0..rows.len()).step_by(every).collect();
        let picked: Vec<&[f32]> = asked.iter().map(|row| rows[*row]).collect();
        let theirs =
            self.theirs(&picked).map_err(|error| OnnxError::Oracle(format!("{error:#}")))?;
        let mut ours = vec![0.0; self.network.n_scores()];
        for ((row, numbers), theirs) in asked.iter().zip(&picked).zip(theirs) {
            self.network.score(|feature| numbers[feature], &mut ours);
            for (ours, theirs) in ours.iter().zip(theirs) {
                let apart = (ours - theirs).abs();
                // What is no number agrees with nothing.
                if apart.is_nan() || apart > TOLERANCE * (1.0 + theirs.abs()) {
                    return Err(OnnxError::Differs { row: *row, theirs, ours: *ours });
                }
                agreement.largest = agreement.largest.max(apart);
            }
            agreement.n_rows += 1;
        }
        Ok(agreement)
    }

    fn theirs(&self, rows: &[&[f32]]) -> TractResult<Vec<Vec<f32>>> {
        let width = self.network.n_inputs();
        let model = tract_onnx::onnx()
            .with_ignore_value_info(true)
            .model_for_proto_model(&self.model)?
            .with_input_fact(0, InferenceFact::dt_shape(f32::datum_type(), [1, width]))?
            .into_optimized()?
            .into_runnable()?;
        let one = |row: &&[f32]| {
            let mut inputs = Vec::with_capacity(width);
            self.network.encode(row, &mut inputs);
            let told = model.run(tvec!(Tensor::from_shape(&[1, width], &inputs)?.into()))?;
            Ok(told[0].to_plain_array_view::<f32>()?.iter().copied().collect())
        };
        rows.iter().map(one).collect()
    }
}
