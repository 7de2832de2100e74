//! The path that is asked most, `POST /v1/geolocate` and its Google alias, called by the connection itself.
//!
//! Not here: what is answered (`geolocate`), other methods and paths (the routes). What the routes would add
//! is added here by the same functions, so that no client can tell which way its request went. What makes it
//! quick: nothing of a request is put in a box, and its answer has the memory of its headers.

use super::bulk::{self, Form};
use super::connection::Peer;
use super::query::{self, Whose};
use super::reply::{self, Failure};
use super::reply_body::ReplyBody;
use super::{geolocate, route};
use crate::access::Route;
use crate::lanes::Lane;
use crate::server::App;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Response};
use cairn_wire::geolocate::add_answer;
use std::cell::RefCell;
use std::mem::take;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Instant;

/// Headers of a request that its answer's are put in the place of; a larger table goes with the request.
const REUSED_HEADERS_MAX: usize = 32;

thread_local! {
    /// What answers are written in, one after the other.
    static DRAFT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

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
    (whose, started): (Whose, Instant),
    request: Request<B>,
) -> Response<ReplyBody>
where
    B: HttpBody<Data = Bytes> + Unpin + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    let mut response = if Form::of(request.headers()) == Form::Proto {
        // Apart from the JSON's, which is small without it.
        Box::pin(proto(app, whose, request.map(Body::new))).await.map(ReplyBody::Routed)
    } else {
        let (mut head, body) = request.into_parts();
        match json(app, whose, (&head, body)).await {
            Ok(body) => reply::json_within(emptied(take(&mut head.headers)), body),
            Err(failure) => reply::failure(&failure).map(ReplyBody::Routed),
        }
    };
    route::dress(route, response.status(), response.headers_mut());
    let took = app.clock.instant().saturating_duration_since(started);
    app.metrics.request(route, response.status().as_u16(), took);
    app.metrics.lanes.took(whose.lane, took);
    response
}

/// The same for who has no connection.
pub(crate) async fn ask(app: &Arc<App>, request: Request) -> Response<impl HttpBody> {
    let whose = Whose { peer: Ipv4Addr::LOCALHOST.into(), lane: Lane::Interactive };
    answer(app, "/v1/geolocate", (whose, app.clock.instant()), request).await
}

/// The answer in JSON.
async fn json<B: HttpBody<Data = Bytes> + Unpin>(
    app: &Arc<App>,
    whose: Whose,
    request: (&Parts, B),
) -> Result<Bytes, Failure> {
    let query = query::read_of(app, Route::Geolocate, whose, request).await?;
    let (answer, raw) = geolocate::said(app, &query).await?;
    Ok(DRAFT.with_borrow_mut(|draft| {
        draft.clear();
        add_answer(draft, &answer, &raw);
        Bytes::copy_from_slice(draft)
    }))
}

/// The answer to a message.
async fn proto(app: &Arc<App>, whose: Whose, mut request: Request) -> Response<Body> {
    let extensions = request.extensions_mut();
    extensions.insert(Peer(whose.peer));
    extensions.insert(whose.lane);
    bulk::ask_one(app, request).await
}

/// A table of headers with nothing in it.
fn emptied(mut headers: HeaderMap) -> HeaderMap {
    if headers.capacity() > REUSED_HEADERS_MAX {
        return HeaderMap::new();
    }
    headers.clear();
    headers
}
