//! The addresses to listen on: one, or several.

use super::{ConfigError, Doc};
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};

/// Addresses and ports; never empty once checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "OneOrMany")]
pub struct Listen(pub Vec<SocketAddr>);

/// How a file may write it.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(SocketAddr),
    Many(Vec<SocketAddr>),
}

impl From<OneOrMany> for Listen {
    fn from(written: OneOrMany) -> Self {
        match written {
            OneOrMany::One(address) => Self(vec![address]),
            OneOrMany::Many(addresses) => Self(addresses),
        }
    }
}

impl Default for Listen {
    fn default() -> Self {
        Self(vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 8080))])
    }
}

impl Listen {
    /// Refuses an empty list.
    pub(super) const fn check(&self) -> Result<(), ConfigError> {
        if self.0.is_empty() {
            let must = "a list of at least 1 address";
            return Err(ConfigError::Impossible { field: "listen", value: 0, must });
        }
        Ok(())
    }
}

/// What the fields mean.
pub(super) const DOCS: [Doc; 2] = [
    (
        "listen",
        "Addresses and ports to listen on, IPv4 or IPv6 ([::]:8080 takes both); port 0 takes a free one.",
    ),
    (
        "listen_emergency",
        "Addresses and ports that answer only queries with a key of the emergency lane, on a thread of their own.",
    ),
];
