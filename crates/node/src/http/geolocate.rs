//! `/v1/geolocate`: where am I?

use super::bulk::{self, Form, Said};
use super::query::{self, Query};
use super::reply::{self, Failure};
use crate::access::Route;
use crate::locating;
use crate::server::App;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use cairn_answer::choose;
use cairn_wire::geolocate::encode_answer_with_raw;
use std::sync::Arc;

/// Answers a query: from the snapshot of this instant (N1), else from what the query allows beside it.
pub(super) async fn ask(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    if Form::of(request.headers()) == Form::Proto {
        // Apart from the JSON's, which is small without it.
        return Box::pin(bulk::ask_one(&app, request)).await;
    }
    match json(&app, request).await {
        Ok(body) => reply::json(StatusCode::OK, body),
        Err(failure) => reply::failure(&failure),
    }
}

/// The answer in JSON.
async fn json(app: &Arc<App>, request: Request) -> Result<Vec<u8>, Failure> {
    let query = query::read(app, Route::Geolocate, request).await?;
    let (answer, raw) = said(app, &query).await?;
    Ok(encode_answer_with_raw(&answer, &raw))
}

/// The answer, with what it lists of single networks.
pub(super) async fn said(app: &App, query: &Query<'_>) -> Said {
    let request = &query.request;
    let set = &app.serving.now().set;
    let (mut sources, refusal) = locating::sources(set, request);
    app.shadows.note(request, sources.radio.as_ref().map(|found| found.place));
    app.models.promise(set, request, &mut sources.radio);
    // Whatever an address says, it never overrules what a phone hears.
    if sources.radio.is_none() {
        let guess = locating::address_guess(&app.geoip, request, query.address);
        sources.ip = guess.as_ref().and_then(locating::place_of);
    }
    let own_r95_m = sources.radio.map(|found| found.radii.r95_m());
    if app.external.wants(request, own_r95_m) {
        sources.external = app.external.ask(request).await.map(|answer| answer.told);
    }
    let Some(choice) = choose(&sources) else {
        app.metrics.refused(refusal.name());
        return Err(locating::not_found(refusal));
    };
    app.metrics.found(choice.name());
    app.metrics.promise.note(&choice);
    let raw = locating::single_cells(set, request);
    Ok((locating::wire_answer(&choice, request), raw))
}
