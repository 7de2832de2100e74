//! `/v1/geolocate/batch`: a request from its first byte to its last.

use super::super::address::client_address;
use super::super::admit::{admit_body, key_of};
use super::super::body::{announced, coding, drain, next_data};
use super::super::query::reads_raw;
use super::super::reply::Failure;
use super::answering::Asker;
use super::engine::{Cut, Engine, Fed, Needs};
use super::form::Form;
use super::outgoing::{Gone, Outgoing, Sending, queue};
use super::patience::Patience;
use super::slice::Slice;
use crate::access::Route;
use crate::lanes::Lane;
use crate::limits::{BATCH_ANSWER_BYTES_MAX, BATCH_BYTES_MAX};
use crate::server::App;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Response};
use cairn_wire::capped::Coding;
use cairn_wire::errors::{Details, PublicError};
use futures_util::future::join_all;
use std::sync::Arc;
use tokio::sync::{SemaphorePermit, oneshot};

/// Answers a batch; the answer begins when its first query is answered.
pub(in crate::http) async fn ask(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    let form = Form::of(request.headers());
    match begin(app, form, request).await {
        Ok(answers) => {
            let mut response = Response::new(Body::new(answers));
            response.headers_mut().insert(CONTENT_TYPE, form.batch_type());
            response
        }
        Err(Failure::Public(error)) => form.refuse(&error),
        Err(Failure::TimedOut) => form.refuse(&PublicError::TimedOut),
    }
}

/// Lets a batch in and starts to answer it.
async fn begin(app: Arc<App>, form: Form, request: Request) -> Result<Outgoing, Failure> {
    let (head, body) = request.into_parts();
    let body = admit_body(&app, &head, body, Route::Geolocate).await?;
    if announced(&head.headers).is_some_and(|n_bytes| n_bytes > BATCH_BYTES_MAX) {
        drain(&head.headers, body).await;
        let bytes_max = usize::try_from(BATCH_BYTES_MAX).unwrap_or(usize::MAX);
        return Err(PublicError::TooLarge { bytes_max }.into());
    }
    let coding = coding(&head.headers);
    start(app, head, body, (form, coding)).await
}

/// All answers to a `LocateBatchRequest` that is there as a whole.
pub(in crate::http) async fn whole(
    app: &Arc<App>,
    head: &Parts,
    message: Bytes,
    queries_max: u64,
) -> Result<Vec<u8>, PublicError> {
    let asker = asker(app, head);
    let engine = Engine::new(Arc::clone(app), Form::Proto, Coding::Identity, asker)?;
    let mut engine = engine.with_queries_max(queries_max);
    let (mut all, mut input) = (Vec::new(), Fed::Bytes(message));
    loop {
        let (returned, answers, needs) = turn(app, engine, input).await;
        engine = returned;
        all.extend(answers);
        input = match needs {
            Needs::Turn => Fed::Nothing,
            Needs::Input => Fed::End,
            Needs::Nothing => break,
        }
    }
    engine.ended_early().cloned().map_or(Ok(all), Err)
}

/// Starts to answer.
async fn start(
    app: Arc<App>,
    head: Parts,
    body: Body,
    (form, coding): (Form, Coding),
) -> Result<Outgoing, Failure> {
    let engine = Engine::new(Arc::clone(&app), form, coding, asker(&app, &head))?;
    let (sending, answers) = queue(BATCH_ANSWER_BYTES_MAX);
    let (tell, told) = oneshot::channel();
    tokio::spawn(run(app, head.headers, body, engine, (sending, tell)));
    told.await.unwrap_or(Err(PublicError::ServiceUnavailable { retry_after_s: 1 }.into()))?;
    Ok(Outgoing(answers))
}

/// Who asks.
pub(in crate::http) fn asker(app: &App, head: &Parts) -> Asker {
    Asker {
        key: key_of(&head.uri, &head.headers).to_owned(),
        address: client_address(app, head),
        reads_raw: reads_raw(&head.headers),
    }
}

