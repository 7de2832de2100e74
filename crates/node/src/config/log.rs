//! The log, on standard error.

use super::Doc;
use serde::{Deserialize, Serialize};

/// The log, on standard error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// `text` or `json`.
    pub format: LogFormat,
    /// Least level printed: `error`, `warn`, `info`, `debug` or `trace`.
    pub level: LogLevel,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The least level that is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// A person must look, something does not work.
    Error,
    /// A person must look, everything still works.
    Warn,
    /// What an operator wants to read later.
    Info,
    /// For whoever changes the code.
    Debug,
    /// All of it.
    Trace,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: LogLevel::Info }
    }
}

/// What each field means.
pub(super) const DOCS: [Doc; 2] = [
    ("log.format", "text or json."),
    ("log.level", "error, warn, info, debug or trace. Nothing personal is in any of them."),
];
