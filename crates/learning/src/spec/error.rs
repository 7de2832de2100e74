//! Why a spec is refused: what, where, and what would do.

use thiserror::Error;

/// Why a spec is refused.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum SpecError {
    /// It is no TOML, lacks a key or has one too many.
    #[error("spec: {0}")]
    Toml(String),
    /// It is longer than any spec.
    #[error("a spec of {found} bytes: at most {most} are read")]
    TooLong {
        /// Bytes.
        found: usize,
        /// Most.
        most: usize,
    },
    /// It is of another schema.
    #[error("spec schema {0}: only 1 is read")]
    Schema(u32),
    /// There is no such feature.
    #[error("features.use names {name:?}, which task {task} has not; it has {known}")]
    UnknownFeature {
        /// What it names.
        name: String,
        /// Of which task.
        task: &'static str,
        /// What there is.
        known: String,
    },
    /// A feature twice.
    #[error("features.use names {0:?} twice")]
    RepeatedFeature(String),
    /// No features.
    #[error("features.use is empty")]
    NoFeature,
    /// A slice that the task must show.
    #[error("slices.mandatory lacks {missing:?}: task {task} is judged by it")]
    MissingSlice {
        /// Which.
        missing: &'static str,
        /// Of which task.
        task: &'static str,
    },
    /// A slice that rows do not have.
    #[error("{at} names the slice {name:?}, which rows of task {task} have not")]
    UnknownSlice {
        /// Where.
        at: &'static str,
        /// What it names.
        name: String,
        /// Of which task.
        task: &'static str,
    },
    /// A mandatory slice that nothing bounds.
    #[error("no gates.bound looks at the mandatory slice {0:?}")]
    UngatedSlice(String),
    /// A gate that every spec has.
    #[error("no gates.bound bounds {metric:?} over all rows")]
    MissingGate {
        /// Which metric.
        metric: String,
    },
    /// A bound that bounds nothing.
    #[error("the gates.bound of {0:?} says neither at_least nor at_most")]
    EmptyGate(String),
    /// A metric nobody computes.
    #[error("{at} names the metric {name:?}; task {task} has {known}")]
    UnknownMetric {
        /// Where.
        at: &'static str,
        /// What it names.
        name: String,
        /// Of which task.
        task: &'static str,
        /// What there is.
        known: String,
    },
    /// No metrics.
    #[error("a spec without a [[metric]]: the first is what models are compared by")]
    NoMetric,
    /// Rows that say the same thing would be on both sides.
    #[error(
        "split.by lacks {missing:?}: rows that share it would teach and be asked, and the split would leak"
    )]
    LeakingSplit {
        /// What it lacks.
        missing: &'static str,
    },
    /// A number out of its range.
    #[error("{key} is {found}: {expected}")]
    Range {
        /// Which key.
        key: &'static str,
        /// Its value.
        found: String,
        /// What would do.
        expected: &'static str,
    },
    /// Classes where there are none, or none where there are.
    #[error("label.classes: {0}")]
    Classes(&'static str),
    /// What does not go together.
    #[error("{0}")]
    Contradiction(String),
    /// `--set` of something that is not there.
    #[error("--set {key}: {what}")]
    Set {
        /// The key.
        key: String,
        /// What is wrong.
        what: String,
    },
}
