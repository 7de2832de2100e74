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

/// Why a verb could not do its work, and what to do about it where that is known.
pub(super) fn failure(error: &anyhow::Error) -> String {
    let kind =
        error.chain().find_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind);
    let advice = match kind {
        Some(io::ErrorKind::AddrInUse) => {
            " (another process listens there: stop it, or choose another address with --listen)"
        }
        Some(io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) => {
            " (this user may not do that there: change the owner, or name another place)"
        }
        Some(io::ErrorKind::NotFound) => " (nothing is there: check the path)",
        _ => "",
    };
    format!("cairn: {}{advice}", causes(error))
}

/// An error and its causes, each once: some say theirs themselves.
fn causes(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |said, cause| {
        if said.ends_with(&cause) {
            said
        } else if said.is_empty() {
            cause
        } else {
            format!("{said}: {cause}")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn a_cause_is_said_once_and_advice_comes_with_what_is_known() {
        let path = std::path::Path::new("/nowhere/at/all");
        let error = cairn_snapshot::Snapshot::open(path).context("open it").unwrap_err();
        let text = failure(&error);
        assert_eq!(text.matches("No such file").count(), 1, "{text}");
        assert!(text.starts_with("cairn: open it: open snapshot /nowhere"), "{text}");
        assert!(text.ends_with("(nothing is there: check the path)"), "{text}");
        assert_eq!(failure(&anyhow::anyhow!("no")), "cairn: no");
        let taken = io::Error::from(io::ErrorKind::AddrInUse);
        let error = anyhow::Error::new(taken).context("listen on 127.0.0.1:80");
        assert!(failure(&error).contains("--listen"));
    }
}
