//! From a file to a spec that says everything, and its name.

use super::check;
use super::error::SpecError;
use super::learner;
use super::settle;
use super::task::{
    Entity, Fallback, Gates, Label, Metric, Privacy, Serving, Slices, Split, Task, Training, Window,
};
use crate::limits::SPEC_BYTES_MAX;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The only schema that is read.
const SCHEMA: u32 = 1;

/// The specs that come with the program.
pub const BUILTIN: [(&str, &str); 4] = [
    ("radius", include_str!("../../specs/radius.toml")),
    ("mobility", include_str!("../../specs/mobility.toml")),
    ("floor", include_str!("../../specs/floor.toml")),
    ("motion", include_str!("../../specs/motion.toml")),
];

/// The text of a spec that comes with the program.
pub fn builtin(name: &str) -> Option<&'static str> {
    BUILTIN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// A spec's name: the BLAKE3 hash of what it says, however it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpecId(pub [u8; 32]);

impl fmt::Display for SpecId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

/// A stated task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskSpec {
    /// The form of this file.
    pub schema: u32,
    /// Which task.
    pub task: Task,
    /// Grows when the task changes.
    pub version: u32,
    /// One sentence.
    pub summary: String,
    /// What a row is about.
    pub entity: Entity,
    /// What is predicted.
    pub label: Label,
    /// From what.
    pub features: Features,
    /// Which rows teach.
    pub window: Window,
    /// How they are dealt.
    pub split: Split,
    /// What is measured; the first is what models are compared by.
    #[serde(rename = "metric")]
    pub metrics: Vec<Metric>,
    /// What is looked at apart.
    pub slices: Slices,
    /// What must hold.
    pub gates: Gates,
    /// What serving may cost.
    pub serving: Serving,
    /// What rows may say of people.
    pub privacy: PrivacyClass,
    /// What answers without a model.
    pub fallback: Fallback,
    /// How it is trained.
    pub training: Training,
}

/// Which features.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Features {
    /// Their names, in the order of the row.
    #[serde(rename = "use")]
    pub names: Vec<String>,
}

/// The privacy class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivacyClass {
    /// Which.
    pub class: Privacy,
}

impl TaskSpec {
    /// Reads a spec, with the changes of `--set key=value`.
    ///
    /// # Errors
    /// What is wrong with it and where; it is read whole or not at all.
    pub fn parse(text: &str, sets: &[String]) -> Result<Self, SpecError> {
        if text.len() > SPEC_BYTES_MAX {
            return Err(SpecError::TooLong { found: text.len(), most: SPEC_BYTES_MAX });
        }
        let mut table: toml::Table = text.parse().map_err(|error: toml::de::Error| told(&error))?;
        learner::say(&mut table, sets);
        for set in sets {
            settle::set(&mut table, set)?;
        }
        let text = toml::to_string(&table).map_err(|error| SpecError::Toml(error.to_string()))?;
        let mut spec: Self = toml::from_str(&text).map_err(|error| told(&error))?;
        if spec.schema != SCHEMA {
            return Err(SpecError::Schema(spec.schema));
        }
        learner::settle(&mut spec.training);
        check::check(&spec)?;
        Ok(spec)
    }

    /// Its name: equal for specs that say the same.
    pub fn id(&self) -> SpecId {
        SpecId(*blake3::hash(self.canonical().as_bytes()).as_bytes())
    }

    /// The spec in one spelling.
    pub fn canonical(&self) -> String {
        // Every key is a string and every value finite, which is all that TOML asks.
        toml::to_string(self).unwrap_or_default()
    }

    /// The metric that models are compared by.
    pub fn main_metric(&self) -> &Metric {
        &self.metrics[0]
    }

    /// The metric that robustness to lies is judged by.
    pub fn poisoned_metric(&self) -> &Metric {
        let named = self.gates.poisoned_metric.as_ref();
        named.and_then(|name| self.metric(name)).unwrap_or_else(|| self.main_metric())
    }

    /// The metric of that name, if the spec measures it.
    pub(super) fn metric(&self, name: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.name == name)
    }
}

fn told(error: &toml::de::Error) -> SpecError {
    SpecError::Toml(error.to_string().trim_end().to_owned())
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
