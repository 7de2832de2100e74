//! The database that guesses places from addresses.

use super::Doc;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The database that guesses places from addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GeoipConfig {
    /// A file in MaxMind's format; empty: addresses are not guessed from.
    pub database: PathBuf,
}

impl GeoipConfig {
    /// The file, when there is to be one.
    pub fn database(&self) -> Option<&Path> {
        let named = !self.database.as_os_str().is_empty();
        named.then_some(&*self.database)
    }
}

/// What each field means.
pub(super) const DOCS: [Doc; 1] = [(
    "geoip.database",
    "City or country database in MaxMind's format (.mmdb), read again when it changes; empty: no guess from addresses.",
)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_is_named_by_default() {
        assert_eq!(GeoipConfig::default().database(), None);
        let named = GeoipConfig { database: "/var/lib/city.mmdb".into() };
        assert_eq!(named.database(), Some(Path::new("/var/lib/city.mmdb")));
    }
}
