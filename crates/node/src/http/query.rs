//! Reading a query: the same for every route that takes one.

use super::address::{client_behind, peer};
use super::admit::admit_from;
use super::body::{self, Taken};
use super::connection::lane;
use super::reply::Failure;
use super::reused::Reused;
use crate::access::Route;
use crate::lanes::{Lane, Place};
use crate::server::App;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use cairn_wire::capped::Coding;
use cairn_wire::errors::PublicError;
use std::net::IpAddr;
use std::sync::Arc;

/// How microG names itself; its phones read the list of single networks. Source: peers.md §2.9.
const READS_RAW: &[u8] = b"microG/";

/// A query, and who asks.
#[derive(Debug)]
pub(super) struct Query<'a> {
    /// What is asked.
    pub(super) request: Reused,
    /// Where the request came from.
    pub(super) address: IpAddr,
    /// Its place in its lane, until it is answered.
    _place: Place<'a>,
}

impl<'a> Query<'a> {
    /// A query that has its place.
    pub(super) const fn of(request: Reused, address: IpAddr, place: Place<'a>) -> Self {
        Self { request, address, _place: place }
    }
}

/// Where a request comes from, and what goes before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whose {
    /// The connection's address.
    pub(super) peer: IpAddr,
    /// The lane it was let into.
    pub(super) lane: Lane,
}

/// Reads the query of a request that came through the routes.
pub(super) async fn read(
    app: &Arc<App>,
    route: Route,
    request: Request,
) -> Result<Query<'_>, Failure> {
    let (head, body) = request.into_parts();
    let whose = Whose { peer: peer(&head), lane: lane(&head, route) };
    read_of(app, route, whose, (&head, body)).await
}

/// Reads a query; `GET` and `HEAD` are a `POST` without a body.
///
/// Whether the request may come in is settled before its body is looked at, and whether there is a place for it
/// before its body is decoded.
pub(super) async fn read_of<'a, B: HttpBody<Data = Bytes> + Unpin>(
    app: &'a Arc<App>,
    route: Route,
    whose: Whose,
    (head, body): (&Parts, B),
) -> Result<Query<'a>, Failure> {
    let address = client_behind(app, whose.peer, &head.headers);
    if let Err(refused) = admit_from(app, head, route, address) {
        // Apart, so that what goes as usual needs little room.
        Box::pin(body::drain(&head.headers, body)).await;
        return Err(refused.into());
    }
    let taken = if head.method == Method::POST {
        body::take(app, &head.headers, body).await?
    } else {
        Box::pin(body::take(app, &head.headers, Body::empty())).await?
    };
    let place = app.lanes.enter(whose.lane).await.map_err(PublicError::from)?;
    let mut asked = decoded(app, whose.lane, taken).await?;
    app.metrics.refused_at_the_door(&asked.refusals);
    asked.wants_raw |= reads_raw(&head.headers);
    Ok(Query::of(asked, address, place))
}

/// Whether a program reads the list of single networks without asking for it.
pub(super) fn reads_raw(headers: &HeaderMap) -> bool {
    let agent = headers.get(USER_AGENT).map_or(&b""[..], |value| value.as_bytes());
    agent.starts_with(READS_RAW)
}

/// Decodes the body, off the async threads when it is large.
async fn decoded(app: &Arc<App>, lane: Lane, taken: Taken<'_>) -> Result<Reused, Failure> {
    let at_once = !taken.is_large() && lane != Lane::Bulk;
    let (bytes, coding) = (taken.bytes, taken.coding);
    if at_once {
        return Ok(decode(app, bytes, coding)?);
    }
    let ours = Arc::clone(app);
    let work = move || decode(&ours, bytes, coding);
    Ok(Box::pin(app.lanes.work(lane, work)).await?)
}

fn decode(app: &App, bytes: Bytes, coding: Coding) -> Result<Reused, PublicError> {
    let plain = body::plain(app, bytes, coding)?;
    let mut request = Reused::spare();
    request.read(&plain).map_err(|error| PublicError::from(&error))?;
    Ok(request)
}
