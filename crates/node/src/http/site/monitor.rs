//! Heartbeats in the peers' words: what watches a Mozilla service watches this one too.

use super::super::reply;
use crate::commit;
use crate::fallback::geoip::GeoIpStatus;
use crate::server::App;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Instant;

/// `/__heartbeat__`: 503 when reports cannot be taken or nothing is served. The peers' `database` is our
/// journal with what is served, their `redis` is the learner; neither is asked over a network. A table of
/// addresses that is missing makes answers fewer and not wrong, and so no 503.
pub(super) async fn heartbeat(State(app): State<Arc<App>>) -> Response<Body> {
    let started = app.clock.instant();
    let database = app.serving.is_ready() && app.journal_healthy() && !app.is_stopping();
    let database = timed(&app, started, json!({"up": database, "alembic_version": null}));
    let learner = timed(&app, started, json!({"up": !app.is_stopping()}));
    let geoip = timed(&app, started, geoip(app.geoip.status()));
    let is_well = database["up"] == true && learner["up"] == true;
    let status = if is_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let about = json!({"database": database, "geoip": geoip, "redis": learner});
    reply::json(status, about.to_string().into_bytes())
}

/// What is known about the database of addresses.
fn geoip(status: Option<GeoIpStatus>) -> Value {
    json!({
        "up": status.as_ref().is_some_and(|status| !status.stale),
        "age_in_days": status.as_ref().map(|status| status.age_in_days),
        "version": status.map(|status| status.version),
    })
}

/// Adds the milliseconds that looking took.
fn timed(app: &App, started: Instant, mut about: Value) -> Value {
    let took = app.clock.instant().saturating_duration_since(started).as_millis();
    about["time"] = json!(u64::try_from(took).unwrap_or(u64::MAX));
    about
}

/// `/__lbheartbeat__`: the process answers.
pub(super) async fn alive() -> Response<Body> {
    reply::json(StatusCode::OK, br#"{"status":"OK"}"#.to_vec())
}

/// `/__version__`.
pub(super) async fn version() -> Response<Body> {
    reply::json(StatusCode::OK, commit::about().to_string().into_bytes())
}

/// `/contribute.json`. Source: the format of contributejson.org.
pub(super) async fn contribute() -> Response<Body> {
    let repository = env!("CARGO_PKG_REPOSITORY");
    let about = json!({
        "name": "Cairn",
        "description": "An open location service that learns from what phones hear.",
        "repository": {"url": repository, "license": env!("CARGO_PKG_LICENSE")},
        "participate": {
            "home": repository,
            "docs": format!("{repository}/blob/main/CONTRIBUTING.md"),
        },
        "bugs": {
            "list": format!("{repository}/issues"),
            "report": format!("{repository}/issues/new"),
        },
        "keywords": ["geolocation", "rust", "wifi", "bluetooth", "cell", "privacy"],
    });
    reply::json(StatusCode::OK, about.to_string().into_bytes())
}
