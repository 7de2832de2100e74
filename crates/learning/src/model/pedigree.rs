//! Where a model comes from and how good it was: all that is needed to make it again, and to judge it.

use crate::data::Source;
use crate::evaluate::{Evaluation, Verdict};
use crate::spec::Task;
use serde::{Deserialize, Serialize};

/// How much better a split by rows looks than the honest one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flattery {
    /// The main metric on folds of rows.
    pub random: f64,
    /// The main metric on folds of contributors' weeks.
    pub honest: f64,
}

/// Where a network comes from that was trained elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imported {
    /// What it was read from: `onnx`.
    pub format: String,
    /// The BLAKE3 hash of that file.
    pub digest: String,
}

/// Where a model comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pedigree {
    /// The task.
    pub task: Task,
    /// The spec in one spelling.
    pub spec: String,
    /// Its id.
    pub spec_id: String,
    /// The data set's id.
    pub data_id: String,
    /// What that was made from.
    pub sources: Vec<Source>,
    /// The hash of the features.
    pub feature_hash: String,
    /// Which code made it.
    pub code: String,
    /// The file it came in, when it was trained elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<Imported>,
    /// What chance began with.
    pub seed: u64,
    /// The run that made it.
    pub run_id: String,
    /// The champion it was compared with, by its model id.
    pub champion: Option<String>,
    /// How good it is.
    pub evaluation: Evaluation,
    /// What its gates say.
    pub verdicts: Vec<Verdict>,
    /// The gap between an honest and a careless split.
    pub flattery: Flattery,
    /// Share of all gains by feature, in the spec's order; of a network, of what moves its scores.
    pub importance: Vec<f64>,
}

impl Pedigree {
    /// The gates that were not passed.
    pub fn failed(&self) -> Vec<&Verdict> {
        self.verdicts.iter().filter(|verdict| !verdict.is_passed).collect()
    }
}
