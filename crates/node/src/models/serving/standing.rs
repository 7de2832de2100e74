//! The models that serve at one instant, each believed by its hash, its signature and its features.

use super::super::Book;
use super::super::rollout::Live;
use crate::cli::screen::note;
use anyhow::Context as _;
use cairn_learning::model::RadiusModel;
use cairn_learning::registry::{Alias, Registry, RegistryError};
use cairn_learning::spec::Task;
use std::path::Path;
use std::sync::Arc;

/// The task whose models serve in answers.
pub(crate) const TASK: Task = Task::Radius;

/// A model that was verified and made ready.
#[derive(Debug)]
pub(crate) struct Ready {
    /// Its id.
    pub(crate) id: String,
    /// What it says.
    pub(crate) model: RadiusModel,
}

/// Which models there are at one instant; they are replaced together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Standing {
    /// The one that is heard.
    pub(crate) champion: Option<Arc<Ready>>,
    /// The one that may replace it.
    pub(crate) challenger: Option<Arc<Ready>>,
    /// The one that is asked beside it and not heard.
    pub(crate) shadow: Option<Arc<Ready>>,
    /// The challenger, while it answers a share of the queries.
    pub(crate) live: Option<Arc<Live>>,
}

/// The registry in a folder of models.
pub(crate) fn registry(folder: &Path) -> Registry {
    Book::registry_in(folder)
}

impl Ready {
    /// Reads a model of the registry, and believes nothing of it before its hash and its signature.
    ///
    /// # Errors
    /// What is wrong with it; a model of another task too.
    pub(crate) fn load(registry: &Registry, id: &str) -> Result<Self, RegistryError> {
        let model = RadiusModel::of(&registry.load(id)?);
        let model =
            model.ok_or_else(|| RegistryError::Unknown(format!("{id} of {}", TASK.name())))?;
        Ok(Self { id: id.to_owned(), model })
    }
}

/// The champion of a folder of models, for who answers without a service; where there is none yet, that is said.
///
/// # Errors
/// What is wrong with it, or with the log.
pub(crate) fn champion(folder: &Path) -> anyhow::Result<Option<Ready>> {
    let registry = registry(folder);
    let aliases = registry.aliases().context("read which model is champion")?;
    let Some(id) = aliases.get(TASK, Alias::Champion) else {
        note(&format!("{} has no champion of {} yet", folder.display(), TASK.name()));
        return Ok(None);
    };
    Ready::load(&registry, id).context("read the champion").map(Some)
}

impl Standing {
    /// True when there is nobody to ask.
    pub(crate) const fn is_nobody(&self) -> bool {
        self.champion.is_none() && self.challenger.is_none() && self.shadow.is_none()
    }

    /// Those that are asked beside it.
    pub(crate) fn beside(&self) -> impl Iterator<Item = (Alias, &Ready)> {
        let all = [(Alias::Challenger, &self.challenger), (Alias::Shadow, &self.shadow)];
        all.into_iter().filter_map(|(alias, ready)| Some((alias, ready.as_deref()?)))
    }

    /// The model of an alias.
    pub(super) const fn slot(&mut self, alias: Alias) -> Option<&mut Option<Arc<Ready>>> {
        match alias {
            Alias::Champion => Some(&mut self.champion),
            Alias::Challenger => Some(&mut self.challenger),
            Alias::Shadow => Some(&mut self.shadow),
            Alias::Previous => None,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A shadow that says nothing, and nobody else.
    pub(in super::super) fn with_a_shadow() -> Standing {
        let model = RadiusModel::silent();
        let shadow = Some(Arc::new(Ready { id: "shadow".to_owned(), model }));
        Standing { shadow, ..Standing::default() }
    }

    #[test]
    fn who_is_not_heard_is_asked_and_who_is_heard_is_not_asked_twice() {
        let standing = with_a_shadow();
        assert!(!standing.is_nobody() && Standing::default().is_nobody());
        let beside: Vec<_> = standing.beside().map(|(alias, _)| alias).collect();
        assert_eq!(beside, [Alias::Shadow]);
    }
}
