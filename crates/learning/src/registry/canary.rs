//! A challenger that answers a share of the queries: begun, advanced and withdrawn by entries of the log, so that
//! whoever reads it goes on where another stopped.

use super::aliases::Alias;
use super::error::RegistryError;
use super::log::{Action, Entry};
use super::promote::{Change, Said};
use super::store::Registry;
use crate::rollout::Stage;
use crate::spec::Task;

/// A challenger that answers a share of the queries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canary {
    /// Which model.
    pub model: String,
    /// Its share.
    pub stage: Stage,
    /// The log's entry that gave it that share.
    pub entry: u64,
    /// Since when it has that share, ms.
    pub since_ms: i64,
    /// Gates that were passed over by force when it began.
    pub forced: Vec<String>,
}

impl Canary {
    /// What the log says of a task. A new champion, and another challenger, end it.
    pub fn of_log(entries: &[Entry], task: Task) -> Option<Self> {
        let of_task = entries.iter().filter(|entry| entry.task == task);
        of_task.fold(None, |canary: Option<Self>, entry| match (entry.action, entry.alias) {
            (Action::Canary | Action::Advance, _) => {
                let stage = entry.percent.and_then(Stage::of_percent).unwrap_or(Stage::One);
                let forced = entry.forced.clone();
                Some(Self {
                    model: entry.model.clone(),
                    stage,
                    entry: entry.number,
                    since_ms: entry.at_ms,
                    forced,
                })
            }
            (Action::Promote, Some(Alias::Champion)) | (Action::Rollback, _) => None,
            (Action::Promote, Some(Alias::Challenger)) => {
                canary.filter(|canary| canary.model == entry.model)
            }
            (Action::Withdraw, _) => canary.filter(|canary| canary.model != entry.model),
            (Action::Add | Action::Promote, _) => canary,
        })
    }
}

impl Registry {
    /// The canary of a task, if there is one.
    ///
    /// # Errors
    /// When the log was changed.
    pub fn canary(&self, task: Task) -> Result<Option<Canary>, RegistryError> {
        Ok(Canary::of_log(&self.log()?, task))
    }

    /// Lets a model answer the first stage's share; it must have passed what a champion must.
    ///
    /// # Errors
    /// Which gate in which slice was not passed, with what was found; or it is the champion.
    pub fn begin_canary(&self, id: &str, change: &Change) -> Result<Entry, RegistryError> {
        let _lock = self.lock()?;
        let model = self.load(id)?;
        let task = model.spec().task;
        if self.aliases()?.get(task, Alias::Champion) == Some(id) {
            return Err(RegistryError::Serves(id.to_owned()));
        }
        let forced = self.passed_over(id, &model, change)?;
        let percent = Some(Stage::One.percent());
        let said = Said { evidence: model.pedigree.run_id, forced, percent };
        self.change(task, id, (Action::Canary, Some(Alias::Challenger)), change, said)
    }

    /// Gives a canary its next share, and after the last makes it champion.
    ///
    /// # Errors
    /// When it is not, or no more, what the log says; or cannot be believed any more.
    pub fn advance_canary(
        &self,
        task: Task,
        canary: &Canary,
        change: &Change,
        figures: &str,
    ) -> Result<Entry, RegistryError> {
        let _lock = self.lock()?;
        self.still(task, canary)?;
        self.load(&canary.model)?;
        let (action, percent) = match canary.stage.next() {
            Some(stage) => ((Action::Advance, Some(Alias::Challenger)), Some(stage.percent())),
            None => ((Action::Promote, Some(Alias::Champion)), None),
        };
        let said = Said { evidence: figures.to_owned(), forced: canary.forced.clone(), percent };
        self.change(task, &canary.model, action, change, said)
    }

    /// Takes a canary's share away: the champion answers everything again.
    ///
    /// # Errors
    /// When it is not, or no more, what the log says.
    pub fn withdraw_canary(
        &self,
        task: Task,
        canary: &Canary,
        change: &Change,
        figures: &str,
    ) -> Result<Entry, RegistryError> {
        let _lock = self.lock()?;
        self.still(task, canary)?;
        let percent = Some(canary.stage.percent());
        let said = Said { evidence: figures.to_owned(), forced: Vec::new(), percent };
        let action = (Action::Withdraw, Some(Alias::Challenger));
        self.change(task, &canary.model, action, change, said)
    }

    /// Whether a canary is what the log says.
    fn still(&self, task: Task, canary: &Canary) -> Result<(), RegistryError> {
        let found = self.canary(task)?;
        let is_it = found.is_some_and(|it| it.model == canary.model && it.stage == canary.stage);
        is_it.then_some(()).ok_or_else(|| RegistryError::NoCanary {
            task: task.name(),
            model: canary.model.clone(),
            stage: canary.stage,
        })
    }
}

#[cfg(test)]
#[path = "canary_tests.rs"]
mod tests;
