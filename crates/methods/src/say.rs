//! The one place that prints: what is done goes to standard error, tables to standard output.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool talks on its standard streams"
)]

use std::fmt::Display;

/// One line of a table or of the text around it.
pub(crate) fn line(text: impl Display) {
    println!("{text}");
}

/// What is being done, for whoever waits.
pub(crate) fn progress(text: impl Display) {
    eprintln!(".. {text}");
}
