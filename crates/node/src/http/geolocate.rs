//! `POST /v1/geolocate`: where am I?

use super::{body, reply};
use crate::locating;
use crate::server::App;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use cairn_answer::Answer;
use cairn_wire::capped::Coding;
use cairn_wire::errors::PublicError;
use cairn_wire::geolocate;
use std::sync::Arc;

/// Answers a query from the snapshot of this instant (N1).
pub(super) async fn post(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let taken = match body::take(&app, &head.headers, body).await {
        Ok(taken) => taken,
        Err(failure) => return reply::failure(&failure),
    };
    let large = taken.is_large();
    let (bytes, coding) = (taken.bytes, taken.coding);
    let work = || answer(&app, bytes, coding);
    if large { tokio::task::block_in_place(work) } else { work() }
}

/// `GET` is a `POST` without a body; without a guess from the address there is nothing to say.
pub(super) async fn get(State(app): State<Arc<App>>) -> Response<Body> {
    answer(&app, Vec::new(), Coding::Identity)
}

/// Decodes, locates, encodes.
fn answer(app: &App, bytes: Vec<u8>, coding: Coding) -> Response<Body> {
    match found(app, bytes, coding) {
        Ok(body) => reply::json(StatusCode::OK, body),
        Err(error) => reply::failure(&error.into()),
    }
}

/// The body of an answer with a place.
fn found(app: &App, bytes: Vec<u8>, coding: Coding) -> Result<Vec<u8>, PublicError> {
    let plain = body::plain(app, bytes, coding)?;
    let request = geolocate::decode(&plain).map_err(|error| PublicError::from(&error))?;
    app.metrics.refused_at_the_door(&request.refusals);
    let serving = app.serving.now();
    match locating::locate(&serving.set, &request) {
        Answer::Found(found) => {
            app.metrics.found(found.method.name());
            Ok(geolocate::encode_answer(&locating::wire_answer(&found, &request)))
        }
        Answer::Refused(refusal) => {
            app.metrics.refused(refusal.name());
            Err(locating::not_found(refusal))
        }
    }
}
