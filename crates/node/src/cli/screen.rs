//! The two streams a verb may write to. A reader that went away (`cairn … | head`) ends the verb quietly.

use std::io::{self, Write as _};

/// Writes one line to standard output and flushes it.
///
/// # Errors
/// When nobody reads.
pub(crate) fn say(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(line.as_bytes())?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Writes one line to standard error, where progress and remarks go.
pub(crate) fn note(line: &str) {
    let mut out = io::stderr().lock();
    // Nobody to tell that nobody reads.
    let _nobody_reads = out.write_all(line.as_bytes()).and_then(|()| out.write_all(b"\n"));
}
