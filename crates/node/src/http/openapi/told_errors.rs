//! What is told when there is no answer: the peers' error shape with our details.
#![expect(dead_code, reason = "described, never built")]

use std::collections::BTreeMap;
use utoipa::ToSchema;

/// An error in the peers' shape.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
pub(super) struct ErrorAnswer {
    /// What went wrong.
    error: ErrorBody,
    /// More about it, where there is more to say.
    #[schema(nullable = false)]
    details: Option<ErrorDetails>,
}

/// What went wrong.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
struct ErrorBody {
    /// One entry.
    #[schema(min_items = 1, max_items = 1)]
    errors: Vec<ErrorEntry>,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    code: u16,
    /// The entry's message.
    message: String,
}

/// The error in words for programs.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
struct ErrorEntry {
    /// global, usageLimits or geolocation.
    domain: String,
    /// parseError, keyInvalid, dailyLimitExceeded, notFound, requestTimeout, requestTooLarge,
    /// rateLimitExceeded or serviceUnavailable.
    reason: String,
    /// The same for people.
    message: String,
}

/// More about an error; which members there are depends on it. All but `decode` and `validation` are
/// extensions.
#[derive(ToSchema)]
#[cfg_attr(test, derive(serde::Deserialize), serde(deny_unknown_fields))]
struct ErrorDetails {
    /// 400: why the body could not be read, and where.
    #[schema(nullable = false)]
    decode: Option<String>,
    /// 400: the field that is not what it must be (an empty name is the body itself), and why.
    #[schema(nullable = false)]
    validation: Option<BTreeMap<String, String>>,
    /// 404: `nothing_heard`, `too_few_known` or `inconsistent`.
    #[schema(nullable = false)]
    refusal: Option<String>,
    /// 404 `too_few_known`: transmitters the map knows.
    #[schema(nullable = false)]
    known: Option<u16>,
    /// 404 `too_few_known`: transmitters an answer needs.
    #[schema(nullable = false)]
    needed: Option<u16>,
    /// 404 `inconsistent`: groups that agree among themselves.
    #[schema(nullable = false)]
    groups: Option<u16>,
    /// 413: the largest body in bytes.
    #[schema(nullable = false)]
    bytes_max: Option<u64>,
    /// 429, 503: seconds after which to come back.
    #[schema(nullable = false)]
    retry_after_s: Option<u32>,
}
