//! Reading a query: the same for every route that takes one.

use super::address::client_address;
use super::admit::admit_body;
use super::body;
use super::reply::Failure;
use crate::access::Route;
use crate::server::App;
use axum::body::Body;
use axum::extract::Request;
use axum::http::Method;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use cairn_wire::capped::Coding;
use cairn_wire::errors::PublicError;
use cairn_wire::geolocate::{self, LocateRequest};
use std::net::IpAddr;

/// How microG names itself; its phones read the list of single networks. Source: peers.md §2.9.
const READS_RAW: &[u8] = b"microG/";

/// A query, and who asks.
#[derive(Debug)]
pub(super) struct Query {
    /// What is asked.
    pub(super) request: LocateRequest,
    /// Where the request came from.
    pub(super) address: IpAddr,
}

/// Reads the query of a request; `GET` and `HEAD` are a `POST` without a body.
///
/// Whether the request may come in is settled before its body is looked at.
pub(super) async fn read(app: &App, route: Route, request: Request) -> Result<Query, Failure> {
    let (head, body) = request.into_parts();
    let body = admit_body(app, &head, body, route).await?;
    let mut asked = decoded(app, &head, body).await?;
    app.metrics.refused_at_the_door(&asked.refusals);
    let agent = head.headers.get(USER_AGENT).map_or(&b""[..], |value| value.as_bytes());
    asked.wants_raw |= agent.starts_with(READS_RAW);
    Ok(Query { request: asked, address: client_address(app, &head) })
}

/// Decodes the body, off the async threads when it is large.
async fn decoded(app: &App, head: &Parts, body: Body) -> Result<LocateRequest, Failure> {
    let body = if head.method == Method::POST { body } else { Body::empty() };
    let taken = body::take(app, &head.headers, body).await?;
    let large = taken.is_large();
    let (bytes, coding) = (taken.bytes, taken.coding);
    let work = || decode(app, bytes, coding);
    Ok(if large { tokio::task::block_in_place(work) } else { work() }?)
}

fn decode(app: &App, bytes: Vec<u8>, coding: Coding) -> Result<LocateRequest, PublicError> {
    let plain = body::plain(app, bytes, coding)?;
    geolocate::decode(&plain).map_err(|error| PublicError::from(&error))
}
