//! `LocateStream`: queries answered while more are sent.

use super::super::bulk::{Answering, Patience, Receiving, Sending, asker, queue};
use super::codec::method;
use super::status::status_of;
use crate::lanes::Lane;
use crate::limits::{BATCH_ANSWER_BYTES_MAX, BATCH_QUERY_BYTES_MAX, SLICE_QUERIES};
use crate::server::App;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::Response;
use axum::http::request::Parts;
use cairn_wire::errors::PublicError;
use futures_util::stream::{ReadyChunks, StreamExt as _};
use std::future::{Ready, ready};
use std::sync::Arc;
use tonic::server::StreamingService;
use tonic::{Status, Streaming};

/// Answers of a call, and how it ended.
type Answers = Receiving<Result<Vec<u8>, Status>>;

/// Starts to answer; the first answer is not waited for.
pub(super) async fn stream(
    app: Arc<App>,
    head: Parts,
    body: Body,
) -> Result<Response<Body>, Status> {
    let answering = Answering::new(Arc::clone(&app), "grpc", asker(&app, &head));
    let request = Request::from_parts(head, body);
    let service = Stream(Some((app, answering)));
    let response = method(BATCH_QUERY_BYTES_MAX).streaming(service, request).await;
    Ok(response.map(Body::new))
}

/// What a call that streams does, once.
struct Stream(Option<(Arc<App>, Answering)>);

impl StreamingService<Bytes> for Stream {
    type Response = Vec<u8>;
    type ResponseStream = Answers;
    type Future = Ready<Result<tonic::Response<Answers>, Status>>;

    fn call(&mut self, request: tonic::Request<Streaming<Bytes>>) -> Self::Future {
        let Some((app, answering)) = self.0.take() else {
            return ready(Err(Status::internal("a call is answered once")));
        };
        let (sending, answers) = queue(BATCH_ANSWER_BYTES_MAX);
        let queries = request.into_inner().ready_chunks(SLICE_QUERIES);
        tokio::spawn(run(app, answering, queries, sending));
        ready(Ok(tonic::Response::new(answers)))
    }
}

/// Holds a place in the bulk lane until all is answered.
async fn run(
    app: Arc<App>,
    answering: Answering,
    mut queries: ReadyChunks<Streaming<Bytes>>,
    sending: Sending<Result<Vec<u8>, Status>>,
) {
    let Ok(_place) = app.lanes.enter(Lane::Bulk).await else {
        let busy = PublicError::ServiceUnavailable { retry_after_s: 1 };
        let _client_is_gone = sending.send(Err(status_of(&busy)), 0).await;
        return;
    };
    app.metrics.bulk.running.inc();
    let (answering, mut n_queries) = (Arc::new(answering), 0);
    let mut patience = Patience::of(&app);
    while let Some(slice) = patience
        .wait(queries.next())
        .await
        .unwrap_or_else(|| Some(vec![Err(status_of(&PublicError::TimedOut))]))
    {
        patience.earn(slice.iter().flatten().map(Bytes::len).sum());
        let (ours, first) = (Arc::clone(&answering), n_queries);
        n_queries += slice.len() as u64;
        let work = move || {
            let answer = |(n, query): (u64, Result<Bytes, Status>)| {
                query.map(|it| ours.message(&it, ours.admit(n)))
            };
            (first..).zip(slice).map(answer).collect()
        };
        let said = app.lanes.work(Lane::Bulk, work).await;
        if !send_all(&sending, &mut patience, said).await {
            break;
        }
    }
    app.metrics.bulk.running.dec();
}

/// Sends answers; false after the last, when the call has failed or the client is gone.
async fn send_all(
    sending: &Sending<Result<Vec<u8>, Status>>,
    patience: &mut Patience,
    said: Vec<Result<Vec<u8>, Status>>,
) -> bool {
    for answer in said {
        let (is_last, n_bytes) = (answer.is_err(), answer.as_ref().map_or(0, Vec::len));
        let sent = patience.wait(sending.send(answer, n_bytes)).await;
        if is_last || sent != Some(Ok(())) {
            return false;
        }
    }
    true
}
