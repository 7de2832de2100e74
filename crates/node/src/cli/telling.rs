//! What runs and changes of the registry are told to, where somebody wants it: MLflow and lineage events.

use super::screen::{note, say};
use crate::clock::Clock;
use crate::models::Book;
use crate::models::mirror::{Client, Lineage, LineagePlace};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Whom a verb tells.
#[derive(Debug, Clone, Args)]
pub(super) struct Telling {
    /// Mirror runs and registry in this MLflow server; what it does not take now waits in MODELS/mirror
    #[arg(long, value_name = "URL", value_parser = server)]
    mlflow: Option<String>,
}

/// Where a run's lineage goes.
#[derive(Debug, Clone, Args)]
pub(super) struct Traced {
    /// Say what began and what came of it as OpenLineage events, to a file or an address
    #[arg(long, value_name = "FILE|URL")]
    lineage: Option<LineagePlace>,
}

/// Send to an MLflow server what waits for it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cairn model mirror --models ./models --mlflow http://127.0.0.1:5000

Sends runs that wait and what happened to the registry. What is there already is not sent again. Exit code 1:
something still waits.")]
pub(super) struct MirrorVerb {
    /// Folder of models
    #[arg(long, value_name = "DIR")]
    models: PathBuf,
    /// The server
    #[arg(long, value_name = "URL", value_parser = server)]
    mlflow: String,
}

fn server(text: &str) -> Result<String, String> {
    Client::to(text).map(|client| client.url().to_owned()).map_err(|error| error.to_string())
}

impl Telling {
    /// Mirrors a run, and whatever waited before it; never an error.
    pub(super) fn of_run(&self, book: &Book, run: &str) {
        if self.mlflow.is_none() {
            return;
        }
        match book.mirror().put(run, Clock::System.now().ms()) {
            Ok(true) => self.of_change(book),
            Ok(false) => note("mirror: too many runs wait already; this one is not mirrored"),
            Err(error) => note(&format!("mirror: the run cannot be kept for it: {error}")),
        }
    }

    /// Mirrors what waits; never an error.
    pub(super) fn of_change(&self, book: &Book) {
        let Some(Ok(client)) = self.mlflow.as_deref().map(Client::to) else { return };
        let sent = book.mirror().send(&client);
        if let Some(error) = sent.error {
            let n = sent.n_waiting;
            note(&format!("mirror: {error}; {n} wait, cairn model mirror sends them again"));
        }
        if sent.n_set_aside > 0 {
            note(&format!("mirror: {} runs were refused too often: set aside", sent.n_set_aside));
        }
    }
}

impl Traced {
    /// True when somebody wants to be told.
    pub(super) const fn is_asked(&self) -> bool {
        self.lineage.is_some()
    }

    /// Says that a run of a task begins.
    pub(super) fn start(&self, task: &str, salt: &str) -> Option<Lineage> {
        let lineage = Lineage::of(self.lineage.clone()?, task, salt.as_bytes());
        if let Err(error) = lineage.start(Clock::System.now()) {
            note(&format!("lineage: {error}"));
        }
        Some(lineage)
    }
}

impl MirrorVerb {
    /// Sends.
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let client = Client::to(&self.mlflow)?;
        let sent = Book::at(&self.models)?.mirror().send(&client);
        let (n_runs, n_entries, n_waiting) = (sent.n_runs, sent.n_entries, sent.n_waiting);
        say(&format!("{n_runs} runs and {n_entries} changes sent, {n_waiting} wait"))?;
        if let Some(error) = &sent.error {
            note(&format!("mirror: {error}"));
        }
        Ok(ExitCode::from(u8::from(sent.error.is_some() || n_waiting > 0)))
    }
}
