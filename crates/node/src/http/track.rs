//! `/v1/track`: where was I at each of these scans?

use super::admit::{admit_body, query_key};
use super::body;
use super::connection::lane;
use super::reply::{self, Failure};
use crate::access::Route;
use crate::limits::{TRACK_LAG_S, TRACK_LAG_S_MAX, TRACK_OPEN_MAX};
use crate::server::App;
use crate::tracking::{Told, Walk};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use cairn_wire::errors::PublicError;
use cairn_wire::track::{self, TrackAnswer, TrackRequest};
use std::sync::{Arc, PoisonError};

/// Answers a sequence of scans from the snapshot of this instant (N1).
pub(super) async fn ask(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    match answered(&app, request).await {
        Ok(body) => reply::json(StatusCode::OK, body),
        Err(failure) => reply::failure(&failure),
    }
}

/// Reads a request and answers it, off the async threads: hundreds of scans are located.
async fn answered(app: &Arc<App>, request: Request) -> Result<Vec<u8>, Failure> {
    let (head, body) = request.into_parts();
    let lane = lane(&head, Route::Geolocate);
    let body = admit_body(app, &head, body, Route::Geolocate).await?;
    let taken = body::take(app, &head.headers, body).await?;
    let _place = app.lanes.enter(lane).await.map_err(PublicError::from)?;
    let body::Taken { bytes, coding, _place: memory } = taken;
    let ours = Arc::clone(app);
    let work = move || {
        let plain = body::plain(&ours, bytes, coding)?;
        let asked = track::decode(&plain).map_err(|error| PublicError::from(&error))?;
        ours.metrics.refused_at_the_door(&asked.refusals);
        tell(&ours, &head, &asked)
    };
    let told = app.lanes.work(lane, work).await;
    // A large request keeps its place until it is answered, so that few are worked on at once.
    drop(memory);
    Ok(told?)
}

/// The body of the answer.
fn tell(app: &App, head: &Parts, asked: &TrackRequest) -> Result<Vec<u8>, PublicError> {
    let set = &app.serving.now().set;
    let told = match &asked.session {
        None => Walk::default().go_on(set, asked),
        Some(session) => {
            let key = query_key(head.uri.query().unwrap_or(""));
            let walk = app.sessions.walk(key, session, app.clock.instant())?;
            let mut walk = walk.lock().unwrap_or_else(PoisonError::into_inner);
            let told = walk.go_on(set, asked);
            walk.settle(lag_ms(asked), TRACK_OPEN_MAX);
            told
        }
    };
    app.metrics.track.sessions.set(i64::try_from(app.sessions.n_slots()).unwrap_or(i64::MAX));
    let Told { places, revised } = told;
    let revised = revised.into_iter().map(|(_, place)| place).collect();
    let n_placed = places.iter().filter(|place| place.found.is_ok()).count();
    app.metrics.track.told(n_placed, places.len() - n_placed);
    Ok(track::encode_answer(&TrackAnswer { session: asked.session.as_deref(), places, revised }))
}

/// For how long places may be revised.
fn lag_ms(asked: &TrackRequest) -> i64 {
    let lag_s = asked.lag_s.unwrap_or(TRACK_LAG_S).clamp(0.0, TRACK_LAG_S_MAX);
    #[expect(clippy::cast_possible_truncation, reason = "at most two minutes")]
    let lag_ms = (lag_s * 1_000.0) as i64;
    lag_ms
}
