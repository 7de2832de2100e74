//! `cairn model`: which models there are and which serve.

use super::canary::{Add, Canary};
use super::learn::foreign::Import;
use super::rows::Rows;
use super::screen::say;
use super::table::table;
use super::telling::{MirrorVerb, Telling};
use crate::clock::Clock;
use crate::models::Book;
use anyhow::Context as _;
use cairn_ground::Timestamp;
use cairn_learning::registry::{Action, Alias, Change, Entry};
use cairn_learning::spec::Task;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// What `cairn model --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn model list --models ./models
  cairn model promote 3f2a --models ./models --why 'holds its promise in the malls'
  cairn model rollback radius --models ./models --why 'complaints from the museum'";

/// Say which models there are, and which serve.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ModelVerb {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the models with what they are called
    #[command(after_help = "Examples:\n  cairn model list --models ./models")]
    List(At),
    /// Show where a model comes from and how good it is
    #[command(after_help = "Examples:\n  cairn model show radius/champion --models ./models")]
    Show(Which),
    /// Let a model serve that passed every gate
    #[command(
        after_help = "Examples:\n  cairn model promote 3f2a --models ./models --why 'holds its promise'"
    )]
    Promote(Promote),
    /// Take a model's file in, signed by this machine's key: a run's model.cairn, whatever its gates say
    #[command(
        after_help = "Examples:\n  cairn model add ./models/runs/3f2a51c0/model.cairn --models ./models"
    )]
    Add(Add),
    /// Take a network in that was trained elsewhere (ONNX), judged as one that was trained here
    Import(Box<Import>),
    /// Let a model answer 1 % of the queries, then 5, 25 and all; what is worse goes by itself
    #[command(
        after_help = "Examples:\n  cairn model canary 3f2a --models ./models --why 'narrower in halls'\n  cairn model canary 3f2a --models ./models --stop --why 'seen enough'"
    )]
    Canary(Canary),
    /// Go back to the champion before
    #[command(
        after_help = "Examples:\n  cairn model rollback radius --models ./models --why 'worse in halls'"
    )]
    Rollback(Rollback),
    /// Check the log, every model and every signature
    #[command(after_help = "Examples:\n  cairn model verify --models ./models")]
    Verify(At),
    /// Make rows as served again, from query and map, and compare every bit
    Rows(Rows),
    /// Send to an MLflow server what waits for it
    Mirror(MirrorVerb),
}

#[derive(Debug, Args)]
pub(super) struct At {
    /// Folder of models
    #[arg(long, value_name = "DIR")]
    pub(super) models: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Which {
    /// How its id begins, or TASK/ALIAS
    #[arg(value_name = "MODEL")]
    pub(super) model: String,
    #[command(flatten)]
    pub(super) at: At,
}

#[derive(Debug, Args)]
struct Promote {
    #[command(flatten)]
    which: Which,
    /// champion, challenger, shadow or previous
    #[arg(long, value_name = "NAME", default_value = "champion", value_parser = alias)]
    alias: Alias,
    #[command(flatten)]
    reason: Reason,
    /// Pass over gates, step by step as with --canary; the log says over which
    #[arg(long)]
    force: bool,
    /// Step by step, as `cairn model canary` does
    #[arg(long, conflicts_with = "alias")]
    canary: bool,
    /// With --force: all answers at once, unguarded
    #[arg(long, requires = "force", conflicts_with = "canary")]
    at_once: bool,
}

#[derive(Debug, Args)]
struct Rollback {
    /// The task whose champion goes
    #[arg(value_name = "TASK", value_parser = task)]
    task: Task,
    #[command(flatten)]
    at: At,
    #[command(flatten)]
    reason: Reason,
}

#[derive(Debug, Args)]
pub(super) struct Reason {
    /// Why: it stands in the log for good
    #[arg(long, value_name = "TEXT")]
    why: String,
    /// Who
    #[arg(long, value_name = "NAME", default_value = "operator")]
    who: String,
    #[command(flatten)]
    pub(super) telling: Telling,
}

impl Reason {
    pub(super) fn change(&self, is_forced: bool) -> Change {
        let (who, why) = (self.who.clone(), self.why.clone());
        Change { who, why, at_ms: Clock::System.now().ms(), is_forced }
    }
}

fn alias(text: &str) -> Result<Alias, String> {
    Alias::of_name(text).ok_or_else(|| "champion, challenger, shadow or previous".to_owned())
}

fn task(text: &str) -> Result<Task, String> {
    Task::of_name(text).ok_or_else(|| "radius, mobility, floor or motion".to_owned())
}

impl ModelVerb {
    /// Does what was asked for.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        match self.verb {
            Verb::List(at) => list(&at),
            Verb::Show(which) => show(&which),
            Verb::Promote(promote) => promote.run(),
            Verb::Add(add) => add.run(),
            Verb::Import(import) => import.run(),
            Verb::Canary(canary) => canary.run(),
            Verb::Rollback(rollback) => {
                let change = rollback.reason.change(false);
                let book = Book::at(&rollback.at.models)?;
                let entry = book.registry().rollback(rollback.task, &change)?;
                done(&book, &entry, &rollback.reason.telling)
            }
            Verb::Verify(at) => verify(&at),
            Verb::Rows(rows) => rows.run(),
            Verb::Mirror(mirror) => mirror.run(),
        }
    }
}

