//! The parts of a task.

use super::learner::Learner;
use crate::boost::Settings;
use cairn_neural::Settings as NetworkSettings;
use serde::{Deserialize, Serialize};

/// The tasks there are: each has features and rows of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// How far off an answer may be.
    Radius,
    /// Whether a transmitter stays, was moved, or moves.
    Mobility,
    /// On which level of a building a phone is.
    Floor,
    /// How somebody moves.
    Motion,
}

impl Task {
    /// All tasks.
    pub const ALL: [Self; 4] = [Self::Radius, Self::Mobility, Self::Floor, Self::Motion];

    /// The word for it in files and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Radius => "radius",
            Self::Mobility => "mobility",
            Self::Floor => "floor",
            Self::Motion => "motion",
        }
    }

    /// The task of that name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|task| task.name() == name)
    }
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Entity {
    /// A query with its answer.
    Query,
    /// A transmitter with its evidence.
    Transmitter,
    /// A level that a query may be on.
    Level,
    /// A few seconds of motion sensors.
    Interval,
}

/// What is predicted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// Its name.
    pub name: String,
    /// Its unit; "1" for a class.
    pub unit: String,
    /// What kind of value it is.
    pub kind: LabelKind,
    /// Where it comes from, in words.
    pub source: String,
    /// How long after the row's instant it is known, days.
    pub delay_days: u16,
    /// The classes, for a label that has them.
    #[serde(default)]
    pub classes: Vec<String>,
}

/// Kinds of labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LabelKind {
    /// A positive size of which quantiles are promised.
    Size,
    /// One of several classes.
    Class,
    /// Which of a question's candidates is right.
    Choice,
}

/// Which rows teach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Days before the newest row that are looked at.
    pub days: u16,
}

/// How rows are dealt to folds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// What rows must share to be kept together.
    pub by: Vec<String>,
    /// Folds.
    pub folds: u8,
}

/// Which way a metric gets better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Less is better.
    Lower,
    /// More is better.
    Higher,
    /// Nearer to its target is better.
    Target,
}

/// A number a model is judged by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    /// Its name.
    pub name: String,
    /// Which way it gets better.
    pub better: Direction,
}

/// What rows are looked at apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slices {
    /// Dimensions that every evaluation shows.
    pub mandatory: Vec<String>,
    /// Rows below which a slice is shown and not judged.
    pub rows_min: u32,
    /// Contributors below which a slice is shown and not judged: rows of one err alike.
    pub groups_min: u32,
}

/// A bound on a metric, overall or in every slice of a dimension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Which metric.
    pub metric: String,
    /// In every slice of this dimension; of all rows without.
    pub slice: Option<String>,
    /// Refused below this.
    pub at_least: Option<f64>,
    /// Refused above this.
    pub at_most: Option<f64>,
}

/// What must hold before a model is promoted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gates {
    /// Most by which a promised share may be missed, as a share (0.03 is three points).
    pub calibration_within: f64,
    /// Most by which the main metric may be worse than the champion's in any slice, as a share of it; the
    /// upper 95 % bound is compared.
    pub worse_than_champion_at_most: f64,
    /// Share of the training rows whose labels are lies, in the test of robustness.
    pub poisoned_share: f64,
    /// Most by which the metric below may be worse after that, as a share of it.
    pub poisoned_worse_at_most: f64,
    /// Which metric; the main one without. A calibrated model that a share *s* of liars teaches has to doubt every
    /// class by *s*, which costs log odds of *s* or more however good it was: for classes only decisions can hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poisoned_metric: Option<String>,
    /// Bounds.
    #[serde(default, rename = "bound")]
    pub bounds: Vec<Gate>,
}

/// What serving may cost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Serving {
    /// Microseconds a row at the 99th percentile.
    pub p99_us: f64,
    /// Steps through trees a row.
    pub steps_max: u32,
    /// KiB of the model.
    pub memory_kib: u32,
}

/// What a row may say of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Privacy {
    /// Features of a single query, which is kept nowhere.
    Transient,
    /// Evidence, below the privacy wall.
    Evidence,
    /// What a contributor gave for research.
    Donated,
}

/// What answers when the model cannot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fallback {
    /// In words.
    pub without_model: String,
}

/// How the forests of a task are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Heads {
    /// One forest for the scale of the size: its logarithm's mean.
    Scale,
    /// One forest a promised level: the logarithm's quantile.
    Quantiles,
    /// One forest a class, or one for choices.
    Odds,
}

/// How a model is trained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// Decides chance in training.
    pub seed: u64,
    /// What learns: forests when nothing is said.
    #[serde(default, skip_serializing_if = "Learner::is_forest")]
    pub learner: Learner,
    /// The forests.
    pub heads: Heads,
    /// Whether rows of one sequence speak for their neighbors.
    #[serde(default)]
    pub sequence: bool,
    /// The booster.
    pub booster: Settings,
    /// The network, where one is trained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkSettings>,
}
