//! Answers: JSON, the peers' error shape, and the headers that every answer carries.

use super::reply_body::ReplyBody;
use crate::lanes::Overloaded;
use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, CONTENT_TYPE, RETRY_AFTER, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use cairn_wire::errors::PublicError;

/// Content type of every API answer.
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Headers of every API answer, good or bad. Source: peers.md §2.2 (with what a strict browser's
/// preflight needs beside them).
const CORS: [(HeaderName, HeaderValue); 4] = [
    (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    (ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("2592000")),
    (
        ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("Content-Type, Content-Encoding, X-Nickname"),
    ),
    (ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD, POST, OPTIONS")),
];

/// Headers of everything. Source: peers.md §2.2.
const SAFE: [(HeaderName, HeaderValue); 2] = [
    (STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
];

/// Headers of an API answer with those that HTTP adds: room for them is made once.
const N_HEADERS: usize = 10;

/// A JSON answer.
pub(super) fn json(status: StatusCode, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().reserve(N_HEADERS);
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}

/// A good JSON answer with its headers in a table that was used before and is empty.
pub(super) fn json_within(mut headers: HeaderMap, body: Bytes) -> Response<ReplyBody> {
    headers.reserve(N_HEADERS);
    headers.insert(CONTENT_TYPE, JSON);
    let mut response = Response::new(ReplyBody::Ready(body));
    *response.headers_mut() = headers;
    response
}

/// An answer without a body.
pub(super) fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// A plain-text answer.
pub(super) fn text(status: StatusCode, body: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

/// Why a request got no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// One of the peers' errors.
    Public(PublicError),
    /// The body did not arrive in time.
    TimedOut,
}

impl From<PublicError> for Failure {
    fn from(error: PublicError) -> Self {
        Self::Public(error)
    }
}

impl From<Overloaded> for PublicError {
    fn from(overloaded: Overloaded) -> Self {
        Self::ServiceUnavailable { retry_after_s: overloaded.retry_after_s }
    }
}

impl Failure {
    /// As a public error.
    pub(super) fn into_public(self) -> PublicError {
        match self {
            Self::Public(error) => error,
            Self::TimedOut => PublicError::TimedOut,
        }
    }
}

/// The answer to a request that failed.
pub(super) fn failure(failure: &Failure) -> Response<Body> {
    match failure {
        Failure::Public(public) => error(public),
        Failure::TimedOut => error(&PublicError::TimedOut),
    }
}

/// An error in the peers' shape, with `Retry-After` where it helps.
fn error(error: &PublicError) -> Response<Body> {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = json(status, error.body());
    if let Some(seconds) = error.retry_after_s() {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Adds the headers of every API answer.
pub(super) fn open_to_browsers(headers: &mut HeaderMap) {
    insert_all(headers, CORS);
}

/// Adds the headers of everything.
pub(super) fn safe(headers: &mut HeaderMap) {
    insert_all(headers, SAFE);
}

/// Adds a table of headers.
fn insert_all(headers: &mut HeaderMap, table: impl IntoIterator<Item = (HeaderName, HeaderValue)>) {
    for (name, value) in table {
        headers.insert(name, value);
    }
}
