//! The log: structured lines on standard error. Nothing personal is ever a field or in a message.
//!
//! A line that cannot be written (a full disk, a reader that went away) is lost and counted, and does not stop who
//! wrote it. A reader that is there and does not read does: once the pipe is full (64 KiB on Linux), whoever logs
//! waits until it reads on.

use crate::config::{LogConfig, LogFormat, LogLevel};
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use tracing_subscriber::filter::{EnvFilter, LevelFilter};

/// What the client of the NATS servers logs: an ERROR for each connection that ends, which is no news to
/// anybody, as it comes back by itself. What matters of it we log ourselves. And what HTTP/2 logs: a WARN for
/// what any stranger can do, and on the lower levels the headers of requests.
const QUIET: &str = "async_nats=off,h2=off";

/// Lines of this process that nobody took.
static LOST: AtomicU64 = AtomicU64::new(0);

/// Starts the log for the rest of the process. A second call changes nothing.
pub(crate) fn start(config: &LogConfig) {
    let level = match config.level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    let filter = EnvFilter::new(format!("{level},{QUIET}"));
    // Without our writer, and with errors told, tracing would say on standard error that it cannot write to
    // standard error, and panic in whatever thread had something to say.
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .log_internal_errors(false)
        .with_writer(|| Lenient(io::stderr()));
    let started = match config.format {
        LogFormat::Text => builder.with_ansi(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    if let Err(already_started) = started {
        tracing::debug!(%already_started, "log");
    }
}

/// How many log lines of this process were lost.
pub(crate) fn n_lost() -> u64 {
    LOST.load(Ordering::Relaxed)
}

/// A writer that never fails: each write is a line, and one that cannot be written is counted.
struct Lenient<W>(W);

impl<W: Write> Write for Lenient<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.0.write_all(line).is_err() {
            LOST.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let _counted_as_lost_when_written = self.0.flush();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_nobody_takes_is_counted_and_is_no_error() {
        let before = n_lost();
        // A slice that is full from the start.
        let mut full = Lenient(&mut [0_u8; 0][..]);
        full.write_all(b"a line\n").unwrap();
        full.flush().unwrap();
        assert!(n_lost() > before);
    }
}