fn list(at: &At) -> anyhow::Result<ExitCode> {
    let mut rows = vec![["model", "task", "run", "added", "called"].map(str::to_owned).to_vec()];
    for listed in Book::at(&at.models)?.registry().list()? {
        let added = &listed.added;
        rows.push(vec![
            listed.id.chars().take(16).collect(),
            added.task.name().to_owned(),
            added.evidence.clone(),
            Timestamp::from_ms(added.at_ms).day().to_string(),
            listed.aliases.join(" "),
        ]);
    }
    say(table(&rows).trim_end())?;
    Ok(ExitCode::SUCCESS)
}

fn show(which: &Which) -> anyhow::Result<ExitCode> {
    let registry = Book::at(&which.at.models)?.registry();
    let id = registry.find(&which.model)?;
    let model = registry.load(&id)?;
    let said = serde_json::json!({ "model": id, "pedigree": model.pedigree, "terms": model.terms });
    say(&serde_json::to_string_pretty(&said).context("write JSON")?)?;
    Ok(ExitCode::SUCCESS)
}

impl Promote {
    fn run(self) -> anyhow::Result<ExitCode> {
        let book = Book::at(&self.which.at.models)?;
        let registry = book.registry();
        let id = registry.find(&self.which.model)?;
        let change = self.reason.change(self.force);
        // A champion by force begins as a canary: what its gates say may be true.
        let is_guarded = self.force && !self.at_once && self.alias == Alias::Champion;
        let unforced = Change { is_forced: change.is_forced && !is_guarded, ..change.clone() };
        let entry = if self.canary {
            registry.begin_canary(&id, &change)?
        } else {
            match registry.promote(&id, self.alias, &unforced) {
                Err(_not_passed) if is_guarded => registry.begin_canary(&id, &change)?,
                promoted => promoted?,
            }
        };
        done(&book, &entry, &self.reason.telling)
    }
}

/// Says what changed, here and to whom it is mirrored.
pub(super) fn done(book: &Book, entry: &Entry, telling: &Telling) -> anyhow::Result<ExitCode> {
    let id: String = entry.model.chars().take(16).collect();
    let alias = entry.alias.map_or("", Alias::name);
    let is = match (entry.action, entry.percent) {
        (Action::Withdraw, _) => "is no more".to_owned(),
        (_, Some(percent)) => format!("answers {percent} %: it is"),
        (_, None) => "is".to_owned(),
    };
    say(&format!("{}/{alias} {is} {id} (entry {} of the log)", entry.task.name(), entry.number))?;
    for gate in &entry.forced {
        say(&format!("by force over: {gate}"))?;
    }
    telling.of_change(book);
    Ok(ExitCode::SUCCESS)
}

fn verify(at: &At) -> anyhow::Result<ExitCode> {
    let verified = Book::at(&at.models)?.registry().verify()?;
    for fault in &verified.faults {
        say(fault)?;
    }
    let (n_entries, n_models, n_faults) =
        (verified.n_entries, verified.n_models, verified.faults.len());
    say(&format!("{n_entries} entries, {n_models} models whole and signed, {n_faults} faults"))?;
    Ok(ExitCode::from(u8::from(n_faults > 0)))
}
