//! `/openapi.json`: what this service answers, as an OpenAPI 3.1 description made from the code.
//!
//! Reading order: `paths` and `published` (operations), `common` (what they share), `asked`,
//! `asked_before`, `asked_track`, `told`, `told_errors`, `told_ops`, `told_track` (bodies), `lenient` (what else is read), `samples`.
//! The types here are only described: `wire` reads and writes. Tests and the step `api` of
//! `cargo xtask ci` hold the two together.

mod asked;
mod asked_before;
mod asked_track;
mod common;
mod lenient;
mod paths;
mod published;
mod samples;
mod told;
mod told_errors;
mod told_ops;
mod told_track;

use super::reply;
use axum::body::Body;
use axum::http::{Response, StatusCode};
use std::sync::LazyLock;
use utoipa::ToSchema;
use utoipa::openapi::{Components, RefOr, Schema};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder};

/// What a reader has to know before anything else.
const ABOUT: &str = "An open location service, in the words of the Mozilla Location Service (Ichnaea).\n\n\
    **Radii.** `accuracy` of an answer is the radius in metres that holds the truth with 95 %. In a report it \
    is the phone's own, at 68 %.\n\n\
    **Kindness.** A value of a wrong type or out of its range costs itself, an entry that cannot be used costs \
    itself, and their neighbours count. Numbers are also read from text and booleans; `null` and empty values \
    say nothing; unknown members are skipped. So a member's description says what it is meant to hold, and its \
    schema takes anything. A body is looked at whatever content type it is sent with.\n\n\
    **Compression.** Bodies may be sent with `Content-Encoding: gzip` or `zstd`.\n\n\
    **Keys.** Where the operator asks for one, it is the query parameter `key`.\n\n\
    **HEAD** answers as GET does, without a body.";

/// The description as bytes, made once.
static BYTES: LazyLock<Vec<u8>> =
    LazyLock::new(|| document().to_json().unwrap_or_default().into_bytes());

/// `GET /openapi.json`; programs of other sites may read it too.
pub(super) async fn get() -> Response<Body> {
    let mut response = reply::json(StatusCode::OK, BYTES.clone());
    reply::open_to_browsers(response.headers_mut());
    response
}

/// The description.
fn document() -> OpenApi {
    let license = LicenseBuilder::new().name(env!("CARGO_PKG_LICENSE")).build();
    let info = InfoBuilder::new()
        .title("Cairn")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .license(Some(license));
    let mut paths = paths::all();
    paths.merge(published::all());
    OpenApiBuilder::new().info(info).paths(paths).components(Some(components())).build()
}

/// All schemas that operations refer to: of requests opened, of answers as they are.
fn components() -> Components {
    let mut asked = ComponentsBuilder::new().build();
    add::<asked::LocateQuery>(&mut asked);
    add::<asked_track::TrackQuery>(&mut asked);
    add::<asked::Submission>(&mut asked);
    add::<asked_before::SubmissionV1>(&mut asked);
    add::<asked_before::SubmissionV0>(&mut asked);
    lenient::open_all(&mut asked);
    let mut all = common::components();
    add::<told::LocateAnswer>(&mut all);
    add::<told_track::TrackAnswer>(&mut all);
    add::<told::CountryAnswer>(&mut all);
    add::<told::Taken>(&mut all);
    add::<told_errors::ErrorAnswer>(&mut all);
    told_ops::add_all(&mut all);
    all.schemas.append(&mut asked.schemas);
    all
}

/// Adds a type and the types it is made of.
fn add<T: ToSchema>(components: &mut Components) {
    let mut inside: Vec<(String, RefOr<Schema>)> = Vec::new();
    T::schemas(&mut inside);
    inside.push((T::name().into_owned(), T::schema()));
    components.schemas.extend(inside);
}

#[cfg(test)]
#[path = "openapi_tests.rs"]
mod tests;
