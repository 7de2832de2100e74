//! Which paths there are, and what every answer has in common.

use super::{bulk, country, geolocate, geosubmit, grpc, ops, page, reply, site, track};
use crate::server::App;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::routing::{MethodRouter, get, options, post};
use cairn_wire::geosubmit::Version;
use std::sync::Arc;
use std::time::Instant;

/// Paths that browsers of other sites may ask, with the peers' headers on every answer.
pub(super) const API: [&str; 8] = [
    "/v1/geolocate",
    "/v1/geolocate/batch",
    "/geolocation/v1/geolocate",
    "/v1/track",
    "/v1/country",
    "/v1/submit",
    "/v1/geosubmit",
    "/v2/geosubmit",
];
/// Paths for operators.
pub(super) const OPS: [&str; 4] = ["/metrics", "/healthz", "/readyz", "/version"];

/// All routes over `app`; `more` adds routes of the caller's (the demo's).
pub(crate) fn router(app: Arc<App>, more: Router) -> Router {
    let role = app.role;
    let queries = Router::new()
        .route("/v1/geolocate", browsers(post(geolocate::ask).get(geolocate::ask)))
        .route("/geolocation/v1/geolocate", browsers(post(geolocate::ask).get(geolocate::ask)))
        .route("/v1/geolocate/batch", browsers(post(bulk::ask)))
        .route("/v1/track", browsers(post(track::ask)))
        .route("/v1/country", browsers(post(country::ask).get(country::ask)));
    let submissions = Router::new()
        .route("/v1/submit", browsers(submits(Version::V0)))
        .route("/v1/geosubmit", browsers(submits(Version::V1)))
        .route("/v2/geosubmit", browsers(submits(Version::V2)));
    let calls = Router::new().route("/cairn.v1.Location/{method}", post(grpc::call));
    let operators = Router::new()
        .route("/metrics", get(ops::metrics))
        .route("/healthz", get(ops::healthz))
        .route("/readyz", get(ops::readyz))
        .route("/version", get(ops::version));
    let pages = page::paths().fold(Router::new().route("/", get(start)), |router, path| {
        router.route(path, get(move || std::future::ready(page::file(path))))
    });
    let some = |wanted: bool, router: Router<Arc<App>>| if wanted { router } else { Router::new() };
    operators
        .merge(some(role.answers(), queries.merge(calls)))
        .merge(some(role.takes(), submissions))
        .merge(some(role.answers(), pages.merge(site::routes())))
        .with_state(Arc::clone(&app))
        .merge(more)
        .fallback(|| std::future::ready(page::missing()))
        .layer(from_fn_with_state(app, finish))
}

/// The page's start.
async fn start() -> Response<Body> {
    page::file("/")
}

/// A submission route.
fn submits(version: Version) -> MethodRouter<Arc<App>> {
    let take = move |State(app): State<Arc<App>>, request| async move {
        geosubmit::post(&app, version, request).await
    };
    let refuse = move |State(app): State<Arc<App>>, request| {
        std::future::ready(geosubmit::get(&app, version, request))
    };
    post(take).get(refuse)
}

/// Adds the preflight of browsers, and 405 as plain text for the rest.
fn browsers(methods: MethodRouter<Arc<App>>) -> MethodRouter<Arc<App>> {
    let preflight = options(|| std::future::ready(reply::empty(StatusCode::OK)));
    let rest = || std::future::ready(reply::text(StatusCode::METHOD_NOT_ALLOWED, "405"));
    methods.merge(preflight).fallback(rest)
}

/// Adds common headers to an answer and counts it.
async fn finish(State(app): State<Arc<App>>, request: Request, next: Next) -> Response<Body> {
    let route = route_of(request.uri().path());
    let started = app.clock.instant();
    finished(&app, route, started, next.run(request).await)
}

/// An answer with the headers that all have, counted.
pub(super) fn finished(
    app: &App,
    route: &'static str,
    started: Instant,
    mut response: Response<Body>,
) -> Response<Body> {
    dress(route, response.status(), response.headers_mut());
    let took = app.clock.instant().duration_since(started);
    app.metrics.request(route, response.status().as_u16(), took);
    response
}

/// Adds the headers that all answers of a route have.
pub(super) fn dress(route: &str, status: StatusCode, headers: &mut HeaderMap) {
    reply::safe(headers);
    // The peers open what they answer, and not what they refuse to route (peers.md §2.1).
    if API.contains(&route) && status != StatusCode::METHOD_NOT_ALLOWED {
        reply::open_to_browsers(headers);
    }
}

/// The route's name in metrics: from a closed list, whatever path a stranger asks.
pub(super) fn route_of(path: &str) -> &'static str {
    let known = |list: &[&'static str]| list.iter().copied().find(|route| *route == path);
    let page = || page::paths().any(|file| file == path) || path == "/";
    let listed = || known(&OPS).or_else(|| known(&grpc::PATHS)).or_else(|| site::name_of(path));
    known(&API).or_else(listed).unwrap_or_else(|| if page() { "page" } else { "other" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_s_path_never_becomes_a_label() {
        assert_eq!(route_of("/v1/geolocate"), "/v1/geolocate");
        assert_eq!(route_of("/app.js"), "page");
        assert_eq!(route_of("/v1/geolocate/../../etc/passwd"), "other");
    }
}
