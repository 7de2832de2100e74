//! How a call ended, as gRPC says it.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response};
use cairn_wire::errors::PublicError;

/// A gRPC status: a number from a closed list, and words for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::http) struct Status {
    /// Source: grpc.github.io, *Status codes and their use in gRPC*.
    code: u16,
    message: String,
}

/// The content type of calls and answers.
pub(in crate::http) const GRPC: HeaderValue = HeaderValue::from_static("application/grpc");

impl Status {
    /// All went well.
    pub(in crate::http) const OK: Self = Self { code: 0, message: String::new() };

    /// There is no such method, or no such coding.
    pub(super) fn unimplemented(message: impl Into<String>) -> Self {
        Self { code: 12, message: message.into() }
    }

    /// What was sent is no message.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self { code: 3, message: message.into() }
    }

    /// The public error's.
    pub(in crate::http) fn of(error: &PublicError) -> Self {
        let code = match error {
            PublicError::ParseError { .. } => 3,
            PublicError::TimedOut => 4,
            PublicError::NotFound { .. } => 5,
            PublicError::DailyLimitExceeded
            | PublicError::TooLarge { .. }
            | PublicError::TooMany { .. }
            | PublicError::TooManyRequests { .. } => 8,
            PublicError::ServiceUnavailable { .. } => 14,
            PublicError::KeyInvalid => 16,
            _ => 2,
        };
        Self { code, message: error.told() }
    }

    /// How a stream ended: `None` when all was answered.
    pub(in crate::http) fn of_end(why: Option<&PublicError>) -> Self {
        why.map_or(Self::OK, Self::of)
    }

    /// The trailers, or the only headers, that say it.
    pub(in crate::http) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let name = HeaderName::from_static("grpc-status");
        headers.insert(name, HeaderValue::from(self.code));
        let message = HeaderValue::try_from(escaped(&self.message));
        if let Some(message) = message.ok().filter(|message| !message.is_empty()) {
            headers.insert(HeaderName::from_static("grpc-message"), message);
        }
        headers
    }

    /// A call that ended before it had an answer.
    pub(super) fn alone(&self) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        response.headers_mut().extend(self.headers());
        response.headers_mut().insert(CONTENT_TYPE, GRPC);
        response
    }
}

/// Percent-encoded outside printable ASCII.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' '..=b'~' if byte != b'%' => out.push(char::from(byte)),
            _ => out.extend(['%', hex(byte >> 4), hex(byte & 0xf)]),
        }
    }
    out
}

fn hex(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).unwrap_or('0').to_ascii_uppercase()
}
