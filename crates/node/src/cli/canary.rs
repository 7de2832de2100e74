//! `cairn model add` and `cairn model canary`: a model comes in, and answers a share of the queries.

use super::model::{At, Reason, Which, done};
use super::screen::say;
use crate::clock::Clock;
use crate::models::Book;
use anyhow::Context as _;
use cairn_learning::limits::MODEL_BYTES_MAX;
use cairn_learning::registry::Registry;
use clap::Args;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

/// Take a model's file in.
#[derive(Debug, Args)]
pub(super) struct Add {
    /// The model's file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    at: At,
    /// Who
    #[arg(long, value_name = "NAME", default_value = "operator")]
    who: String,
}

/// Let a model answer a share of the queries.
#[derive(Debug, Args)]
pub(super) struct Canary {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    reason: Reason,
    /// Pass over gates; the log says over which
    #[arg(long)]
    force: bool,
    /// Take its share away again
    #[arg(long, conflicts_with = "force")]
    stop: bool,
}

impl Add {
    /// Does it.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let path = &self.file;
        let size = fs::metadata(path).with_context(|| format!("read {}", path.display()))?.len();
        anyhow::ensure!(
            size <= MODEL_BYTES_MAX as u64,
            "{} is no model: too large",
            path.display()
        );
        let bytes = fs::read(path).with_context(|| format!("read {}", path.display()))?;
        let registry = signing(&Book::at(&self.at.models)?)?;
        say(&format!("model: {}", registry.add(&bytes, &self.who, Clock::System.now().ms())?))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Canary {
    /// Does it.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let book = Book::at(&self.which.at.models)?;
        let registry = book.registry();
        let id = registry.find(&self.which.model)?;
        let change = self.reason.change(self.force);
        if !self.stop {
            return done(&book, &registry.begin_canary(&id, &change)?, &self.reason.telling);
        }
        let task = registry.load(&id)?.spec().task;
        let canary = registry.canary(task)?.filter(|canary| canary.model == id);
        let canary = canary.with_context(|| format!("model {id} is no canary"))?;
        let entry = registry.withdraw_canary(task, &canary, &change, "")?;
        done(&book, &entry, &self.reason.telling)
    }
}

/// The registry, with a key to sign with: made now where there is none.
///
/// # Errors
/// When the disk refuses, or the system has no random bytes.
pub(super) fn signing(book: &Book) -> anyhow::Result<Registry> {
    let registry = book.registry();
    if !registry.keys().can_sign() {
        let mut random = [0; 32];
        getrandom::fill(&mut random).context("ask for random bytes")?;
        registry.keys().make(&random)?;
    }
    Ok(registry)
}
