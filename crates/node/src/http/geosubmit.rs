//! Submissions (`/v2/geosubmit` and the two before it): taken in when on disk, and not before.

use super::address::client_address;
use super::admit::{admit, admit_body, key_of};
use super::bulk::{self, Form};
use super::connection::lane;
use super::reply::Failure;
use super::{body, reply};
use crate::access::Route;
use crate::keys::{Sender, submission_id};
use crate::server::App;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use cairn_journal::AppendError;
use cairn_report::Batch;
use cairn_wire::errors::{Details, PublicError};
use cairn_wire::geosubmit::{self, Decoded, Version};
use std::sync::Arc;
use tokio::sync::oneshot;

/// Seconds after which a client should come back when the queue is full.
const BUSY_RETRY_S: u32 = 5;
/// Seconds after which a client should come back when the disk does not take anything.
const FAILED_RETRY_S: u32 = 30;

/// Takes one submission in.
pub(super) async fn post(app: &Arc<App>, version: Version, request: Request) -> Response<Body> {
    if version == Version::V2 && Form::of(request.headers()) == Form::Proto {
        return bulk::submit(app, request).await;
    }
    match submit(app, version, request).await {
        Ok(()) if version == Version::V0 => reply::empty(StatusCode::NO_CONTENT),
        Ok(()) => reply::json(StatusCode::OK, b"{}".to_vec()),
        Err(failure) => reply::failure(&failure),
    }
}

/// A submission without a body. Source: peers.md §2.1 (400, without details).
pub(super) fn get(app: &App, version: Version, request: Request) -> Response<Body> {
    let (head, _no_body) = request.into_parts();
    let admitted = admit(app, &head, route(version));
    let error = admitted.err().unwrap_or(PublicError::ParseError { details: Details::Absent });
    reply::failure(&error.into())
}

/// What the door calls a version.
const fn route(version: Version) -> Route {
    match version {
        Version::V0 => Route::SubmitV0,
        Version::V1 => Route::SubmitV1,
        Version::V2 => Route::SubmitV2,
    }
}

/// Reads, decodes, appends, and waits for the disk.
async fn submit(app: &Arc<App>, version: Version, request: Request) -> Result<(), Failure> {
    let (head, body) = request.into_parts();
    let lane = lane(&head, route(version));
    let body = admit_body(app, &head, body, route(version)).await?;
    let taken = body::take(app, &head.headers, body).await?;
    let place = app.lanes.enter(lane).await.map_err(PublicError::from)?;
    let body::Taken { bytes, coding, _place: memory } = taken;
    let ours = Arc::clone(app);
    let work = move || {
        let plain = body::plain(&ours, bytes, coding)?;
        decode(&ours, &head, version, &plain)
    };
    let batch = app.lanes.work(lane, work).await?;
    // The disk has a queue of its own.
    drop(place);
    let Some(batch) = batch else { return Ok(()) };
    append(app, batch).await?;
    drop(memory);
    Ok(())
}

/// Makes a batch of a body; `None` when nothing of it is to be kept.
fn decode(
    app: &App,
    head: &Parts,
    version: Version,
    plain: &[u8],
) -> Result<Option<Batch>, PublicError> {
    let decoded = geosubmit::decode(plain, version, app.clock.now())
        .map_err(|error| PublicError::from(&error))?;
    batch_of(app, head, decoded, plain)
}

/// Keeps what was decoded of a submission in another form, and waits for the disk.
pub(super) async fn keep(
    app: &App,
    head: &Parts,
    decoded: Decoded,
    plain: &[u8],
) -> Result<(), PublicError> {
    match batch_of(app, head, decoded, plain)? {
        Some(batch) => append(app, batch).await,
        None => Ok(()),
    }
}

/// Makes a batch of what was decoded; `None` when nothing of it is to be kept.
fn batch_of(
    app: &App,
    head: &Parts,
    decoded: Decoded,
    plain: &[u8],
) -> Result<Option<Batch>, PublicError> {
    app.metrics.refused_at_the_door(&decoded.refusals);
    if decoded.reports.is_empty() {
        return Ok(None);
    }
    app.models.fixes(&decoded.reports);
    let (received, contributor) =
        app.keys.voice(sender(app, head)).map_err(|error| unwritable(app, &error))?;
    let id = submission_id(contributor, plain);
    let program = cairn_report::App::of_user_agent(header(head, USER_AGENT.as_str()));
    let reports = decoded.reports;
    Ok(Some(Batch { id, received, contributor, app: program, reports }))
}

/// Appends and waits until the batch is on disk.
async fn append(app: &App, batch: Batch) -> Result<(), PublicError> {
    let n_reports = batch.reports.len() as u64;
    let Some(journal) = &app.journal else {
        return Err(PublicError::ServiceUnavailable { retry_after_s: FAILED_RETRY_S });
    };
    let (tell, told) = oneshot::channel();
    journal.append(
        batch,
        Box::new(move |outcome| {
            // The client may be gone; its retry will be recognized.
            let _nobody_waits = tell.send(outcome);
        }),
    );
    match told.await {
        Ok(Ok(appended)) => {
            if !appended.duplicate {
                app.metrics.reports_accepted.inc_by(n_reports);
            }
            Ok(())
        }
        Ok(Err(error)) => Err(refused(app, &error)),
        Err(_journal_closed) => {
            Err(PublicError::ServiceUnavailable { retry_after_s: FAILED_RETRY_S })
        }
    }
}

/// The public form of what the journal refused.
fn refused(app: &App, error: &AppendError) -> PublicError {
    if matches!(error, AppendError::Busy { .. }) {
        app.metrics.journal_busy.inc();
        return PublicError::TooManyRequests { retry_after_s: BUSY_RETRY_S };
    }
    app.metrics.journal_failed.inc();
    PublicError::ServiceUnavailable { retry_after_s: FAILED_RETRY_S }
}

/// The day key could not be written: nothing can be taken in, queries are still answered.
fn unwritable(app: &App, error: &std::io::Error) -> PublicError {
    app.metrics.journal_failed.inc();
    tracing::error!(kind = ?error.kind(), "the day's contributor key cannot be written: free disk space");
    PublicError::ServiceUnavailable { retry_after_s: FAILED_RETRY_S }
}

/// What the request says about its sender.
fn sender<'a>(app: &App, head: &'a Parts) -> Sender<'a> {
    Sender {
        key: key_of(&head.uri, &head.headers),
        nickname: header(head, "x-nickname"),
        user_agent: header(head, USER_AGENT.as_str()),
        address: client_address(app, head),
    }
}

/// A header's bytes; none for one that is not there.
fn header<'a>(head: &'a Parts, name: &str) -> &'a [u8] {
    head.headers.get(name).map_or(&b""[..], |value| value.as_bytes())
}
