//! The log: structured lines on standard error. Nothing personal is ever a field or in a message.

use crate::config::{LogConfig, LogFormat, LogLevel};
use tracing_subscriber::filter::LevelFilter;

/// Starts the log for the rest of the process. A second call changes nothing.
pub(crate) fn start(config: &LogConfig) {
    let level = match config.level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    let builder = tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr);
    let started = match config.format {
        LogFormat::Text => builder.with_ansi(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    if let Err(already_started) = started {
        tracing::debug!(%already_started, "log");
    }
}