/// Holds a place in the bulk lane for as long as the batch is worked on.
async fn run(
    app: Arc<App>,
    headers: HeaderMap,
    body: Body,
    engine: Engine,
    (sending, tell): (Sending<Vec<u8>>, oneshot::Sender<Result<(), Failure>>),
) {
    let place = match app.lanes.enter(Lane::Bulk).await {
        Ok(place) => place,
        Err(overloaded) => {
            drain(&headers, body).await;
            let retry_after_s = overloaded.retry_after_s;
            let _client_is_gone =
                tell.send(Err(PublicError::ServiceUnavailable { retry_after_s }.into()));
            return;
        }
    };
    let mut reading = Reading { body, patience: Patience::of(&app) };
    let first = first_answers(&app, &mut reading, engine).await;
    // What went wrong before there was any answer has a status of its own.
    let failed = first.0.ended_early().filter(|_| first.0.n_queries() == 0).cloned();
    let is_failed = failed.is_some();
    let is_told = tell.send(failed.map_or(Ok(()), |why| Err(why.into()))).is_ok();
    if is_told && !is_failed {
        app.metrics.bulk.running.inc();
        let ended = answer(&app, &mut reading, first, &sending).await;
        app.metrics.bulk.running.dec();
        if ended.is_ok_and(|why| why.is_some()) {
            // What still comes is thrown away, so that the client gets to read what it was told.
            drain(&headers, reading.body).await;
        }
    }
    drop(place);
}

/// The first answers of a batch, or its end without any.
async fn first_answers(
    app: &Arc<App>,
    reading: &mut Reading,
    mut engine: Engine,
) -> (Engine, Vec<u8>, Needs) {
    let mut needs = Needs::Input;
    loop {
        let input = if needs == Needs::Input { reading.next().await } else { Fed::Nothing };
        let answers;
        (engine, answers, needs) = turn(app, engine, input).await;
        if engine.n_queries() > 0 || needs == Needs::Nothing {
            return (engine, answers, needs);
        }
    }
}

/// Answers to the end: why it was ended before its last byte, if it was.
async fn answer(
    app: &Arc<App>,
    reading: &mut Reading,
    (mut engine, mut answers, mut needs): (Engine, Vec<u8>, Needs),
    sending: &Sending<Vec<u8>>,
) -> Result<Option<PublicError>, Gone> {
    loop {
        let n_bytes = answers.len();
        reading.patience.wait(sending.send(answers, n_bytes)).await.unwrap_or(Err(Gone))?;
        let input = match needs {
            Needs::Turn => Fed::Nothing,
            Needs::Input => reading.next().await,
            Needs::Nothing => return Ok(engine.ended_early().cloned()),
        };
        (engine, answers, needs) = turn(app, engine, input).await;
    }
}

/// Work for about a millisecond on the bulk lane, with what was read before it; on as many threads as have nothing to
/// do, the answers in the order of the queries.
async fn turn(app: &Arc<App>, mut engine: Engine, input: Fed) -> (Engine, Vec<u8>, Needs) {
    let idle = app.lanes.idle_bulk_threads();
    let n_slices = 1 + idle.as_ref().map_or(0, SemaphorePermit::num_permits);
    let cut = move || {
        let mut cut = Cut::default();
        let needs = match engine.take(input) {
            Ok(()) => engine.turn(n_slices, &mut cut),
            Err(why) => engine.end_early(why, &mut cut),
        };
        // One slice is answered where it was cut.
        let first = if cut.slices.len() == 1 { cut.slices.pop() } else { None };
        (engine, first.map_or_else(Vec::new, Slice::answer), cut, needs)
    };
    let (engine, mut answers, cut, needs) = app.lanes.work(Lane::Bulk, cut).await;
    let each = cut.slices.into_iter().map(|slice| app.lanes.work(Lane::Bulk, || slice.answer()));
    for some in join_all(each).await {
        answers.extend(some);
    }
    answers.extend(cut.rest);
    (engine, answers, needs)
}

/// A body that is being read, and how long it is waited for.
struct Reading {
    body: Body,
    patience: Patience,
}

impl Reading {
    /// The next piece, or the end.
    async fn next(&mut self) -> Fed {
        match self.patience.wait(next_data(&mut self.body)).await {
            Some(Some(Ok(bytes))) => {
                self.patience.earn(bytes.len());
                Fed::Bytes(bytes)
            }
            Some(Some(Err(broken))) => Fed::Broken(PublicError::ParseError {
                details: Details::Decode(broken.to_string()),
            }),
            Some(None) => Fed::End,
            None => Fed::Broken(PublicError::TimedOut),
        }
    }
}
