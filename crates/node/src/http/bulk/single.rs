//! One query, or one submission, as a protobuf message.

use super::super::connection::lane;
use super::super::query::Query;
use super::super::reply::Failure;
use super::super::{body, geolocate, geosubmit};
use super::form::{Form, Said};
use crate::access::Route;
use crate::http::address::client_address;
use crate::http::admit::admit_body;
use crate::lanes::Lane;
use crate::limits::SMALL_BODY_BYTES_MAX;
use crate::server::App;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use cairn_wire::capped::Coding;
use cairn_wire::errors::PublicError;
use cairn_wire::proto;
use std::sync::Arc;

/// Answers a `LocateRequest` as `/v1/geolocate` answers the same query in JSON.
pub(in crate::http) async fn ask(app: &Arc<App>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    match read(app, &head, body, Route::Geolocate).await {
        Ok(message) => {
            let (said, id) = said(app, &head, message).await;
            Form::Proto.reply(&said, Some(&id))
        }
        Err(failure) => Form::Proto.reply(&Err(failure.into_public()), None),
    }
}

/// Takes a `SubmitRequest` in as `/v2/geosubmit` takes the same reports in JSON.
pub(in crate::http) async fn submit(app: &Arc<App>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let taken = match read(app, &head, body, Route::SubmitV2).await {
        Ok(message) => take(app, &head, message).await,
        Err(failure) => Err(failure.into_public()),
    };
    match taken {
        Ok(message) => Form::Proto.with_body(StatusCode::OK, message, None),
        Err(error) => {
            let status = StatusCode::from_u16(error.status());
            let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            Form::Proto.with_body(status, proto::encode_not_taken(&error), Some(&error))
        }
    }
}

/// Lets a request in and reads its message.
async fn read(app: &Arc<App>, head: &Parts, body: Body, route: Route) -> Result<Bytes, Failure> {
    let body = admit_body(app, head, body, route).await?;
    let taken = body::take(app, &head.headers, body).await?;
    let (bytes, coding) = (taken.bytes, taken.coding);
    if coding == Coding::Identity {
        return Ok(bytes);
    }
    let ours = Arc::clone(app);
    Ok(app.lanes.work(lane(head, route), move || body::plain(&ours, bytes, coding)).await?)
}

/// The answer to a `LocateRequest`, with the name of its query.
pub(in crate::http) async fn said(app: &Arc<App>, head: &Parts, message: Bytes) -> (Said, String) {
    let lane = lane(head, Route::Geolocate);
    let place = match app.lanes.enter(lane).await {
        Ok(place) => place,
        Err(overloaded) => return (Err(overloaded.into()), String::new()),
    };
    let is_small = message.len() <= SMALL_BODY_BYTES_MAX && lane != Lane::Bulk;
    let work = move || proto::decode_query(&message);
    let decoded = if is_small { work() } else { app.lanes.work(lane, work).await };
    match decoded {
        Ok(proto::Query { request, id }) => {
            app.metrics.refused_at_the_door(&request.refusals);
            let asked = Query::of(request.into(), client_address(app, head), place);
            (geolocate::said(app, &asked).await, id)
        }
        Err(error) => (Err(PublicError::from(&error)), String::new()),
    }
}

/// Takes a `SubmitRequest` in; a `SubmitResponse`.
pub(in crate::http) async fn take(
    app: &Arc<App>,
    head: &Parts,
    message: Bytes,
) -> Result<Vec<u8>, PublicError> {
    let lane = lane(head, Route::SubmitV2);
    let place = app.lanes.enter(lane).await?;
    let (ours, now) = (message.clone(), app.clock.now());
    let decoded = app.lanes.work(lane, move || proto::decode_submission(&ours, now)).await;
    let decoded = decoded.map_err(|error| PublicError::from(&error))?;
    // The disk has a queue of its own.
    drop(place);
    let n_kept = decoded.reports.len();
    let n_refused = decoded.n_items - n_kept;
    geosubmit::keep(app, head, decoded, &message).await?;
    Ok(proto::encode_taken(n_kept, n_refused))
}
