//! Why the registry does not do what it was asked to.

use crate::model::ModelError;
use crate::rollout::Stage;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why the registry refuses.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// The disk refuses.
    #[error("{}: {error}", path.display())]
    Disk {
        /// Where.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Another process changes it now.
    #[error("another cairn is changing {}: try again", path.display())]
    Busy {
        /// The registry.
        path: PathBuf,
    },
    /// There is no such model.
    #[error("no model {0} in the registry")]
    Unknown(String),
    /// More than one model begins so.
    #[error("{n} models begin with {head}: write more of the id")]
    Ambiguous {
        /// What was written.
        head: String,
        /// How many.
        n: usize,
    },
    /// The file is not the one it is named after.
    #[error("model {id}: its file has the hash {found}: it was changed")]
    Changed {
        /// Its name.
        id: String,
        /// What it is.
        found: String,
    },
    /// The signature is missing, not of a trusted key, or of other bytes.
    #[error("model {id}: {what}")]
    Signature {
        /// Which.
        id: String,
        /// What is wrong.
        what: String,
    },
    /// The file is no model that can serve here.
    #[error("model {id}: {error}")]
    Model {
        /// Which.
        id: String,
        /// Why.
        error: Box<ModelError>,
    },
    /// Gates that were not passed.
    #[error("not promoted: {}", failed.join("; "))]
    Gates {
        /// Each with its slice, what was found and what would do.
        failed: Vec<String>,
    },
    /// A model without an evaluation.
    #[error("not promoted: model {0} has no evaluation")]
    NotEvaluated(String),
    /// Evaluated against another champion than serves now.
    #[error(
        "not promoted: it was compared with {compared}, the champion is {champion}: run it again"
    )]
    OtherChampion {
        /// With which it was compared.
        compared: String,
        /// Which serves.
        champion: String,
    },
    /// No canary of that model in that stage.
    #[error("task {task}: {model} is no canary at {stage}")]
    NoCanary {
        /// The task.
        task: &'static str,
        /// The model.
        model: String,
        /// Its share.
        stage: Stage,
    },
    /// The champion needs no canary.
    #[error("model {0} is the champion already")]
    Serves(String),
    /// Nothing to go back to.
    #[error("task {0} has no previous champion to go back to")]
    NoPrevious(String),
    /// The log was changed, or is no log.
    #[error("line {line} of the registry's log: {what}")]
    Log {
        /// Which line, counted from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// A key that is none.
    #[error("key {}: {what}", path.display())]
    Key {
        /// Where.
        path: PathBuf,
        /// What is wrong.
        what: &'static str,
    },
}

impl RegistryError {
    pub(super) fn disk(path: &std::path::Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |error| Self::Disk { path, error }
    }
}
