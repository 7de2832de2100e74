//! The peers' error shape: what a client is told when a request fails.
//!
//! The words `domain`, `reason` and `message` are Ichnaea's (peers.md §2.4), so that clients that look
//! at them keep working; `details` says more, and its members beyond the peers' are extensions.

use crate::DecodeError;
use crate::capped::InflateError;
use serde_json::{Value, json};

/// What `details` of a `parseError` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Details {
    /// No `details` (a submit route was read with GET).
    Absent,
    /// The body could not be read at all.
    Decode(String),
    /// A field of the body's root is not what it must be; an empty name is the root itself.
    Validation {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        message: String,
    },
}

/// Why a query has no answer: the `details` of a 404.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAnswer {
    /// No usable entry in the query.
    NothingHeard,
    /// Fewer known transmitters than an answer needs.
    TooFewKnown {
        /// Known transmitters in the query.
        known: u16,
        /// Transmitters needed.
        needed: u16,
    },
    /// The known transmitters contradict one another.
    Inconsistent {
        /// Groups that agree among themselves.
        groups: u16,
    },
}

/// Everything a client can be told instead of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublicError {
    /// 400: the body cannot be read.
    ParseError {
        /// What is wrong, and where.
        details: Details,
    },
    /// 400: the key is missing, malformed, unknown, or without the right it needs: the peers tell none apart.
    KeyInvalid,
    /// 403: the key's quota of the day is used up.
    DailyLimitExceeded,
    /// 404: no position. A route that does not exist is not this.
    NotFound {
        /// Why, when known.
        details: Option<NoAnswer>,
    },
    /// 413: the body, sent or inflated, is larger than allowed.
    TooLarge {
        /// The limit in bytes.
        bytes_max: usize,
    },
    /// 413: more queries in one batch than allowed.
    TooMany {
        /// The limit.
        queries_max: usize,
    },
    /// 408: the request did not arrive in time; the peers have no word for it.
    TimedOut,
    /// 429: too many requests from this client just now.
    TooManyRequests {
        /// When to come back.
        retry_after_s: u32,
    },
    /// 503: cannot be done now (disk full, queue full, no map yet); nothing was acknowledged.
    ServiceUnavailable {
        /// When to come back.
        retry_after_s: u32,
    },
}

/// The peers' words of one error.
struct Words {
    status: u16,
    domain: &'static str,
    reason: &'static str,
    message: &'static str,
}

impl PublicError {
    const fn words(&self) -> Words {
        let (status, domain, reason, message) = match self {
            Self::ParseError { .. } => (400, "global", "parseError", "Parse Error"),
            Self::KeyInvalid => (400, "usageLimits", "keyInvalid", "Missing or invalid API key."),
            Self::DailyLimitExceeded => {
                (403, "usageLimits", "dailyLimitExceeded", "You have exceeded your daily limit.")
            }
            Self::NotFound { .. } => (404, "geolocation", "notFound", "Not found"),
            Self::TooLarge { .. } | Self::TooMany { .. } => {
                (413, "global", "requestTooLarge", "Request Too Large")
            }
            Self::TimedOut => (408, "global", "requestTimeout", "Request Timeout"),
            Self::TooManyRequests { .. } => {
                (429, "usageLimits", "rateLimitExceeded", "Too Many Requests")
            }
            Self::ServiceUnavailable { .. } => {
                (503, "global", "serviceUnavailable", "Service Unavailable")
            }
        };
        Words { status, domain, reason, message }
    }

    /// The HTTP status.
    pub const fn status(&self) -> u16 {
        self.words().status
    }

