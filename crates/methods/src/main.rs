//! The program behind `cargo xtask eval --methods`.

use clap::Parser;
use std::process::ExitCode;

/// Teaches every estimator the same reports, asks them the same questions, and prints one table.
#[derive(Debug, Parser)]
#[command(name = "cairn-methods", version)]
struct Cli {
    #[command(flatten)]
    options: cairn_methods::Options,
}

#[expect(clippy::print_stderr, reason = "a command-line tool says on standard error why it failed")]
fn main() -> ExitCode {
    match cairn_methods::run(&Cli::parse().options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
