//! Further servers that get what was accepted here.

use super::{ConfigError, Doc};
use crate::limits::RELAY_SERVERS_MAX;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Further servers that get what was accepted here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RelayConfig {
    /// The servers.
    pub servers: Vec<RelayServer>,
}

/// One further server.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelayServer {
    /// Its word in metrics and in the name of its file.
    pub name: String,
    /// Where it takes geosubmit v2, whole.
    pub url: String,
    /// Our key there; empty for none.
    #[serde(default)]
    pub key: String,
    /// What it gets when it is new here.
    #[serde(default)]
    pub from: RelayFrom,
}

/// Where in the journal a new server begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RelayFrom {
    /// With the next report.
    #[default]
    Now,
    /// With the oldest report there is.
    Start,
}

impl fmt::Debug for RelayServer {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelayServer").field("name", &self.name).finish_non_exhaustive()
    }
}

impl RelayConfig {
    /// Refuses values that cannot work.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let refuse = |field, index: usize, must| {
            Err(ConfigError::Impossible { field, value: index as u64, must })
        };
        if self.servers.len() > RELAY_SERVERS_MAX {
            return refuse("relay.servers", self.servers.len(), "at most 8 servers");
        }
        for (index, server) in self.servers.iter().enumerate() {
            if !is_name(&server.name) {
                let must = "(counted from 0) a name of 1 to 32 of a-z, 0-9 and -";
                return refuse("relay.servers.name", index, must);
            }
            if self.servers[..index].iter().any(|other| other.name == server.name) {
                let must = "(counted from 0) a name that no other server has";
                return refuse("relay.servers.name", index, must);
            }
            if !server.url.starts_with("https://") && !server.url.starts_with("http://") {
                let must = "(counted from 0) an address beginning with https:// or http://";
                return refuse("relay.servers.url", index, must);
            }
        }
        Ok(())
    }
}

/// A word that is safe as a label and as a file's name.
fn is_name(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=32).contains(&text.len()) && text.bytes().all(is_plain)
}

/// What the field means; a server's own fields are in its example.
pub(super) const DOCS: [Doc; 1] = [(
    "relay.servers",
    "Servers that get accepted reports too, for example [{name=\"other\", url=\"https://example.org/v2/geosubmit\", key=\"\", from=\"now\"}]; from=\"start\" sends what is already here, too.",
)];

#[cfg(test)]
mod tests {
    use super::*;

    fn server(name: &str, url: &str) -> RelayServer {
        let (name, url) = (name.to_owned(), url.to_owned());
        RelayServer { name, url, key: "secret".to_owned(), from: RelayFrom::Now }
    }

    #[test]
    fn names_are_words_of_their_own_and_addresses_are_http() {
        let check = |servers: &[RelayServer]| RelayConfig { servers: servers.to_vec() }.check();
        let good = server("other", "https://example.org/v2/geosubmit");
        assert!(check(std::slice::from_ref(&good)).is_ok());
        assert!(check(&[good.clone(), good.clone()]).is_err());
        assert!(check(&[server("../up", "https://example.org")]).is_err());
        assert!(check(&[server("other", "ftp://example.org")]).is_err());
        let many = |n: usize| -> Vec<RelayServer> {
            (0..n).map(|n| server(&format!("s{n}"), "http://[::1]/")).collect()
        };
        assert!(check(&many(RELAY_SERVERS_MAX)).is_ok());
        assert!(check(&many(RELAY_SERVERS_MAX + 1)).is_err());
    }

    #[test]
    fn a_key_does_not_print() {
        let printed = format!("{:?}", server("other", "https://example.org"));
        assert!(!printed.contains("secret"), "{printed}");
    }
}
