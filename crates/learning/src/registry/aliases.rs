//! Which model is called what: all aliases in one file, so that one rename changes them together.

use super::log::{Action, Entry};
use crate::spec::Task;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a model may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alias {
    /// The model that serves.
    Champion,
    /// The one that may replace it.
    Challenger,
    /// The one that is asked beside it and not heard.
    Shadow,
    /// The champion before.
    Previous,
}

impl Alias {
    /// All aliases.
    pub const ALL: [Self; 4] = [Self::Champion, Self::Challenger, Self::Shadow, Self::Previous];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Champion => "champion",
            Self::Challenger => "challenger",
            Self::Shadow => "shadow",
            Self::Previous => "previous",
        }
    }

    /// The alias of that name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|alias| alias.name() == name)
    }
}

/// The aliases of a task.
pub type OfTask = BTreeMap<Alias, String>;

/// The aliases of all tasks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aliases {
    /// By task, the model of each alias.
    pub tasks: BTreeMap<Task, OfTask>,
}

impl Aliases {
    /// What the log says they are: the log is the truth, the file its last word.
    pub fn of_log(entries: &[Entry]) -> Self {
        let mut aliases = Self::default();
        for entry in entries {
            aliases.apply(entry);
        }
        aliases
    }

    /// The model of an alias.
    pub fn get(&self, task: Task, alias: Alias) -> Option<&str> {
        self.tasks.get(&task)?.get(&alias).map(String::as_str)
    }

    fn apply(&mut self, entry: &Entry) {
        let of = self.tasks.entry(entry.task).or_default();
        match (entry.action, entry.alias) {
            (Action::Add | Action::Advance, _) | (Action::Promote, None) => {}
            (Action::Promote, Some(Alias::Champion)) => {
                let before = of.insert(Alias::Champion, entry.model.clone());
                if let Some(before) = before.filter(|before| *before != entry.model) {
                    of.insert(Alias::Previous, before);
                }
                of.retain(|alias, model| *alias != Alias::Challenger || *model != entry.model);
            }
            (Action::Canary, _) => {
                of.insert(Alias::Challenger, entry.model.clone());
            }
            (Action::Withdraw, _) => {
                of.retain(|alias, model| *alias != Alias::Challenger || *model != entry.model);
            }
            (Action::Promote, Some(alias)) => {
                of.insert(alias, entry.model.clone());
            }
            (Action::Rollback, _) => {
                let from = of.insert(Alias::Champion, entry.model.clone());
                of.remove(&Alias::Previous);
                of.extend(from.map(|from| (Alias::Challenger, from)));
            }
        }
        of.retain(|_, model| !model.is_empty());
        self.tasks.retain(|_, of| !of.is_empty());
    }
}
