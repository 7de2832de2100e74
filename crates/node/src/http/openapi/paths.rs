//! The paths that programs ask: queries and submissions.

use super::asked::{LocateQuery, Submission};
use super::asked_before::{SubmissionV0, SubmissionV1};
use super::asked_track::TrackQuery;
use super::common::{self, JSON, Told, operation};
use super::samples;
use super::told::{CountryAnswer, LocateAnswer, Taken};
use super::told_track::TrackAnswer;
use crate::config::HttpConfig;
use crate::limits::BATCH_BYTES_MAX;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, PathItem, PathItemBuilder, Paths};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, PathsBuilder, Ref, Required};

/// Lines of JSON.
const LINES: &str = "application/x-ndjson";
/// The group of queries.
const ASK: &str = "Queries";
/// The group of submissions.
const GIVE: &str = "Submissions";

/// All of them.
pub(super) fn all() -> Paths {
    let locate = "Where am I?";
    PathsBuilder::new()
        .path("/v1/geolocate", query("geolocate", locate, || place(200)))
        .path("/geolocation/v1/geolocate", query("google_geolocate", locate, || place(200)))
        .path("/v1/geolocate/batch", batch())
        .path("/v1/track", track())
        .path("/v1/country", query("country", "Which country am I in?", || country(200)))
        .path("/v2/geosubmit", gift("geosubmit", Gift::V2))
        .path("/v1/geosubmit", gift("geosubmit_v1", Gift::V1))
        .path("/v1/submit", gift("submit", Gift::V0))
        .build()
}

fn place(status: u16) -> Told {
    common::of::<LocateAnswer>(
        status,
        "A place and the radius that it promises.",
        Some(samples::place()),
    )
}

fn country(status: u16) -> Told {
    common::of::<CountryAnswer>(status, "A country.", Some(samples::country()))
}

/// A path of queries; GET is a query without anything heard.
fn query(id: &str, summary: &str, found: impl Fn() -> Told) -> PathItem {
    let asked = |method: &str| {
        let mut told = vec![found(), common::not_found()];
        told.extend(common::kept_out());
        told.extend(common::unread(body_bytes_max()));
        let operation = operation(&format!("{method}_{id}"), ASK, summary, told);
        operation.parameter(common::key())
    };
    let about = "What is heard; may be empty, then the client's address is asked about.";
    let body = body::<LocateQuery>(about, Required::False, samples::query());
    let post = asked("post").request_body(Some(body));
    let by_address = "Asks about the client's address alone.";
    let get = asked("get").description(Some(by_address));
    let head = asked("head").description(Some("As GET, without the body."));
    with_preflight(id, ASK)
        .operation(HttpMethod::Post, open(post))
        .operation(HttpMethod::Get, open(get))
        .operation(HttpMethod::Head, open(head))
        .build()
}

/// The path of batches: lines of JSON both ways.
fn batch() -> PathItem {
    let about = "An answer a line, in the order of the queries: what `/v1/geolocate` answers to each, a place or an \
                 `error`, with the query's `id` if it has one. A batch that is ended early has a last line with \
                 `batch` (`queries`: how many were answered) and the `error`.";
    let mut told = vec![common::text(200, LINES, about), common::unavailable()];
    told.extend(common::kept_out());
    told.extend(common::unread(usize::try_from(BATCH_BYTES_MAX).unwrap_or(usize::MAX)));
    let about = "A query a line, each in the words of `/v1/geolocate`, with a name of its own as `id` where one is \
                 wanted. Blank lines are skipped.";
    let sample = format!("{}\n{{\"id\":\"nothing\"}}\n", samples::query());
    let schema = ObjectBuilder::new().schema_type(Type::String);
    let content = ContentBuilder::new().schema(Some(schema)).example(Some(sample.into())).build();
    let body = RequestBodyBuilder::new()
        .description(Some(about))
        .required(Some(Required::False))
        .content(LINES, content)
        .build();
    let post =
        operation("post_geolocate_batch", ASK, "Where were they? Many queries at once.", told)
            .request_body(Some(body))
            .parameter(common::key());
    with_preflight("geolocate_batch", ASK).operation(HttpMethod::Post, open(post)).build()
}

