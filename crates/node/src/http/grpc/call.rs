//! A call from its head to its status.

use super::super::admit::admit_body;
use super::super::body;
use super::super::bulk;
use super::super::reply::Failure;
use super::codec::method;
use super::status::status_of;
use super::stream::stream;
use crate::access::Route;
use crate::lanes::Lane;
use crate::limits::GRPC_BATCH_QUERIES_MAX;
use crate::server::App;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, StatusCode};
use cairn_wire::errors::PublicError;
use std::pin::Pin;
use std::sync::Arc;
use tonic::Status;
use tonic::server::UnaryService;

/// Answers a call.
pub(in crate::http) async fn call(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    let (mut head, body) = request.into_parts();
    let kind = head.headers.get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    if kind != b"application/grpc" && !kind.starts_with(b"application/grpc+") {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return response;
    }
    // Means nothing here: messages are compressed one by one, or not.
    head.headers.remove(CONTENT_ENCODING);
    let route = match method_of(&head) {
        "Submit" => Route::SubmitV2,
        _ => Route::Geolocate,
    };
    let answered = match admit_body(&app, &head, body, route).await {
        Err(refused) => Err(status_of(&refused)),
        Ok(body) if method_of(&head) == "LocateStream" => stream(app, head, body).await,
        Ok(body) => unary(app, head, body).await,
    };
    answered.unwrap_or_else(Status::into_http)
}

/// The last part of the path.
fn method_of(head: &Parts) -> &str {
    head.uri.path().rsplit('/').next().unwrap_or_default()
}

/// A call of one message that is answered with one.
async fn unary(app: Arc<App>, head: Parts, body: Body) -> Result<Response<Body>, Status> {
    let read = body::take(&app, &head.headers, body).await;
    let body::Taken { bytes, coding: _, _place: place } =
        read.map_err(|failure: Failure| status_of(&failure.into_public()))?;
    let request = Request::from_parts(head.clone(), Body::from(bytes));
    let mut method = method(app.config.http.inflated_bytes_max);
    let response = method.unary(Unary { app: Arc::clone(&app), head }, request).await;
    drop(place);
    Ok(response.map(Body::new))
}

/// What a call of one message does.
struct Unary {
    app: Arc<App>,
    head: Parts,
}

impl UnaryService<Bytes> for Unary {
    type Response = Vec<u8>;
    type Future = Pin<Box<dyn Future<Output = Result<tonic::Response<Vec<u8>>, Status>> + Send>>;

    fn call(&mut self, request: tonic::Request<Bytes>) -> Self::Future {
        let (app, head) = (Arc::clone(&self.app), self.head.clone());
        let message = request.into_inner();
        Box::pin(async move { answer(&app, &head, message).await.map(tonic::Response::new) })
    }
}

async fn answer(app: &Arc<App>, head: &Parts, message: Bytes) -> Result<Vec<u8>, Status> {
    match method_of(head) {
        "Locate" => {
            let (said, id) = bulk::said(app, head, message).await;
            // A query that cannot be read is a call that went wrong.
            match said {
                Err(error @ PublicError::ParseError { .. }) => Err(status_of(&error)),
                said => Ok(bulk::message(&said, Some(&id))),
            }
        }
        "LocateBatch" => batch(app, head, message).await.map_err(|error| status_of(&error)),
        "Submit" => bulk::take(app, head, message).await.map_err(|error| status_of(&error)),
        other => Err(Status::unimplemented(format!("cairn.v1.Location has no method {other}"))),
    }
}

/// A `LocateBatchResponse`, made on the bulk lane.
async fn batch(app: &Arc<App>, head: &Parts, message: Bytes) -> Result<Vec<u8>, PublicError> {
    let place = app.lanes.enter(Lane::Bulk).await;
    let _place = place.map_err(|overloaded| PublicError::ServiceUnavailable {
        retry_after_s: overloaded.retry_after_s,
    })?;
    bulk::whole(app, head, message, GRPC_BATCH_QUERIES_MAX).await
}
