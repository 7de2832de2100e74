//! The one place that prints.
//!
//! Everything goes to standard output, the children's lines too, so that what is printed last is
//! last whoever reads the log.
#![expect(clippy::print_stdout, reason = "a command-line tool talks on standard output")]

use std::fmt::Display;

/// Prints one line.
pub(crate) fn line(text: impl Display) {
    println!("{text}");
}

/// Prints the heading of a part, set apart by an empty line.
pub(crate) fn heading(text: impl Display) {
    println!("\n== {text}");
}

/// Prints why something was not done.
pub(crate) fn skipped(why: impl Display) {
    println!("skipped: {why}");
}
