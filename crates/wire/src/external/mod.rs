//! Other location services as a fallback: a query in their words, and their answer checked.
//!
//! Not here: when to ask them, and the connection (`node`). What is sent is what was heard and nothing
//! of who asks; what comes back is believed only when every number of it can be.

mod ask;
mod told;

use crate::geolocate::{LocateAnswer, LocateRequest};

/// The words a provider speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// Ichnaea's `/v1/geolocate`, as beaconDB and Cairn itself speak it too.
    Ichnaea,
    /// Google's Geolocation API.
    Google,
    /// Combain's Location API: Google's words, with fallbacks of its own.
    Combain,
    /// Unwired Labs' Location API, version 2 (`/v2/process.php`).
    Unwired,
}

/// Why a provider gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExternalError {
    /// It knows nothing of what was heard.
    #[error("the provider knows no position")]
    NotFound,
    /// It does not take the key or token: look at the settings.
    #[error("the provider refuses the key")]
    KeyRefused,
    /// The quota is used up, or it asks to come back later.
    #[error("the provider's quota is used up")]
    OverQuota,
    /// It says it failed, or did not understand.
    #[error("the provider answered an error")]
    Failed,
    /// What came is no answer of this schema, or too long for one.
    #[error("the provider's answer cannot be read")]
    Unreadable,
    /// A number in the answer that cannot be: a place off the globe, a radius of 0 or beyond the Earth.
    #[error("the provider's answer states an impossible place or radius")]
    Impossible,
}

impl Schema {
    /// All schemas.
    pub const ALL: [Self; 4] = [Self::Ichnaea, Self::Google, Self::Combain, Self::Unwired];

    /// The schema of a name, as settings write it.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|schema| schema.name() == name)
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ichnaea => "ichnaea",
            Self::Google => "google",
            Self::Combain => "combain",
            Self::Unwired => "unwired",
        }
    }

    /// The body that asks what `request` asks, or `None` when this provider takes nothing of it.
    ///
    /// `token` is written for Unwired Labs alone; the others take their key in the address. No body
    /// lets the provider answer from our own address. Of several radios or operators a schema that
    /// takes one gets the cells of the one heard most, the newest of equals.
    pub fn encode(self, request: &LocateRequest, token: &str) -> Option<Vec<u8>> {
        ask::encode(self, request, token)
    }

    /// The answer of a provider, whatever its HTTP status was.
    ///
    /// # Errors
    /// [`ExternalError`], which says whether to ask again.
    pub fn decode(self, body: &[u8]) -> Result<LocateAnswer, ExternalError> {
        told::decode(self, body)
    }
}

#[cfg(test)]
#[path = "../external_tests.rs"]
mod tests;
