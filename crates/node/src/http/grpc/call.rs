//! A call from its head to its status.

use super::super::admit::admit_body;
use super::super::body;
use super::super::bulk::{self, outgoing, push_frame};
use super::super::reply::Failure;
use super::status::{GRPC, Status};
use crate::access::Route;
use crate::lanes::Lane;
use crate::limits::GRPC_BATCH_QUERIES_MAX;
use crate::server::App;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Response, StatusCode};
use cairn_wire::errors::PublicError;
use std::sync::Arc;

/// Answers a call.
pub(in crate::http) async fn call(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    let (mut head, body) = request.into_parts();
    let is_grpc = head.headers.get(CONTENT_TYPE).is_some_and(|kind| {
        kind.as_bytes().starts_with(GRPC.as_bytes())
            && !kind.as_bytes().starts_with(b"application/grpc-web")
    });
    if !is_grpc {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return response;
    }
    // Means nothing here: messages are compressed one by one, or not.
    head.headers.remove(CONTENT_ENCODING);
    let method = head.uri.path().rsplit('/').next().unwrap_or_default().to_owned();
    let route = if method == "Submit" { Route::SubmitV2 } else { Route::Geolocate };
    let answered = match admit_body(&app, &head, body, route).await {
        Err(refused) => Err(Status::of(&refused)),
        Ok(body) if method == "LocateStream" => bulk::stream(app, head, body).await.map_err(failed),
        Ok(body) => unary(&app, &method, head, body).await,
    };
    answered.unwrap_or_else(|status| status.alone())
}

fn failed(failure: Failure) -> Status {
    Status::of(&failure.into_public())
}

/// A call of one message that is answered with one.
async fn unary(
    app: &Arc<App>,
    method: &str,
    head: Parts,
    body: Body,
) -> Result<Response<Body>, Status> {
    let taken = body::take(app, &head.headers, body).await.map_err(failed)?;
    let message = only_message(&taken.bytes)?;
    let answer = match method {
        "Locate" => {
            let (said, id) = bulk::said(app, &head, message).await;
            // A query that cannot be read is a call that went wrong.
            match said {
                Err(error @ PublicError::ParseError { .. }) => return Err(Status::of(&error)),
                said => bulk::message(&said, Some(&id)),
            }
        }
        "LocateBatch" => {
            let message = Bytes::copy_from_slice(message);
            batch(app, &head, message).await.map_err(|error| Status::of(&error))?
        }
        "Submit" => {
            let taken = bulk::take(app, &head, message).await;
            taken.map_err(|error| Status::of(&error))?
        }
        _ => {
            return Err(Status::unimplemented(format!("cairn.v1.Location has no method {method}")));
        }
    };
    let mut frame = Vec::with_capacity(answer.len() + 5);
    push_frame(&mut frame, &answer);
    Ok(with_trailers(frame, Status::OK.headers()))
}

/// The one message of a call.
fn only_message(body: &[u8]) -> Result<&[u8], Status> {
    match body {
        [0, a, b, c, d, message @ ..] => {
            let n_bytes = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
            let is_whole = message.len() == n_bytes;
            is_whole
                .then_some(message)
                .ok_or_else(|| Status::invalid("a call has one whole message"))
        }
        [1, ..] => Err(Status::unimplemented("send messages as they are: no compression is read")),
        _ => Err(Status::invalid("a call has one whole message")),
    }
}

/// A `LocateBatchResponse`, made on the bulk lane.
async fn batch(app: &Arc<App>, head: &Parts, message: Bytes) -> Result<Vec<u8>, PublicError> {
    let place = app.lanes.enter(Lane::Bulk).await;
    let _place = place.map_err(|overloaded| PublicError::ServiceUnavailable {
        retry_after_s: overloaded.retry_after_s,
    })?;
    let answers = bulk::whole(app, head, message, GRPC_BATCH_QUERIES_MAX).await?;
    Ok(answers)
}

/// An answer of one piece with what follows it.
fn with_trailers(frame: Vec<u8>, trailers: HeaderMap) -> Response<Body> {
    let mut response = Response::new(Body::new(outgoing::ready(frame, trailers)));
    response.headers_mut().insert(CONTENT_TYPE, GRPC);
    response
}
