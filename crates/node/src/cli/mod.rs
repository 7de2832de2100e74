//! The command line: verbs, their flags, their exit codes.
//!
//! Each verb prints what was asked for on standard output, and progress, tables and the log on standard
//! error. Exit code 0: done. 1: the answer is no (`rebuild --check` differs, nothing could be read).
//! 2: the command line or the configuration is wrong, or the work could not be done.

mod account;
mod appends;
mod archive;
mod backup;
mod batch;
mod bench;
mod canary;
mod dead;
mod demo;
mod duration;
mod export;
mod import;
mod ingest;
mod inspect;
mod journal;
mod keys;
mod learn;
mod locate;
mod model;
mod post;
mod promise;
mod rebuild;
mod restore;
mod role;
mod rows;
pub(crate) mod screen;
mod sealed;
pub(crate) mod serve;
mod snapshot;
pub(crate) mod table;
mod telling;
mod track;
mod undo;

use crate::commit;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Where am I? An open location service that learns from what phones hear.
#[derive(Debug, Parser)]
#[command(name = "cairn", version, about, arg_required_else_help = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

/// What `cairn --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn demo                                  a simulated town, learned and asked, with a map
  cairn serve --data ./data                   the whole service on this machine
  cairn import export.zip --data ./data       learn from files
  cairn locate query.json --data ./data       ask without a server
  cairn track walk.json --data ./data         the same along a walk
  cairn keys add --data ./data --name phones  an API key
  cairn journal status --data ./data          how far everything is
  cairn backup --data ./data --out ./copy     while the service runs; cairn restore is the way back
  cairn learn run radius --models ./models    train and judge a model; cairn model promote lets it serve
  cairn inspect 02:00:5e:10:00:01 --data ./data   what is believed about a transmitter, and why

Each verb explains itself: cairn VERB --help";

/// The verbs.
#[derive(Debug, Subcommand)]
enum Verb {
    /// Run the service: take reports in, learn, answer
    Serve(serve::Serve),
    /// Learn from files others exported
    Import(import::Import),
    /// Answer queries from a snapshot without a server, or as one of several servers
    Locate(locate::Locate),
    /// Tell where somebody was along a sequence of scans, without a server
    Track(track::Track),
    /// Show what is believed about a transmitter, or what a snapshot holds
    Inspect(inspect::Inspect),
    /// Add, list, revoke and rotate API keys
    Keys(keys::Keys),
    /// Write what may be published: the table of cells, the coverage layer, or where to measure next
    Export(export::Export),
    /// Look at the archive of evidence, or put it in order
    Archive(archive::ArchiveVerb),
    /// Take out what a contributor, a submission, an app or a region taught
    Undo(undo::Undo),
    /// Make the map anew from archive and journal alone, and compare
    Rebuild(rebuild::Rebuild),
    /// Verify, compare and join sealed maps
    Snapshot(snapshot::SnapshotVerb),
    /// Show how far the journal is, check it, read it again
    Journal(journal::Journal),
    /// Copy a data folder, whole and verified, while its service runs
    Backup(backup::Backup),
    /// Make a data folder from a backup
    Restore(restore::Restore),
    /// Load a service with questions and say how it holds
    Bench(bench::Bench),
    /// Take reports in for a shared log, which `cairn learn` learns from
    Ingest(ingest::Ingest),
    /// Learn one part of the world from a shared log; train and compare models
    Learn(learn::Learn),
    /// Say which models there are, and which serve
    Model(model::ModelVerb),
    /// Show, or send again, messages of the shared log that could not be read
    Dead(dead::Dead),
    /// Make the map anew from the archive, on a query engine: in this process, or on many machines
    Batch(batch::Batch),
    /// Simulate a town, learn it, ask it, show it
    Demo(demo::Demo),
}

/// Runs the verb on the command line. The commit that the program was built from, where the build knew it, is told by
/// `/version`.
pub fn main(commit: Option<&'static str>) -> ExitCode {
    commit::tell(commit);
    let outcome = match Cli::parse().verb {
        Verb::Serve(serve) => serve.run(),
        Verb::Import(import) => import.run(),
        Verb::Locate(locate) => locate.run(),
        Verb::Track(track) => track.run(),
        Verb::Inspect(inspect) => inspect.run(),
        Verb::Keys(keys) => keys.run(),
        Verb::Export(export) => export.run(),
        Verb::Archive(archive) => archive.run(),
        Verb::Undo(undo) => undo.run(),
        Verb::Rebuild(rebuild) => rebuild.run(),
        Verb::Snapshot(snapshot) => snapshot.run(),
        Verb::Journal(journal) => journal.run(),
        Verb::Backup(backup) => backup.run(),
        Verb::Restore(restore) => restore.run(),
        Verb::Bench(bench) => bench.run(),
        Verb::Ingest(ingest) => ingest.run(),
        Verb::Learn(learn) => learn.run(),
        Verb::Model(model) => model.run(),
        Verb::Dead(dead) => dead.run(),
        Verb::Batch(batch) => batch.run(),
        Verb::Demo(demo) => demo.run(),
    };
    outcome.unwrap_or_else(|error| {
        screen::note(&screen::failure(&error));
        ExitCode::from(2)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    /// Counts the verbs below, each of which must show an example of itself.
    fn shows_examples(command: &clap::Command) -> usize {
        let verbs = command.get_subcommands().filter(|verb| verb.get_name() != "help");
        verbs
            .map(|verb| {
                let help = verb.get_after_help().map(ToString::to_string).unwrap_or_default();
                assert!(help.contains("cairn "), "{} has no example", verb.get_name());
                1 + shows_examples(verb)
            })
            .sum()
    }

    #[test]
    fn the_command_line_is_sound_and_every_verb_shows_an_example() {
        let mut command = Cli::command();
        command.build();
        command.clone().debug_assert();
        assert_eq!(shows_examples(&command), 59);
    }
}
