//! How queries are written, and what says so.

use super::super::reply;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use cairn_wire::errors::PublicError;
use cairn_wire::geolocate::{LocateAnswer, RawNetwork, encode_answer_with_raw};
use cairn_wire::split::Cut;
use cairn_wire::{batch, proto};

/// How queries and answers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// JSON; of a batch, a line each.
    Json,
    /// Messages of `cairn.proto`.
    Proto,
}

/// What an answer says, before it is written.
pub(crate) type Said = Result<(LocateAnswer, Vec<RawNetwork>), PublicError>;

impl Form {
    /// The form that a content type names; whatever is no protobuf is read as JSON.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let kind = headers.get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
        let kind = kind.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        let names: [&[u8]; 3] = [
            b"application/x-protobuf",
            b"application/protobuf",
            b"application/vnd.google.protobuf",
        ];
        let is_proto = names.iter().any(|name| kind.eq_ignore_ascii_case(name));
        if is_proto { Self::Proto } else { Self::Json }
    }

    /// The word for it in metrics.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Proto => "protobuf",
        }
    }

    /// How a batch of it is cut.
    pub(super) const fn cut(self) -> Cut {
        match self {
            Self::Json => Cut::Lines,
            Self::Proto => Cut::Messages,
        }
    }

    /// The content type of a batch of answers.
    pub(super) const fn batch_type(self) -> HeaderValue {
        match self {
            Self::Json => HeaderValue::from_static("application/x-ndjson"),
            Self::Proto => PROTO,
        }
    }

    /// Appends one answer to a batch; `id` is what the query was called, as the form writes it.
    pub(super) fn push(self, out: &mut Vec<u8>, said: &Said, id: Option<&str>) {
        match self {
            Self::Json => batch::push_line(out, id, &json(said)),
            Self::Proto => proto::push_answer(out, &message(said, id)),
        }
    }

    /// What a batch that was ended early ends with.
    pub(super) fn ended(self, n_queries: u64, why: &PublicError) -> Vec<u8> {
        match self {
            Self::Json => batch::ended_line(n_queries, why),
            Self::Proto => proto::encode_ended(why),
        }
    }

    /// The answer to one query by itself.
    pub(crate) fn reply(self, said: &Said, id: Option<&str>) -> Response<Body> {
        let error = said.as_ref().err();
        let status = error.map_or(Ok(StatusCode::OK), |error| StatusCode::from_u16(error.status()));
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = if self == Self::Json { json(said) } else { message(said, id) };
        self.with_body(status, body, error)
    }

    /// What is told instead of a batch.
    pub(super) fn refuse(self, error: &PublicError) -> Response<Body> {
        let status =
            StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = if self == Self::Json { error.body() } else { proto::encode_ended(error) };
        self.with_body(status, body, Some(error))
    }

    /// An answer with a body of this form.
    pub(super) fn with_body(
        self,
        status: StatusCode,
        body: Vec<u8>,
        error: Option<&PublicError>,
    ) -> Response<Body> {
        let mut response = reply::json(status, body);
        if self != Self::Json {
            response.headers_mut().insert(CONTENT_TYPE, PROTO);
        }
        if let Some(seconds) = error.and_then(PublicError::retry_after_s) {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// The content type of protobuf.
pub(crate) const PROTO: HeaderValue = HeaderValue::from_static("application/x-protobuf");

fn json(said: &Said) -> Vec<u8> {
    match said {
        Ok((answer, raw)) => encode_answer_with_raw(answer, raw),
        Err(error) => error.body(),
    }
}

/// A `LocateResponse`.
pub(crate) fn message(said: &Said, id: Option<&str>) -> Vec<u8> {
    proto::encode_answer(said.as_ref().map(|(answer, _)| answer), id.unwrap_or_default())
}
