//! The one door to the development tasks: `cargo xtask VERB`.
//!
//! It checks, measures and refreshes the tree; it holds no code the service runs.
//! Reading order: the verbs below, then `ci` for the steps and `tidy` for the rules.

mod batch;
mod bless;
mod ci;
mod clock;
mod conformance;
mod eval;
mod fresh;
mod fuzz;
mod instructions;
mod kills;
mod outlines;
mod overload;
mod passthrough;
mod process;
mod repo;
mod say;
mod scale;
mod server;
mod settle;
mod tally;
mod tidy;
mod tracks;
mod web;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::repo::Repo;

/// Cairn's development tasks. Start with `cargo xtask ci --list`, or `cargo xtask tidy` before a commit.
#[derive(Debug, Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", version, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run every check, cheapest first, and stop at the first that fails.
    ///
    /// The last line printed is `N passed, N failed`, counted over all tests of all steps (a step
    /// that fails without a failed test counts as one). A step whose input does not exist yet is
    /// skipped and says why; with CI=true a missing tool is a failure instead.
    Ci(ci::Options),
    /// Check the house style: heads, sizes, words, walls, invariants, sources, paths, ratchets.
    ///
    /// Prints `file:line: rule: what, and what to do`. Exceptions live in xtask/tidy.toml, each with
    /// its reason; the numbers that may only fall live in xtask/ratchet.toml.
    Tidy,
    /// Build the web page into web/dist, which is committed.
    Web {
        /// Change nothing: check the types, and that web/dist is what the sources build to.
        #[arg(long)]
        check: bool,
    },
    /// Make the outlines of countries that `ground` embeds, which are committed.
    ///
    /// Reads Natural Earth from the page's packages: `npm ci` in web first.
    Outlines {
        /// Change nothing: check that the committed bytes are what the source gives.
        #[arg(long)]
        check: bool,
    },
    /// Feed mutated bytes to the decoders, on stable Rust, from the committed corpus.
    ///
    /// A failure prints the command that replays it.
    Fuzz(fuzz::Options),
    /// Teach a fresh server each evaluation set and print how well it answers, as one table.
    ///
    /// Needs ../shared (data and evaluate.py) beside the checkout; says "skipped" without it.
    /// With --methods: ours and the peers' estimators side by side, on worlds, a town and the sets.
    Eval(eval::Options),
    /// Teach a fresh server each indoor set, ask it for whole walks, and print one table.
    ///
    /// Needs ../shared as `eval` does; says "skipped" without it.
    Tracks(tracks::Options),
    /// Run the HTTP cases of ../shared/conformance against a fresh server, with keys and without.
    ///
    /// Only the cases that docs/specs/wire.md lists may fail. Says "skipped" without ../shared.
    Conformance(conformance::Options),
    /// Wait until the server at URL has learned and published all that it acknowledged.
    Settle {
        /// For example `http://127.0.0.1:8080`.
        url: String,
    },
    /// Kill -9 the service many times under load: every acknowledged report is there exactly once.
    ///
    /// The black-box test that CI runs with 50 kills; 1,000 are for every night.
    Kills(kills::Options),
    /// Swap the snapshot of a replica many times under load: no request fails, every answer is of one snapshot.
    ///
    /// The black-box test that CI runs with 50 swaps.
    Swaps(kills::Options),
    /// Ask the service ten times what it takes, with somebody beside who calls for help.
    ///
    /// Needs the release binary alone, `taskset` and `chrt`. The table stands in docs/measured/serving.md.
    Overload(overload::Options),
    /// Count the instructions of one query, part by part, against the committed figures.
    ///
    /// Needs valgrind. With --write: keep the counts as the new figures.
    Instructions(instructions::Options),
    /// Kill an executor in each stage of each batch job: ten runs, none may hang.
    ///
    /// CI runs three of them.
    BatchKills,
    /// Make a simulated month's archive, rebuild the map from it, ask other engines for a mean of it.
    ///
    /// Figures stand in docs/measured/batch.md. Compiles the query engine optimized: a third of an hour.
    BatchMonth(batch::Options),
    /// Kill -9 the leader of three NATS servers, a learner and an ingest node many times under load.
    ///
    /// The tests that CI runs with 3 to 5 kills each; 20 are for every night.
    NatsKill(kills::NatsOptions),
    /// Simulate half a billion devices for a day: reports, bytes, machines, money, a region lost.
    ///
    /// Deterministic. The tables stand in docs/specs/scale.md; --write refreshes them there.
    ScaleSim(scale::Options),
    /// Run the benches whose name contains FILTER.
    ///
    /// What a bench may cost stands in its own head; numbers worth keeping go to docs/measured.
    Bench {
        /// Part of a bench's name; all benches without it.
        filter: Option<String>,
        /// Passed on to `cargo bench` after `--`.
        #[arg(last = true)]
        rest: Vec<String>,
    },
    /// Build the Debian package into `target/debian`; needs cargo-deb.
    ///
    /// Try it with `packaging/try-guide.sh`, which runs the guide's commands in a bare Debian.
    Deb,
    /// Measure the tree's shape: file sizes, documentation, function lengths, tests per kloc.
    ///
    /// Calls `../shared/tools/measure_beauty.py`, so that the columns are the anchors'.
    Beauty,
    /// Refresh committed expectations: `expect!` texts, and the ratchet where a number fell.
    ///
    /// Read the diff before committing it: each changed expectation is a changed promise.
    Bless(bless::Options),
}

fn main() -> ExitCode {
    run(Cli::parse().verb).unwrap_or_else(|error| {
        say::line(format_args!("error: {error:#}"));
        ExitCode::FAILURE
    })
}

fn run(verb: Verb) -> Result<ExitCode> {
    // It may run on a machine without the checkout.
    if let Verb::Overload(options) = &verb {
        return done(overload::run(options));
    }
    let repo = Repo::find()?;
    match verb {
        Verb::Ci(options) => Ok(ci::run(&repo, &options)),
        Verb::Tidy => tidy::run(&repo),
        Verb::Web { check } => done(web::run(&repo, check, web::NPM_LIMIT)),
        Verb::Outlines { check } => done(outlines::run(&repo, check)),
        Verb::Fuzz(options) => done(fuzz::run(&repo, &options, fuzz::BUILD_LIMIT)),
        Verb::Eval(options) => done(eval::run(&repo, &options)),
        Verb::Tracks(options) => done(tracks::run(&repo, &options)),
        Verb::Conformance(options) => done(conformance::verb(&repo, &options)),
        Verb::Settle { url } => done(settle::run(&url)),
        Verb::Kills(options) => kills::run(&repo, &options),
        Verb::Swaps(options) => kills::run_swaps(&repo, &options),
        Verb::Overload(options) => done(overload::run(&options)),
        Verb::Instructions(options) => done(instructions::run(&repo, &options)),
        Verb::BatchKills => batch::kills(&repo),
        Verb::BatchMonth(options) => done(batch::month(&repo, &options)),
        Verb::NatsKill(options) => kills::run_nats(&repo, &options),
        Verb::ScaleSim(options) => done(scale::run(&repo, &options)),
        Verb::Bench { filter, rest } => done(passthrough::bench(&repo, filter.as_deref(), &rest)),
        Verb::Deb => done(passthrough::deb(&repo, &repo.tools())),
        Verb::Beauty => done(passthrough::beauty(&repo)),
        Verb::Bless(options) => done(bless::run(&repo, &options)),
    }
}

/// Success for a verb that has nothing but errors to report.
fn done(result: Result<()>) -> Result<ExitCode> {
    result.map(|()| ExitCode::SUCCESS)
}
