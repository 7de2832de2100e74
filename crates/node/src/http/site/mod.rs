//! What people and operators' tools read: pages, downloads, numbers, heartbeats.
//!
//! Paths and methods are the peers' (peers.md §2.1). Reading order: `frame` (how a page looks), `api` (the
//! one that tries things), `texts` (what pages say), `downloads` and `file` (published files), `numbers`
//! (by month), `monitor` (heartbeats), `small` (robots, icons).

mod api;
mod downloads;
mod file;
mod frame;
pub(crate) mod monitor;
mod numbers;
mod small;
mod texts;

use super::{openapi, reply};
use crate::server::App;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use axum::routing::{MethodRouter, get};
use std::future::ready;
use std::sync::Arc;

/// The paths of this folder, as metrics name them.
const NAMES: [&str; 22] = [
    "/__heartbeat__",
    "/__lbheartbeat__",
    "/__version__",
    "/contribute.json",
    "/api",
    "/api.js",
    "/contact",
    "/downloads",
    "/map",
    "/optout",
    "/privacy",
    "/terms",
    "/stats",
    "/stats/regions",
    "/map.json",
    "/openapi.json",
    "/stats_blue.json",
    "/stats_cell.json",
    "/stats_wifi.json",
    "/robots.txt",
    "/favicon.ico",
    "/apple-touch-icon-precomposed.png",
];

/// The name of all published files together.
const DOWNLOAD: &str = "/downloads/{name}";

/// The name of a path of this folder in metrics; `None` for another's.
pub(super) fn name_of(path: &str) -> Option<&'static str> {
    if path.len() > "/downloads/".len() && path.starts_with("/downloads/") {
        return Some(DOWNLOAD);
    }
    NAMES.iter().copied().find(|name| *name == path)
}

/// The names of all paths of this folder.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.into_iter().chain([DOWNLOAD])
}

/// All routes of this folder.
pub(super) fn routes() -> Router<Arc<App>> {
    let pages = texts::PAGES.iter().fold(Router::new(), |router, page| {
        let show = move |State(app): State<Arc<App>>| {
            ready(frame::page(&app, page.title, &(page.body)(&app)))
        };
        router.route(page.path, get(show))
    });
    pages
        .route("/api", get(api::page))
        .route("/api.js", get(api::script))
        .route("/downloads", get(downloads::list))
        .route("/downloads/{name}", get(downloads::one))
        .route("/stats", get(numbers::page))
        .route("/map.json", get(numbers::map))
        .route("/openapi.json", get(openapi::get))
        .route("/stats_blue.json", get(numbers::blue))
        .route("/stats_cell.json", get(numbers::cell))
        .route("/stats_wifi.json", get(numbers::wifi))
        .route("/robots.txt", get(small::robots))
        .route("/favicon.ico", get(small::icon))
        .route("/apple-touch-icon-precomposed.png", get(small::touch_icon))
        .route("/__heartbeat__", tools(get(monitor::heartbeat).post(monitor::heartbeat)))
        .route("/__lbheartbeat__", tools(get(monitor::alive).post(monitor::alive)))
        .route("/__version__", tools(get(monitor::version).post(monitor::version)))
        .route("/contribute.json", tools(get(monitor::contribute).post(monitor::contribute)))
}

/// 405 as plain text for other methods, OPTIONS among them. Source: peers.md §2.1.
fn tools(methods: MethodRouter<Arc<App>>) -> MethodRouter<Arc<App>> {
    methods.fallback(|| ready(reply::text(StatusCode::METHOD_NOT_ALLOWED, "405")))
}

/// An answer that others may keep as long as `rule` says.
fn kept_for(mut response: Response<Body>, rule: &'static str) -> Response<Body> {
    let rule = axum::http::HeaderValue::from_static(rule);
    response.headers_mut().insert(axum::http::header::CACHE_CONTROL, rule);
    response
}

/// How long pages and numbers may be kept. Source: peers.md §2.1.
const HOUR: &str = "max-age=3600";
/// How long what hardly changes may be kept. Source: peers.md §2.1.
const DAY: &str = "max-age=86400, public";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_file_s_name_is_no_label_of_its_own() {
        assert_eq!(name_of("/downloads"), Some("/downloads"));
        assert_eq!(name_of("/downloads/any-name-at-all"), Some("/downloads/{name}"));
        assert_eq!(name_of("/nobody-is-home"), None);
    }
}
