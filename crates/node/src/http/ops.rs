//! For operators: metrics, probes, version.

use super::admit::admit_reader;
use super::reply;
use crate::access::Route;
use crate::commit;
use crate::server::App;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, StatusCode};
use std::sync::Arc;

/// `GET /metrics`.
pub(super) async fn metrics(State(app): State<Arc<App>>, head: Parts) -> Response<Body> {
    if let Err(error) = admit_reader(&app, &head, Route::Metrics) {
        return reply::failure(&error.into());
    }
    app.refresh_metrics();
    let mut response = Response::new(Body::from(app.metrics.to_text()));
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// `GET /healthz`: the process answers.
pub(super) async fn healthz() -> Response<Body> {
    reply::json(StatusCode::OK, br#"{"status":"ok"}"#.to_vec())
}

/// `GET /readyz`: a map is served and the journal takes submissions; otherwise 503 saying which not.
pub(super) async fn readyz(State(app): State<Arc<App>>) -> Response<Body> {
    let (status, word) = match (app.is_stopping(), app.serving.is_ready(), app.journal_healthy()) {
        (true, _, _) => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
        (_, false, _) => (StatusCode::SERVICE_UNAVAILABLE, "recovering"),
        (_, _, false) => (StatusCode::SERVICE_UNAVAILABLE, "journal_failing"),
        _ => (StatusCode::OK, "ready"),
    };
    reply::json(status, format!(r#"{{"status":"{word}"}}"#).into_bytes())
}

/// `GET /version`.
pub(super) async fn version() -> Response<Body> {
    let mut about = commit::about();
    about["name"] = "cairn".into();
    reply::json(StatusCode::OK, about.to_string().into_bytes())
}
