//! The log: structured lines on standard error. Nothing personal is ever a field or in a message.

use crate::config::{LogConfig, LogFormat, LogLevel};
use tracing_subscriber::filter::{EnvFilter, LevelFilter};

/// What the client of the NATS servers logs: an ERROR for each connection that ends, which is no news to
/// anybody, as it comes back by itself. What matters of it we log ourselves. And what HTTP/2 logs: a WARN for
/// what any stranger can do, and on the lower levels the headers of requests.
const QUIET: &str = "async_nats=off,h2=off";

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
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match config.format {
        LogFormat::Text => builder.with_ansi(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    if let Err(already_started) = started {
        tracing::debug!(%already_started, "log");
    }
}
