//! Who serves: a change needs a reason, and a champion needs to have passed its gates (L4).

use super::aliases::{Alias, Aliases};
use super::error::RegistryError;
use super::log::{self, Action, Entry};
use super::store::{Registry, write_whole};
use crate::evaluate::Verdict;
use crate::model::Model;
use crate::spec::Task;

/// Who changes what is called so, why and when.
#[derive(Debug, Clone)]
pub struct Change {
    /// Who.
    pub who: String,
    /// Why.
    pub why: String,
    /// When, ms.
    pub at_ms: i64,
    /// Whether failed gates are passed over; the log tells which.
    pub is_forced: bool,
}

/// What a change rests on.
pub(super) struct Said {
    pub(super) evidence: String,
    pub(super) forced: Vec<String>,
    pub(super) percent: Option<u8>,
}

impl Registry {
    /// Calls a model so. A champion must have passed every gate, compared with the champion there is.
    ///
    /// # Errors
    /// Which gate in which slice was not passed, with what was found.
    pub fn promote(&self, id: &str, alias: Alias, change: &Change) -> Result<Entry, RegistryError> {
        let _lock = self.lock()?;
        let model = self.load(id)?;
        let task = model.spec().task;
        let forced = match alias {
            Alias::Champion => self.passed_over(id, &model, change)?,
            Alias::Challenger | Alias::Shadow | Alias::Previous => Vec::new(),
        };
        let said = Said { evidence: model.pedigree.run_id, forced, percent: None };
        self.change(task, id, (Action::Promote, Some(alias)), change, said)
    }

    /// The gates that force passes over; none for a model that passes them all.
    ///
    /// # Errors
    /// What it did not pass, without force.
    pub(super) fn passed_over(
        &self,
        id: &str,
        model: &Model,
        change: &Change,
    ) -> Result<Vec<String>, RegistryError> {
        let aliases = self.aliases()?;
        match gates(id, model, aliases.get(model.spec().task, Alias::Champion)) {
            Err(RegistryError::Gates { failed }) if change.is_forced => Ok(failed),
            Err(error) if change.is_forced => Ok(vec![error.to_string()]),
            other => other.map(|()| Vec::new()),
        }
    }

    /// Goes back to the champion before.
    ///
    /// # Errors
    /// When there was none, or it cannot be believed any more.
    pub fn rollback(&self, task: Task, change: &Change) -> Result<Entry, RegistryError> {
        let _lock = self.lock()?;
        let aliases = self.aliases()?;
        let previous = aliases.get(task, Alias::Previous);
        let id = previous.ok_or_else(|| RegistryError::NoPrevious(task.name().to_owned()))?;
        let evidence = self.load(id)?.pedigree.run_id;
        let action = (Action::Rollback, Some(Alias::Champion));
        let said = Said { evidence, forced: Vec::new(), percent: None };
        self.change(task, id, action, change, said)
    }

    /// Writes the change into the log, then the aliases that follow from the log with one rename.
    pub(super) fn change(
        &self,
        task: Task,
        id: &str,
        (action, alias): (Action, Option<Alias>),
        change: &Change,
        said: Said,
    ) -> Result<Entry, RegistryError> {
        let entry = Entry {
            number: 0,
            after: String::new(),
            at_ms: change.at_ms,
            action,
            task,
            model: id.to_owned(),
            alias,
            who: change.who.clone(),
            why: change.why.clone(),
            evidence: said.evidence,
            forced: said.forced,
            percent: said.percent,
        };
        let entry = log::append(&self.log_path(), entry)?;
        self.write_aliases(&self.aliases()?)?;
        Ok(entry)
    }

    pub(super) fn write_aliases(&self, aliases: &Aliases) -> Result<(), RegistryError> {
        let text = serde_json::to_string_pretty(aliases).unwrap_or_default() + "\n";
        write_whole(&self.aliases_path(), text.as_bytes(), 0o644)
    }
}

/// Whether a model may serve.
fn gates(id: &str, model: &Model, champion: Option<&str>) -> Result<(), RegistryError> {
    // invariant: L4
    let pedigree = &model.pedigree;
    if pedigree.verdicts.is_empty() || pedigree.evaluation.n_rows == 0 {
        return Err(RegistryError::NotEvaluated(id.to_owned()));
    }
    let failed: Vec<String> = pedigree.failed().into_iter().map(told).collect();
    if !failed.is_empty() {
        return Err(RegistryError::Gates { failed });
    }
    let compared = pedigree.champion.as_deref();
    match champion.filter(|champion| *champion != id && compared != Some(champion)) {
        Some(champion) => Err(RegistryError::OtherChampion {
            compared: compared.unwrap_or("none").to_owned(),
            champion: champion.to_owned(),
        }),
        None => Ok(()),
    }
}

/// A verdict in words.
fn told(verdict: &Verdict) -> String {
    let Verdict { gate, slice, found, bound, .. } = verdict;
    let at = slice.as_ref().map_or_else(|| "all rows".to_owned(), |slice| format!("slice {slice}"));
    format!("{gate} in {at} is {found:.4}, should be {bound}")
}
