//! What the page is shown: the demo's state as JSON, and the routes that serve it.

use super::ask::Outcome;
use super::drawing;
use super::score::Line;
use axum::Router;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::routing::get;
use cairn_sim::Town;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How far the demo is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Phase {
    /// The town is being built.
    Simulate,
    /// Reports are being sent.
    Ingest,
    /// The rest is being learned.
    Learn,
    /// Held-out scans are being asked.
    Ask,
    /// The table stands.
    Done,
    /// Something broke; the terminal says what.
    Failed,
}

/// Rates measured on the way.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Rates {
    /// Reports acknowledged a second.
    pub reports_per_s: f64,
    /// Queries answered a second.
    pub queries_per_s: f64,
    /// Milliseconds from sending a report to the first answer that knows it.
    pub fresh_ms: f64,
}

/// The demo's state, written by its acts and read by the page.
#[derive(Debug)]
pub(super) struct Stage {
    /// Reports acknowledged.
    pub reports_sent: AtomicUsize,
    /// Queries answered.
    pub queries_done: AtomicUsize,
    shown: Mutex<Shown>,
}

/// What does not change with every report.
#[derive(Debug)]
struct Shown {
    phase: Phase,
    reports_total: usize,
    queries_total: usize,
    town: Value,
    table: Value,
    rates: Value,
    files: [Option<Vec<u8>>; 3],
}

/// Places of the large answers in [`Shown::files`].
const TOWN: usize = 0;
const TRANSMITTERS: usize = 1;
const ANSWERS: usize = 2;

impl Stage {
    /// Before the first act.
    pub(super) fn new() -> Self {
        Self {
            reports_sent: AtomicUsize::new(0),
            queries_done: AtomicUsize::new(0),
            shown: Mutex::new(Shown {
                phase: Phase::Simulate,
                reports_total: 0,
                queries_total: 0,
                town: Value::Null,
                table: Value::Null,
                rates: Value::Null,
                files: [None, None, None],
            }),
        }
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins an act.
    pub(super) fn set_phase(&self, phase: Phase) {
        self.shown().phase = phase;
    }

    /// How many queries will be asked.
    pub(super) fn set_queries(&self, n: usize) {
        self.shown().queries_total = n;
    }

    /// Shows the town, before its first report is sent.
    pub(super) fn set_town(&self, town: &Town, n_reports: usize) -> anyhow::Result<()> {
        let drawn = serde_json::to_vec(&drawing::town(town))?;
        let summary = drawing::summary(town, n_reports);
        let mut shown = self.shown();
        shown.files[TOWN] = Some(drawn);
        shown.town = summary;
        shown.reports_total = n_reports;
        shown.phase = Phase::Ingest;
        drop(shown);
        Ok(())
    }

    /// Shows everything.
    pub(super) fn finish(
        &self,
        table: &[Line],
        outcomes: &[Outcome],
        rates: Rates,
        transmitters: &Value,
    ) -> anyhow::Result<()> {
        let answers = serde_json::to_vec(&drawing::answers(outcomes))?;
        let transmitters = serde_json::to_vec(transmitters)?;
        let mut shown = self.shown();
        shown.files[ANSWERS] = Some(answers);
        shown.files[TRANSMITTERS] = Some(transmitters);
        shown.table = serde_json::to_value(table)?;
        shown.rates = serde_json::to_value(rates)?;
        shown.phase = Phase::Done;
        drop(shown);
        Ok(())
    }

    /// What `/demo/summary.json` says.
    fn summary(&self) -> Value {
        let shown = self.shown();
        let state = match shown.phase {
            Phase::Done => "done",
            Phase::Failed => "failed",
            _ => "running",
        };
        json!({
            "state": state,
            "phase": shown.phase,
            "progress": {
                "reports_sent": self.reports_sent.load(Ordering::Relaxed),
                "reports_total": shown.reports_total,
                "queries_done": self.queries_done.load(Ordering::Relaxed),
                "queries_total": shown.queries_total,
            },
            "town": shown.town,
            "table": shown.table,
            "rates": shown.rates,
        })
    }

    fn file(&self, index: usize) -> Response<Body> {
        let file = self.shown().files[index].clone();
        match file {
            Some(bytes) => answer(StatusCode::OK, bytes),
            None => answer(StatusCode::NOT_FOUND, b"{}".to_vec()),
        }
    }
}

/// The demo's routes.
pub(super) fn routes(stage: &Arc<Stage>) -> Router {
    let file = |index: usize| {
        let stage = Arc::clone(stage);
        get(move || std::future::ready(stage.file(index)))
    };
    let summary = Arc::clone(stage);
    Router::new()
        .route(
            "/demo/summary.json",
            get(move || {
                let body = summary.summary().to_string().into_bytes();
                std::future::ready(answer(StatusCode::OK, body))
            }),
        )
        .route("/demo/town.json", file(TOWN))
        .route("/demo/transmitters.json", file(TRANSMITTERS))
        .route("/demo/answers.json", file(ANSWERS))
}

fn answer(status: StatusCode, bytes: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
