//! What an operator may change: flag over file over default, every field documented.
//!
//! The documentation of the fields is [`DOCS`], so that `cairn serve --print-config` prints a file that
//! explains itself; a test holds the two together.

use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Everything an operator may change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address and port to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The log.
    pub log: LogConfig,
    /// The HTTP edge.
    pub http: HttpConfig,
    /// The journal of acknowledged submissions.
    pub journal: JournalConfig,
    /// The learner.
    pub learner: LearnerConfig,
}

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

/// Limits of the HTTP edge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpConfig {
    /// Bytes of a request body as sent.
    pub body_bytes_max: usize,
    /// Bytes of a request body after decompression.
    pub inflated_bytes_max: usize,
    /// Seconds for a request head to arrive.
    pub head_seconds_max: u64,
    /// Seconds for a request body to arrive.
    pub body_seconds_max: u64,
    /// Connections served at once; more wait in the system's queue.
    pub connections_max: usize,
    /// Bodies above 64 KiB read and decoded at once.
    pub large_bodies_max: usize,
    /// Seconds that started requests get at shutdown.
    pub shutdown_seconds_max: u64,
    /// Whether the first address of `X-Forwarded-For` is the client's.
    pub trust_forwarded_for: bool,
}

/// The journal of acknowledged submissions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JournalConfig {
    /// Bytes of a segment file before the next one begins.
    pub segment_bytes_max: u64,
}

/// When the learner publishes what it learned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LearnerConfig {
    /// Milliseconds between two publications of fresh overlays.
    pub publish_ms_min: u64,
    /// Milliseconds without new data after which a new base is sealed.
    pub quiet_ms: u64,
    /// Overlays above the base before they are folded.
    pub overlays_max: usize,
    /// Percent of one core that sealing may take while data keeps coming.
    pub seal_percent_max: u32,
    /// Threads that estimate positions when a base is sealed.
    pub threads: usize,
    /// Contributor-days that must have heard a transmitter before it serves.
    pub voices_min: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            log: LogConfig::default(),
            http: HttpConfig::default(),
            journal: JournalConfig::default(),
            learner: LearnerConfig::default(),
        }
    }
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: LogLevel::Info }
    }
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            body_bytes_max: 16 << 20,
            inflated_bytes_max: 16 << 20,
            head_seconds_max: 10,
            body_seconds_max: 30,
            connections_max: 900,
            large_bodies_max: 16,
            shutdown_seconds_max: 10,
            trust_forwarded_for: false,
        }
    }
}

impl Default for JournalConfig {
    fn default() -> Self {
        Self { segment_bytes_max: cairn_journal::limits::SEGMENT_BYTES }
    }
}

impl Default for LearnerConfig {
    fn default() -> Self {
        Self {
            publish_ms_min: 500,
            quiet_ms: 1_000,
            overlays_max: 8,
            seal_percent_max: 25,
            threads: 2,
            voices_min: 1,
        }
    }
}

/// Why a configuration was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("read configuration {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the disk said.
        source: std::io::Error,
    },
    /// The file is not TOML, names an unknown field, or has a value of the wrong kind.
    #[error("{}: {message}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where and what.
        message: String,
    },
    /// A value that cannot work.
    #[error("{field} is {value}, but must be {must}")]
    Impossible {
        /// Dotted name of the field.
        field: &'static str,
        /// The value refused.
        value: u64,
        /// What it must be.
        must: &'static str,
    },
}

