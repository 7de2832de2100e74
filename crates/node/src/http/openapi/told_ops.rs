//! What operators' tools are told.
#![expect(dead_code, reason = "described, never built")]

use super::add;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::Components;

/// Adds the schemas of this file.
pub(super) fn add_all(components: &mut Components) {
    add::<State>(components);
    add::<About>(components);
    add::<PeerVersion>(components);
    add::<Heartbeat>(components);
    add::<Contribute>(components);
    add::<Series>(components);
    add::<Tiles>(components);
    add::<OpenApiDocument>(components);
}

/// How the service is, in a word.
#[derive(ToSchema)]
pub(super) struct State {
    /// `ok` or `OK`; `ready`, `recovering`, `journal_failing`, `sealing_failing`, `thread_died` or `stopping`.
    status: String,
}

/// What runs here.
#[derive(ToSchema)]
pub(super) struct About {
    /// cairn.
    name: String,
    /// Its version.
    version: String,
    /// Where its source is.
    source: String,
    /// The commit it was built from, when known.
    #[schema(required)]
    commit: Option<String>,
    /// Always null.
    #[schema(required)]
    build: Option<String>,
}

/// What runs here, in the peers' words.
#[derive(ToSchema)]
pub(super) struct PeerVersion {
    /// Its version.
    version: String,
    /// Where its source is.
    source: String,
    /// The commit it was built from, when known.
    #[schema(required)]
    commit: Option<String>,
    /// Always null.
    #[schema(required)]
    build: Option<String>,
}

/// How the parts are, in the peers' words.
#[derive(ToSchema)]
pub(super) struct Heartbeat {
    /// The journal and what is served.
    database: Database,
    /// The database of addresses; down where there is none or it is stale.
    geoip: Addresses,
    /// The learner.
    redis: Part,
}

/// The journal and what is served.
#[derive(ToSchema)]
struct Database {
    /// Whether it works.
    up: bool,
    /// Milliseconds that looking took.
    time: u64,
    /// Always null.
    #[schema(required)]
    alembic_version: Option<String>,
}

/// The database of addresses.
#[derive(ToSchema)]
struct Addresses {
    /// Whether it works.
    up: bool,
    /// Milliseconds that looking took.
    time: u64,
    /// Its age in days.
    #[schema(required)]
    age_in_days: Option<i64>,
    /// Which it is.
    #[schema(required)]
    version: Option<String>,
}

/// A part of the service.
#[derive(ToSchema)]
struct Part {
    /// Whether it works.
    up: bool,
    /// Milliseconds that looking took.
    time: u64,
}

/// How to take part, in the format of contributejson.org.
#[derive(ToSchema)]
pub(super) struct Contribute {
    /// Cairn.
    name: String,
    /// What it is.
    description: String,
    /// Where the source is, and its licence.
    repository: Value,
    /// How to take part.
    participate: Value,
    /// Where faults are told.
    bugs: Value,
    /// Words to find it by.
    keywords: Vec<String>,
}

/// Transmitters ever heard until the end of each month.
#[derive(ToSchema)]
pub(super) struct Series {
    /// One series.
    series: Vec<Line>,
}

/// One kind of transmitter.
#[derive(ToSchema)]
struct Line {
    /// MLS Bluetooth, MLS Cells or MLS WiFi.
    title: String,
    /// Pairs of the first millisecond of a month (since 1970-01-01 UTC) and a number.
    data: Vec<Vec<i64>>,
}

/// Where tiles are.
#[derive(ToSchema)]
pub(super) struct Tiles {
    /// Empty: there are none.
    tiles_url: String,
}

/// An OpenAPI description.
#[derive(ToSchema)]
pub(super) struct OpenApiDocument {
    /// The version of the format.
    openapi: String,
    /// What is described.
    info: Value,
    /// The operations by path.
    paths: Value,
}
