//! `/v1/country`: which country am I in?

use super::query::{self, Query};
use super::reply;
use crate::access::Route;
use crate::locating;
use crate::server::App;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use cairn_answer::{Answer, Method, Refusal};
use cairn_ground::Country;
use cairn_wire::geolocate::encode_country;
use std::sync::Arc;

/// Answers with the country of what is heard, else of the address.
pub(super) async fn ask(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    match query::read(&app, Route::Country, request).await {
        Ok(query) => answer(&app, &query),
        Err(failure) => reply::failure(&failure),
    }
}

/// The country of a database's two letters.
fn of_iso(letters: [u8; 2]) -> Option<Country> {
    Country::from_code(str::from_utf8(&letters).ok()?)
}

/// The answer to a query that could be read.
fn answer(app: &App, query: &Query<'_>) -> Response<Body> {
    let request = &query.request;
    let (near, refusal) = match locating::locate(&app.serving.now().set, request) {
        Answer::Found(found) if found.method != Method::Cell => {
            (Some(found), Refusal::NothingHeard)
        }
        Answer::Found(_) => (None, Refusal::NothingHeard),
        Answer::Refused(refusal) => (None, refusal),
    };
    let guess = locating::address_guess(&app.geoip, request, query.address);
    let address = guess.and_then(|guess| of_iso(guess.country?));
    let place = near.map(|found| found.place);
    let Some(found) = cairn_answer::country(&request.mccs, place, address) else {
        app.metrics.refused(refusal.name());
        return reply::failure(&locating::not_found(refusal).into());
    };
    app.metrics.found("country");
    let fallback = (found.by_address && request.had_networks).then_some("ipf");
    let body = encode_country(found.country.code(), found.country.name(), fallback);
    reply::json(StatusCode::OK, body)
}
