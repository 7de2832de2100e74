//! What a key allows, and which route a request is for.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// One thing that a key may allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Asking where one is.
    Locate,
    /// Asking which country one is in.
    Country,
    /// Sending reports, where the configuration asks for a key.
    Submit,
    /// Taking published files, where the configuration asks for a key.
    Transfer,
    /// Reading what operators watch, where the configuration asks for a key.
    Admin,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Locate, Self::Country, Self::Submit, Self::Transfer, Self::Admin];

    /// The word for it on the command line and in the file of keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Locate => "locate",
            Self::Country => "country",
            Self::Submit => "submit",
            Self::Transfer => "transfer",
            Self::Admin => "admin",
        }
    }

    /// Its place in a set.
    const fn bit(self) -> u8 {
        match self {
            Self::Locate => 1,
            Self::Country => 1 << 1,
            Self::Submit => 1 << 2,
            Self::Transfer => 1 << 3,
            Self::Admin => 1 << 4,
        }
    }
}

/// A set of scopes, written `locate,country`; `none` and `all` are words for the ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scopes(u8);

impl Scopes {
    /// A key that allows nothing: blocked.
    pub const NONE: Self = Self(0);

    /// The set of these.
    pub fn of(scopes: &[Scope]) -> Self {
        Self(scopes.iter().fold(0, |set, scope| set | scope.bit()))
    }

    /// True when `scope` is in it.
    pub const fn allow(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Those in it, in one order.
    fn names(self) -> impl Iterator<Item = &'static str> {
        Scope::ALL.into_iter().filter(move |scope| self.allow(*scope)).map(Scope::name)
    }
}

/// A word that names no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{word:?} is no scope: choose among locate, country, submit, transfer, admin, or all, or none"
)]
pub struct UnknownScope {
    /// The word.
    pub word: String,
}

impl FromStr for Scopes {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        text.split(',').map(str::trim).try_fold(Self::NONE, |set, word| match word {
            "none" => Ok(set),
            "all" => Ok(Self(set.0 | Self::of(&Scope::ALL).0)),
            _ => Scope::ALL
                .into_iter()
                .find(|scope| scope.name() == word)
                .map(|scope| Self(set.0 | scope.bit()))
                .ok_or_else(|| UnknownScope { word: word.to_owned() }),
        })
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.names().collect();
        f.write_str(if names.is_empty() { "none".to_owned() } else { names.join(",") }.as_str())
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.names())
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let words = Vec::<String>::deserialize(from)?;
        if words.is_empty() {
            return Ok(Self::NONE);
        }
        words.join(",").parse().map_err(serde::de::Error::custom)
    }
}

/// Routes on which a key is looked at; aliases of a path are one route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// `/v1/geolocate` and its aliases.
    Geolocate,
    /// `/v1/country`.
    Country,
    /// `/v1/submit`.
    SubmitV0,
    /// `/v1/geosubmit`.
    SubmitV1,
    /// `/v2/geosubmit`.
    SubmitV2,
    /// `/downloads/NAME`.
    Download,
    /// `/metrics`.
    Metrics,
}

/// Routes that count against a key's day.
pub(super) const COUNTED_ROUTES: usize = 4;

impl Route {
    /// The scope it asks for.
    pub const fn scope(self) -> Scope {
        match self {
            Self::Geolocate => Scope::Locate,
            Self::Country => Scope::Country,
            Self::SubmitV0 | Self::SubmitV1 | Self::SubmitV2 => Scope::Submit,
            Self::Download => Scope::Transfer,
            Self::Metrics => Scope::Admin,
        }
    }

    /// Its place among the counts of a day: queries for a place, and submissions. Source: peers.md §2.3, 3.
    pub const fn counted(self) -> Option<usize> {
        match self {
            Self::Geolocate => Some(0),
            Self::Country | Self::Download | Self::Metrics => None,
            Self::SubmitV0 => Some(1),
            Self::SubmitV1 => Some(2),
            Self::SubmitV2 => Some(3),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_as_they_are_written() {
        for text in ["none", "locate", "locate,country,submit", "transfer,admin"] {
            assert_eq!(text.parse::<Scopes>().unwrap().to_string(), text);
        }
        let all: Scopes = "all".parse().unwrap();
        assert!(Scope::ALL.into_iter().all(|scope| all.allow(scope)));
        assert_eq!("locate,root".parse::<Scopes>().unwrap_err().word, "root");
    }

    #[test]
    fn routes_that_count_have_a_place_each() {
        use Route::{Country, Geolocate, SubmitV0, SubmitV1, SubmitV2};
        let places = [Geolocate, SubmitV0, SubmitV1, SubmitV2].map(Route::counted);
        assert_eq!(places, [0, 1, 2, 3].map(Some));
        assert_eq!(places.len(), COUNTED_ROUTES);
        assert_eq!((Country.counted(), Country.scope()), (None, Scope::Country));
    }
}
