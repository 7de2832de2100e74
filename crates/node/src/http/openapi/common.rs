//! What operations share: answers, headers, the key.

use super::told_errors::ErrorAnswer;
use cairn_wire::errors::{Details, NoAnswer, PublicError};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::path::{
    Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn,
};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{
    Components, ComponentsBuilder, ContentBuilder, Header, HeaderBuilder, Ref, RefOr, Required,
    Response, ResponseBuilder,
};

/// The content type of nearly everything.
pub(super) const JSON: &str = "application/json";

/// Headers that programs of other sites need, on every answer of an API path.
const CORS: [(&str, &str); 2] = [
    ("Access-Control-Allow-Origin", "Any site's programs may ask: `*`."),
    ("Access-Control-Max-Age", "Seconds for which a browser need not ask again."),
];

/// Headers that are described once.
pub(super) fn components() -> Components {
    let text = |about: &str| {
        HeaderBuilder::new()
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
            .description(Some(about))
            .build()
    };
    let whole = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0));
    let later = HeaderBuilder::new()
        .schema(Some(whole))
        .description(Some("Seconds after which to come back."));
    CORS.iter()
        .fold(ComponentsBuilder::new(), |all, (name, about)| all.header(*name, text(about)))
        .header("Retry-After", later.build())
        .build()
}

/// A reference to a header of [`components`].
fn header(name: &str) -> RefOr<Header> {
    RefOr::Ref(Ref::new(format!("#/components/headers/{name}")))
}

/// An answer of an operation: its status and what it is.
pub(super) type Told = (u16, Response);

/// An operation with its answers.
pub(super) fn operation(id: &str, tag: &str, summary: &str, told: Vec<Told>) -> OperationBuilder {
    let start = OperationBuilder::new().operation_id(Some(id)).tag(tag).summary(Some(summary));
    told.into_iter().fold(start, |all, (status, answer)| all.response(status.to_string(), answer))
}

/// An answer of a described type.
pub(super) fn of<T: ToSchema>(status: u16, about: &str, sample: Option<Value>) -> Told {
    let schema = Ref::from_schema_name(T::name());
    let content = ContentBuilder::new().schema(Some(schema)).example(sample).build();
    (status, ResponseBuilder::new().description(about).content(JSON, content).build())
}

/// An answer that is text of some kind.
pub(super) fn text(status: u16, kind: &str, about: &str) -> Told {
    let schema = ObjectBuilder::new().schema_type(Type::String);
    let content = ContentBuilder::new().schema(Some(schema)).build();
    (status, ResponseBuilder::new().description(about).content(kind, content).build())
}

/// An answer that is bytes.
pub(super) fn bytes(status: u16, kind: &str, about: &str) -> Told {
    let format = SchemaFormat::KnownFormat(KnownFormat::Binary);
    let schema = ObjectBuilder::new().schema_type(Type::String).format(Some(format));
    let content = ContentBuilder::new().schema(Some(schema)).build();
    (status, ResponseBuilder::new().description(about).content(kind, content).build())
}

/// An answer without a body.
pub(super) fn nothing(status: u16, about: &str) -> Told {
    (status, ResponseBuilder::new().description(about).build())
}

/// The answer of an error, in the very bytes that are sent.
fn error(about: &str, error: &PublicError) -> Told {
    let sample = serde_json::from_slice(&error.body()).ok();
    let (status, mut answer) = of::<ErrorAnswer>(error.status(), about, sample);
    if error.retry_after_s().is_some() {
        come_back(&mut answer);
    }
    (status, answer)
}

/// Says that an answer tells when to come back.
pub(super) fn come_back(answer: &mut Response) {
    answer.headers.insert("Retry-After".to_owned(), header("Retry-After"));
}

/// Whoever comes in without a right to.
pub(super) fn kept_out() -> Vec<Told> {
    vec![
        error("The key's quota of the day is used up.", &PublicError::DailyLimitExceeded),
        error(
            "Too many requests just now, of this key or address, or too many large bodies.",
            &PublicError::TooManyRequests { retry_after_s: 5 },
        ),
    ]
}

/// Bodies that cannot be read.
pub(super) fn unread(body_bytes_max: usize) -> Vec<Told> {
    let details = Details::Decode("the body is not JSON".to_owned());
    let timed_out = "The body did not arrive in time.";
    vec![
        error(
            "The body cannot be read (`parseError`), or a key is needed and missing, unknown or without the \
             right (`keyInvalid`).",
            &PublicError::ParseError { details },
        ),
        of::<ErrorAnswer>(408, timed_out, None),
        error(
            "The body, as sent or decompressed, is larger than the operator allows.",
            &PublicError::TooLarge { bytes_max: body_bytes_max },
        ),
    ]
}

/// What is open to everybody, unless the operator asks for a key.
pub(super) fn locked() -> Vec<Told> {
    let about = "A key is needed and missing, unknown or without the right (`keyInvalid`).";
    let mut told = kept_out();
    told.remove(0);
    told.push(error(about, &PublicError::KeyInvalid));
    told
}

/// A submission without a body.
pub(super) fn without_body() -> Told {
    let about =
        "There is no body to read (`parseError`), or a key is needed and not there (`keyInvalid`).";
    error(about, &PublicError::ParseError { details: Details::Absent })
}

/// No place.
pub(super) fn not_found() -> Told {
    let details = Some(NoAnswer::TooFewKnown { known: 1, needed: 2 });
    error(
        "Nothing is known about what is heard; `details` say why.",
        &PublicError::NotFound { details },
    )
}

/// Nothing can be taken in.
pub(super) fn unavailable() -> Told {
    let error_ = PublicError::ServiceUnavailable { retry_after_s: 30 };
    error("Reports cannot be written to the disk; none was taken in.", &error_)
}

/// The key of a request.
pub(super) fn key() -> Parameter {
    let about = "The API key, where the operator asks for one. What is no key counts as none.";
    let schema = ObjectBuilder::new().schema_type(Type::String);
    ParameterBuilder::new()
        .name("key")
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(about))
        .schema(Some(schema))
        .build()
}

/// Adds the headers that every answer of an API path carries.
pub(super) fn open_to_browsers(mut operation: Operation) -> Operation {
    for answer in operation.responses.responses.values_mut() {
        if let RefOr::T(answer) = answer {
            let named = CORS.iter().map(|(name, _)| ((*name).to_owned(), header(name)));
            answer.headers.extend(named);
        }
    }
    operation
}
