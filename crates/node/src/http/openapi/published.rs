//! The paths of operators' tools and of what is published.

use super::common::{self, Told, operation};
use super::told_ops::{
    About, Contribute, Heartbeat, OpenApiDocument, PeerVersion, Series, State, Tiles,
};
use utoipa::openapi::path::{
    HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathItem, PathItemBuilder, Paths,
};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{PathsBuilder, Required};

/// The group of what operators ask.
const OPERATE: &str = "Operators";
/// The group of what anybody may read.
const READ: &str = "Published";
/// The content type of pages.
const HTML: &str = "text/html; charset=utf-8";

/// All of them.
pub(super) fn all() -> Paths {
    PathsBuilder::new()
        .path("/metrics", watched())
        .path(
            "/healthz",
            read("healthz", OPERATE, "Does the process answer?", || state("It does.")),
        )
        .path("/readyz", read("readyz", OPERATE, "Can it serve and take reports?", ready))
        .path("/version", read("version", OPERATE, "What runs here?", || one::<About>("This.")))
        .path("/__heartbeat__", watch("heartbeat", "How are the parts?", heartbeat))
        .path(
            "/__lbheartbeat__",
            watch("lbheartbeat", "Does the process answer?", || state("It does.")),
        )
        .path(
            "/__version__",
            watch("peer_version", "What runs here?", || one::<PeerVersion>("This.")),
        )
        .path(
            "/contribute.json",
            watch("contribute", "How to take part.", || one::<Contribute>("So.")),
        )
        .path("/stats_blue.json", read("stats_blue", READ, "Bluetooth devices by month.", series))
        .path("/stats_cell.json", read("stats_cell", READ, "Cells by month.", series))
        .path("/stats_wifi.json", read("stats_wifi", READ, "Wi-Fi networks by month.", series))
        .path("/map.json", read("map", READ, "Where tiles are: nowhere.", || one::<Tiles>("None.")))
        .path(
            "/openapi.json",
            read("openapi", READ, "This description.", || one::<OpenApiDocument>("It.")),
        )
        .path("/downloads", read("downloads", READ, "The list of published files.", list))
        .path("/downloads/{name}", file())
        .build()
}

fn one<T: utoipa::ToSchema>(about: &str) -> Vec<Told> {
    vec![common::of::<T>(200, about, None)]
}

fn state(about: &str) -> Vec<Told> {
    one::<State>(about)
}

fn series() -> Vec<Told> {
    one::<Series>("Transmitters ever heard until the end of each month.")
}

/// The metrics, which a key may be asked for.
fn watched() -> PathItem {
    let about = "Metrics in the OpenMetrics format.";
    let asked = |method: &str| operation(&format!("{method}_metrics"), OPERATE, about, metrics());
    both(|method| asked(method).parameter(common::key())).build()
}

fn metrics() -> Vec<Told> {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    common::locked().into_iter().chain([common::text(200, kind, "The metrics.")]).collect()
}

fn ready() -> Vec<Told> {
    vec![
        common::of::<State>(200, "It can.", None),
        common::of::<State>(
            503,
            "It cannot: `recovering`, `journal_failing`, `sealing_failing`, `thread_died` or `stopping`.",
            None,
        ),
    ]
}

fn heartbeat() -> Vec<Told> {
    vec![
        common::of::<Heartbeat>(200, "They work.", None),
        common::of::<Heartbeat>(503, "Reports cannot be taken, or nothing is served.", None),
    ]
}

fn list() -> Vec<Told> {
    vec![common::text(200, HTML, "A page.")]
}

/// A path that is read.
fn read(id: &str, tag: &str, summary: &str, told: impl Fn() -> Vec<Told>) -> PathItem {
    both(|method| operation(&format!("{method}_{id}"), tag, summary, told())).build()
}

/// A path of the peers' heartbeats, which POST reads too.
fn watch(id: &str, summary: &str, told: impl Fn() -> Vec<Told>) -> PathItem {
    let asked = |method: &str| operation(&format!("{method}_{id}"), OPERATE, summary, told());
    both(asked).operation(HttpMethod::Post, asked("post")).build()
}

/// GET and HEAD.
fn both(asked: impl Fn(&str) -> OperationBuilder) -> PathItemBuilder {
    let get = asked("get");
    PathItemBuilder::new()
        .operation(HttpMethod::Get, get)
        .operation(HttpMethod::Head, asked("head"))
}

/// A published file.
fn file() -> PathItem {
    let named = ParameterBuilder::new()
        .name("name")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("A name of the list under `/downloads`."))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build();
    let told = || {
        let mut busy =
            common::text(503, "text/plain; charset=utf-8", "Too many downloads just now.");
        common::come_back(&mut busy.1);
        let file = common::bytes(200, "application/gzip", "The file.");
        let told = [file, common::text(404, HTML, "No such file."), busy];
        common::locked().into_iter().chain(told).collect()
    };
    let summary = "A published file.";
    both(|method| {
        let operation = operation(&format!("{method}_download"), READ, summary, told());
        operation.parameter(named.clone()).parameter(common::key())
    })
    .build()
}
