//! For operators: metrics, probes, version.

use super::admit::admit_reader;
use super::reply;
use crate::access::Route;
use crate::commit;
use crate::server::App;
use crate::threads;
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

/// `GET /readyz`: a map is served, the journal takes submissions, bases can be sealed and no thread died; otherwise 503
/// saying which not.
pub(super) async fn readyz(State(app): State<Arc<App>>) -> Response<Body> {
    let word = readiness([
        app.is_stopping(),
        threads::n_missed() > 0,
        !app.serving.is_ready(),
        !app.journal_healthy(),
        app.learner.n_bases_failed() >= FAILED_BASES_MAX,
    ]);
    let status = if word == "ready" { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    reply::json(status, format!(r#"{{"status":"{word}"}}"#).into_bytes())
}

/// What may keep a service from being ready, the first that holds is told.
const TROUBLES: [&str; 5] =
    ["stopping", "thread_died", "recovering", "journal_failing", "sealing_failing"];

/// Bases in a row that fail until a service is not ready: a moment's full disk is none of its answers' business, and
/// what a restart would have to learn again grows. Source: choice, half a minute of tries.
const FAILED_BASES_MAX: u64 = 5;

/// How the service is, in a word.
fn readiness(troubles: [bool; TROUBLES.len()]) -> &'static str {
    let first = TROUBLES.into_iter().zip(troubles).find(|(_, is_so)| *is_so);
    first.map_or("ready", |(word, _)| word)
}

/// `GET /version`.
pub(super) async fn version() -> Response<Body> {
    let mut about = commit::about();
    about["name"] = "cairn".into();
    reply::json(StatusCode::OK, about.to_string().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_not_ready_says_why() {
        assert_eq!(readiness([false; 5]), "ready");
        assert_eq!(readiness([true; 5]), "stopping");
        assert_eq!(readiness([false, true, true, false, false]), "thread_died");
        assert_eq!(readiness([false, false, true, true, true]), "recovering");
        assert_eq!(readiness([false, false, false, true, true]), "journal_failing");
        assert_eq!(readiness([false, false, false, false, true]), "sealing_failing");
    }
}