    /// The word that says which error it is: for metrics.
    pub const fn reason(&self) -> &'static str {
        self.words().reason
    }

    /// What it is called, for people.
    pub(crate) const fn message(&self) -> &'static str {
        self.words().message
    }

    /// Seconds for a `Retry-After` header, where there is one.
    pub const fn retry_after_s(&self) -> Option<u32> {
        match self {
            Self::TooManyRequests { retry_after_s }
            | Self::ServiceUnavailable { retry_after_s } => Some(*retry_after_s),
            _ => None,
        }
    }

    /// The JSON body.
    pub fn body(&self) -> Vec<u8> {
        let Words { status, domain, reason, message } = self.words();
        let mut body = json!({
            "error": {
                "errors": [{"domain": domain, "reason": reason, "message": message}],
                "code": status,
                "message": message,
            }
        });
        if let Some(details) = self.details() {
            body["details"] = details;
        }
        body.to_string().into_bytes()
    }

    fn details(&self) -> Option<Value> {
        match self {
            Self::ParseError { details: Details::Decode(text) } => Some(json!({"decode": text})),
            Self::ParseError { details: Details::Validation { field, message } } => {
                Some(json!({"validation": {*field: message}}))
            }
            Self::NotFound { details: Some(why) } => Some(match why {
                NoAnswer::NothingHeard => json!({"refusal": "nothing_heard"}),
                NoAnswer::TooFewKnown { known, needed } => {
                    json!({"refusal": "too_few_known", "known": known, "needed": needed})
                }
                NoAnswer::Inconsistent { groups } => {
                    json!({"refusal": "inconsistent", "groups": groups})
                }
            }),
            Self::TooLarge { bytes_max } => Some(json!({"bytes_max": bytes_max})),
            Self::TooMany { queries_max } => Some(json!({"queries_max": queries_max})),
            Self::TooManyRequests { retry_after_s }
            | Self::ServiceUnavailable { retry_after_s } => {
                Some(json!({"retry_after_s": retry_after_s}))
            }
            Self::ParseError { details: Details::Absent }
            | Self::KeyInvalid
            | Self::DailyLimitExceeded
            | Self::TimedOut
            | Self::NotFound { details: None } => None,
        }
    }
}

impl From<&DecodeError> for PublicError {
    fn from(error: &DecodeError) -> Self {
        Self::ParseError { details: error.details() }
    }
}

impl From<&InflateError> for PublicError {
    fn from(error: &InflateError) -> Self {
        match error {
            InflateError::Bomb { cap } => Self::TooLarge { bytes_max: *cap },
            InflateError::Corrupt { .. } => {
                Self::ParseError { details: Details::Decode(error.to_string()) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(error: &PublicError) -> Value {
        serde_json::from_slice(&error.body()).unwrap()
    }

    #[test]
    fn the_peers_words_are_kept_to_the_letter() {
        let table = [
            (PublicError::ParseError { details: Details::Absent }, 400, "parseError"),
            (PublicError::KeyInvalid, 400, "keyInvalid"),
            (PublicError::DailyLimitExceeded, 403, "dailyLimitExceeded"),
            (PublicError::NotFound { details: None }, 404, "notFound"),
            (PublicError::ServiceUnavailable { retry_after_s: 5 }, 503, "serviceUnavailable"),
        ];
        for (error, status, reason) in table {
            let body = body(&error);
            assert_eq!((error.status(), error.reason()), (status, reason));
            assert_eq!(body["error"]["code"], status);
            assert_eq!(body["error"]["errors"][0]["reason"], reason);
            assert_eq!(body["error"]["message"], body["error"]["errors"][0]["message"]);
        }
        let quota = body(&PublicError::DailyLimitExceeded);
        assert_eq!(quota["error"]["message"], "You have exceeded your daily limit.");
        assert_eq!(quota["error"]["errors"][0]["domain"], "usageLimits");
    }

    #[test]
    fn details_stand_beside_the_error_not_in_it() {
        let missing = PublicError::from(&DecodeError::Missing { field: "items" });
        assert_eq!(body(&missing)["details"]["validation"]["items"], "Required");
        let why = NoAnswer::TooFewKnown { known: 1, needed: 2 };
        let want = json!({"refusal": "too_few_known", "known": 1, "needed": 2});
        assert_eq!(body(&PublicError::NotFound { details: Some(why) })["details"], want);
        assert!(body(&PublicError::NotFound { details: None }).get("details").is_none());
    }

    #[test]
    fn who_should_come_back_is_told_when() {
        let busy = PublicError::ServiceUnavailable { retry_after_s: 5 };
        assert_eq!(busy.retry_after_s(), Some(5));
        assert_eq!(PublicError::KeyInvalid.retry_after_s(), None);
        let bomb = PublicError::from(&InflateError::Bomb { cap: 9 });
        assert_eq!((bomb.status(), body(&bomb)["details"]["bytes_max"].as_u64()), (413, Some(9)));
    }
}
