//! What an operator may change: flag over file over default, every field documented.
//!
//! One file a section; each lists the documentation of its fields as `DOCS`, so that `cairn serve
//! --print-config` prints a file that explains itself; a test holds the two together.

mod access;
mod archive;
mod canary;
mod cluster;
mod external;
mod geoip;
mod http;
mod journal;
mod lanes;
mod learner;
mod listen;
mod log;
mod mirror;
mod models;
mod publish;
mod relay;
mod serving;
mod site;

pub use access::AccessConfig;
pub use archive::ArchiveConfig;
pub use canary::CanaryConfig;
pub use cluster::ClusterConfig;
pub use external::{ExternalConfig, ProviderConfig, ProviderSchema, Secret};
pub use geoip::GeoipConfig;
pub use http::HttpConfig;
pub use journal::JournalConfig;
pub use lanes::LanesConfig;
pub use learner::LearnerConfig;
pub use listen::Listen;
pub use log::{LogConfig, LogFormat, LogLevel};
pub use mirror::MirrorConfig;
pub use models::ModelsConfig;
pub use publish::PublishConfig;
pub use relay::{RelayConfig, RelayFrom, RelayServer};
pub use serving::{ServingConfig, WarmUp};
pub use site::SiteConfig;

use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// A field's dotted name and what it means.
type Doc = (&'static str, &'static str);

/// What each field means, for whoever reads the printed file: one list a section.
const DOCS: [&[Doc]; 18] = [
    &listen::DOCS,
    &log::DOCS,
    &http::DOCS,
    &lanes::DOCS,
    &access::DOCS,
    &journal::DOCS,
    &archive::DOCS,
    &learner::DOCS,
    &serving::DOCS,
    &models::DOCS,
    &canary::DOCS,
    &mirror::DOCS,
    &geoip::DOCS,
    &external::DOCS,
    &publish::DOCS,
    &relay::DOCS,
    &site::DOCS,
    &cluster::DOCS,
];

/// Everything an operator may change.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Addresses and ports to listen on; port 0 takes a free one.
    pub listen: Listen,
    /// Addresses and ports for emergencies alone.
    pub listen_emergency: Vec<SocketAddr>,
    /// The log.
    pub log: LogConfig,
    /// The HTTP edge.
    pub http: HttpConfig,
    /// Who waits for whom.
    pub lanes: LanesConfig,
    /// Who may ask.
    pub access: AccessConfig,
    /// The journal of acknowledged submissions.
    pub journal: JournalConfig,
    /// The archive of evidence.
    pub archive: ArchiveConfig,
    /// The learner.
    pub learner: LearnerConfig,
    /// How snapshots come to serve, and which answer beside them unseen.
    pub serving: ServingConfig,
    /// Models that give answers their radii.
    pub models: ModelsConfig,
    /// How a challenger gets its share of the answers.
    pub canary: CanaryConfig,
    /// Who is told of models.
    pub mirror: MirrorConfig,
    /// Guesses from addresses.
    pub geoip: GeoipConfig,
    /// Other services to ask.
    pub external: ExternalConfig,
    /// What is made public of the map.
    pub publish: PublishConfig,
    /// Further servers that get what was accepted here.
    pub relay: RelayConfig,
    /// Who runs this service.
    pub site: SiteConfig,
    /// Several machines that share a log.
    pub cluster: ClusterConfig,
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
        self.listen.check()?;
        self.http.check()?;
        self.lanes.check()?;
        self.access.check()?;
        self.journal.check()?;
        self.archive.check()?;
        self.learner.check()?;
        self.serving.check()?;
        self.models.check()?;
        self.canary.check()?;
        self.mirror.check()?;
        self.external.check()?;
        self.publish.check()?;
        self.relay.check()?;
        self.cluster.check()
    }

    /// The configuration as a TOML file that explains itself.
    pub fn to_documented_toml(&self) -> String {
        let plain = toml::to_string(self).unwrap_or_default();
        let mut out = String::from("# Cairn. Flags win over this file, this file over defaults.\n");
        let mut section = String::new();
        for line in plain.lines() {
            if line.starts_with('[') && line.ends_with(']') {
                section = format!("{}.", line.trim_matches(['[', ']']));
            } else if let Some((field, _)) = line.split_once(" = ") {
                let name = format!("{section}{field}");
                let doc = doc_of(&name);
                out.extend(if doc.is_empty() { [""; 3] } else { ["# ", doc, "\n"] });
            }
            out.push_str(line);
            out.push('\n');
        }
        out
    }
}

/// What a field means; empty for one that nobody documented.
fn doc_of(name: &str) -> &'static str {
    let all = DOCS.into_iter().flatten().chain(&external::PROVIDER_DOCS);
    all.into_iter().find(|(path, _)| *path == name).map_or("", |(_, doc)| doc)
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

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