impl Config {
    /// The defaults, changed by `file` where it is given.
    ///
    /// # Errors
    /// [`ConfigError`] saying which field is wrong and what is allowed.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let Some(path) = file else { return Ok(Self::default()) };
        let owned = || path.to_path_buf();
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Read { path: owned(), source })?;
        let config: Self = toml::from_str(&text).map_err(|error| ConfigError::Malformed {
            path: owned(),
            message: error.to_string(),
        })?;
        config.check()?;
        Ok(config)
    }

    /// Refuses values that cannot work.
    ///
    /// # Errors
    /// [`ConfigError::Impossible`] naming the first such field.
    pub fn check(&self) -> Result<(), ConfigError> {
        let small = 1_024;
        let (http, learner) = (&self.http, &self.learner);
        at_least("http.body_bytes_max", http.body_bytes_max as u64, small)?;
        at_least("http.inflated_bytes_max", http.inflated_bytes_max as u64, small)?;
        at_least("http.head_seconds_max", http.head_seconds_max, 1)?;
        at_least("http.body_seconds_max", http.body_seconds_max, 1)?;
        at_least("http.connections_max", http.connections_max as u64, 1)?;
        at_least("http.large_bodies_max", http.large_bodies_max as u64, 1)?;
        at_least("journal.segment_bytes_max", self.journal.segment_bytes_max, 1 << 20)?;
        at_least("learner.publish_ms_min", learner.publish_ms_min, 1)?;
        at_least("learner.overlays_max", learner.overlays_max as u64, 1)?;
        at_least("learner.seal_percent_max", u64::from(learner.seal_percent_max), 1)?;
        at_least("learner.threads", learner.threads as u64, 1)?;
        at_least("learner.voices_min", u64::from(learner.voices_min), 1)?;
        if http.connections_max > 1 << 20 {
            let value = http.connections_max as u64;
            let must = "at most 1048576";
            return Err(ConfigError::Impossible { field: "http.connections_max", value, must });
        }
        Ok(())
    }

    /// The configuration as a TOML file that explains itself.
    pub fn to_documented_toml(&self) -> String {
        let plain = toml::to_string(self).unwrap_or_default();
        let mut out = String::from("# Cairn. Flags win over this file, this file over defaults.\n");
        let mut section = String::new();
        for line in plain.lines() {
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                section = format!("{name}.");
            } else if let Some((field, _)) = line.split_once(" = ") {
                let name = format!("{section}{field}");
                let doc = DOCS.iter().find(|(path, _)| *path == name).map_or("", |(_, doc)| doc);
                out.extend(["# ", doc, "\n"]);
            }
            out.push_str(line);
            out.push('\n');
        }
        out
    }
}

impl HttpConfig {
    /// Time for a request body to arrive.
    pub const fn body_time_max(&self) -> Duration {
        Duration::from_secs(self.body_seconds_max)
    }

    /// Time for a request head to arrive.
    pub const fn head_time_max(&self) -> Duration {
        Duration::from_secs(self.head_seconds_max)
    }

    /// Time that started requests get at shutdown.
    pub const fn shutdown_time_max(&self) -> Duration {
        Duration::from_secs(self.shutdown_seconds_max)
    }
}

/// Refuses a value below `least`.
fn at_least(field: &'static str, value: u64, least: u64) -> Result<(), ConfigError> {
    let must = match least {
        1 => "at least 1",
        1_024 => "at least 1024",
        _ => "at least 1048576",
    };
    if value < least { Err(ConfigError::Impossible { field, value, must }) } else { Ok(()) }
}

/// What each field means, for whoever reads the printed file.
pub const DOCS: [(&str, &str); 18] = [
    (
        "listen",
        "Address and port to listen on; port 0 takes a free one, the first line says which.",
    ),
    ("log.format", "text or json."),
    ("log.level", "error, warn, info, debug or trace. Nothing personal is in any of them."),
    ("http.body_bytes_max", "Bytes of a request body as sent; beyond: 413."),
    ("http.inflated_bytes_max", "Bytes of a request body after decompression; beyond: 413."),
    ("http.head_seconds_max", "Seconds for a request head to arrive; then the connection closes."),
    ("http.body_seconds_max", "Seconds for a request body to arrive; then 408."),
    (
        "http.connections_max",
        "Connections served at once, below the limit of open files; more wait.",
    ),
    ("http.large_bodies_max", "Bodies above 64 KiB in memory at once; more wait, then 429."),
    ("http.shutdown_seconds_max", "Seconds that started requests get at shutdown."),
    ("http.trust_forwarded_for", "True only behind a proxy that overwrites X-Forwarded-For."),
    ("journal.segment_bytes_max", "Bytes of a journal file before the next one begins."),
    ("learner.publish_ms_min", "Milliseconds between two publications of fresh answers."),
    ("learner.quiet_ms", "Milliseconds without new reports after which a new base is sealed."),
    ("learner.overlays_max", "Overlays above the base before they are folded into one."),
    ("learner.seal_percent_max", "Percent of the time spent sealing while reports keep coming."),
    ("learner.threads", "Threads that estimate positions; the result does not depend on it."),
    ("learner.voices_min", "Contributor-days that must have heard a transmitter before it serves."),
];

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
