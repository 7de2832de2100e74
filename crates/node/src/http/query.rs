//! Reading a query: the same for every route that takes one.

use super::address::client_address;
use super::admit::admit_body;
use super::body::{self, Taken};
use super::connection::lane;
use super::reply::Failure;
use super::reused::Reused;
use crate::access::Route;
use crate::lanes::{Lane, Place};
use crate::server::App;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::USER_AGENT;
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

/// Reads the query of a request; `GET` and `HEAD` are a `POST` without a body.
///
/// Whether the request may come in is settled before its body is looked at, and whether there is a place for it
/// before its body is decoded.
pub(super) async fn read(
    app: &Arc<App>,
    route: Route,
    request: Request,
) -> Result<Query<'_>, Failure> {
    let (head, body) = request.into_parts();
    let lane = lane(&head, route);
    let body = admit_body(app, &head, body, route).await?;
    let body = if head.method == Method::POST { body } else { Body::empty() };
    let taken = body::take(app, &head.headers, body).await?;
    let place = app.lanes.enter(lane).await.map_err(PublicError::from)?;
    let mut asked = decoded(app, lane, taken).await?;
    app.metrics.refused_at_the_door(&asked.refusals);
    asked.wants_raw |= reads_raw(&head.headers);
    Ok(Query::of(asked, client_address(app, &head), place))
}

/// Whether a program reads the list of single networks without asking for it.
pub(super) fn reads_raw(headers: &HeaderMap) -> bool {
    let agent = headers.get(USER_AGENT).map_or(&b""[..], |value| value.as_bytes());
    agent.starts_with(READS_RAW)
}

/// Decodes the body, off the async threads when it is large.
async fn decoded(app: &Arc<App>, lane: Lane, taken: Taken<'_>) -> Result<Reused, Failure> {
    let is_small = !taken.is_large();
    let (bytes, coding) = (taken.bytes, taken.coding);
    let ours = Arc::clone(app);
    let work = move || decode(&ours, bytes, coding);
    let at_once = is_small && lane != Lane::Bulk;
    Ok(if at_once { work() } else { app.lanes.work(lane, work).await }?)
}

fn decode(app: &App, bytes: Vec<u8>, coding: Coding) -> Result<Reused, PublicError> {
    let plain = body::plain(app, bytes, coding)?;
    let mut request = Reused::spare();
    request.read(&plain).map_err(|error| PublicError::from(&error))?;
    Ok(request)
}