/// The path of tracks.
fn track() -> PathItem {
    let about = "A place for each scan, in their order, or why there is none.";
    let mut told = vec![common::of::<TrackAnswer>(200, about, Some(samples::places()))];
    told.extend(common::kept_out());
    told.extend(common::unread(body_bytes_max()));
    let about = "The scans, and what the phone's own sensors said.";
    let post = operation("post_track", ASK, "Where was I at each of these scans?", told)
        .request_body(Some(body::<TrackQuery>(about, Required::True, samples::track())))
        .parameter(common::key());
    with_preflight("track", ASK).operation(HttpMethod::Post, open(post)).build()
}

/// The versions of a submission.
#[derive(Clone, Copy)]
enum Gift {
    V0,
    V1,
    V2,
}

impl Gift {
    fn body(self) -> RequestBody {
        let about = "The reports. Items in the words of another version are read too.";
        match self {
            Self::V0 => body::<SubmissionV0>(about, Required::True, samples::submission_v0()),
            Self::V1 => body::<SubmissionV1>(about, Required::True, samples::submission_v1()),
            Self::V2 => body::<Submission>(about, Required::True, samples::submission()),
        }
    }

    fn taken(self) -> Told {
        let about = "The reports that could be used are on disk.";
        match self {
            Self::V0 => common::nothing(204, about),
            Self::V1 | Self::V2 => {
                common::of::<Taken>(200, about, Some(Value::Object(serde_json::Map::default())))
            }
        }
    }

    const fn summary(self) -> &'static str {
        match self {
            Self::V0 => "Contribute reports, version 0 (short words).",
            Self::V1 => "Contribute reports, version 1.",
            Self::V2 => "Contribute reports.",
        }
    }
}

/// A path of submissions; GET is answered as the peers do: with an error.
fn gift(id: &str, version: Gift) -> PathItem {
    let mut told = vec![version.taken(), common::unavailable()];
    told.extend(common::kept_out());
    told.extend(common::unread(body_bytes_max()));
    let post = operation(&format!("post_{id}"), GIVE, version.summary(), told);
    let post = post.request_body(Some(version.body())).parameter(common::key());
    let refused = |method: &str| {
        let mut told = common::kept_out();
        told.push(common::without_body());
        let summary = "No submission: answers 400, as the peers do.";
        operation(&format!("{method}_{id}"), GIVE, summary, told).parameter(common::key())
    };
    with_preflight(id, GIVE)
        .operation(HttpMethod::Post, open(post))
        .operation(HttpMethod::Get, open(refused("get")))
        .operation(HttpMethod::Head, open(refused("head")))
        .build()
}

/// A path with the question that browsers ask first.
fn with_preflight(id: &str, tag: &str) -> PathItemBuilder {
    let told = vec![common::nothing(200, "What a browser may send; see the headers.")];
    let options = operation(&format!("options_{id}"), tag, "What browsers ask first.", told);
    PathItemBuilder::new().operation(HttpMethod::Options, open(options))
}

fn open(operation: OperationBuilder) -> utoipa::openapi::path::Operation {
    common::open_to_browsers(operation.build())
}

/// A body of a described type.
fn body<T: ToSchema>(about: &str, required: Required, sample: Value) -> RequestBody {
    let schema = Ref::from_schema_name(T::name());
    let content = ContentBuilder::new().schema(Some(schema)).example(Some(sample)).build();
    RequestBodyBuilder::new()
        .description(Some(about))
        .required(Some(required))
        .content(JSON, content)
        .build()
}

/// The largest body unless the operator changed it.
fn body_bytes_max() -> usize {
    HttpConfig::default().body_bytes_max
}
