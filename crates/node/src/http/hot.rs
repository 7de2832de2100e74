//! The path that is asked most, `POST /v1/geolocate` and its Google alias, called by the connection itself.
//!
//! Not here: what is answered (`geolocate`), other methods and paths (the routes). What the routes would add
//! is added here by the same functions, so that no client can tell which way its request went.

use super::{geolocate, route};
use crate::server::App;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{Method, Response};
use std::sync::Arc;

/// The route of a request that [`answer`] takes: its name in metrics.
pub(super) fn route_of<B>(app: &App, request: &Request<B>) -> Option<&'static str> {
    let is_asked = request.method() == Method::POST && app.role.answers();
    match request.uri().path() {
        "/v1/geolocate" if is_asked => Some("/v1/geolocate"),
        "/geolocation/v1/geolocate" if is_asked => Some("/geolocation/v1/geolocate"),
        _ => None,
    }
}

/// Answers a request that [`route_of`] gave a route.
pub(super) async fn answer<B>(
    app: &Arc<App>,
    route: &'static str,
    request: Request<B>,
) -> Response<Body>
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    let started = app.clock.instant();
    let response = geolocate::answer(app, request.map(Body::new)).await;
    route::finished(app, route, started, response)
}
