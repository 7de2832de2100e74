//! Second act: other phones ask where they are, and the truth is known.

use super::client::Client;
use super::ingest::progress;
use super::stage::Stage;
use crate::clock::Clock;
use anyhow::{anyhow, bail};
use cairn_ground::{Bssid, Dbm, Geodesic, Timestamp, TransmitterId};
use cairn_report::{Fix, Observation, Report};
use cairn_sim::{HeldOut, Town};
use cairn_wire::geolocate::LocateAnswer;
use indicatif::ProgressBar;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Clients that ask at the same time.
const CLIENTS: usize = 2;
/// Longest wait for a new report to show in an answer.
const FRESH_MAX: Duration = Duration::from_secs(30);
/// Time between two questions of the freshness probe.
const FRESH_STEP: Duration = Duration::from_millis(20);

/// One query with what came back.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    /// The query and its truth.
    pub query: HeldOut,
    /// The answer, or the refusal's reason.
    pub answer: Result<LocateAnswer, String>,
    /// Distance from answer to truth, m.
    pub error_m: Option<f64>,
}

/// Asks all queries; returns the outcomes in the queries' order and the queries answered a second.
pub(super) fn ask_all(
    queries: &[HeldOut],
    address: SocketAddr,
    stage: &Stage,
    clock: &Clock,
) -> anyhow::Result<(Vec<Outcome>, f64)> {
    stage.set_queries(queries.len());
    let bar = progress(queries.len(), "queries asked");
    let started = clock.instant();
    let next = AtomicUsize::new(0);
    let mut found: Vec<(usize, Outcome)> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| scope.spawn(|| client(queries, &next, address, stage, &bar)))
            .collect();
        let mut all = Vec::with_capacity(queries.len());
        for client in clients {
            all.extend(client.join().map_err(|_panic| anyhow!("a client of the demo died"))??);
        }
        anyhow::Ok(all)
    })?;
    bar.finish_and_clear();
    let seconds = clock.instant().duration_since(started).as_secs_f64();
    found.sort_by_key(|(index, _)| *index);
    #[expect(clippy::cast_precision_loss, reason = "a count of queries")]
    let per_s = found.len() as f64 / seconds;
    Ok((found.into_iter().map(|(_, outcome)| outcome).collect(), per_s))
}

/// One client: takes the next query until none is left.
fn client(
    queries: &[HeldOut],
    next: &AtomicUsize,
    address: SocketAddr,
    stage: &Stage,
    bar: &ProgressBar,
) -> anyhow::Result<Vec<(usize, Outcome)>> {
    let client = Client::new(address);
    let mut outcomes = Vec::new();
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(query) = queries.get(index) else { return Ok(outcomes) };
        let answer = client.locate(&query.observations)?;
        let error_m = answer.as_ref().ok().map(|a| Geodesic.distance_m(a.place, query.truth));
        outcomes.push((index, Outcome { query: query.clone(), answer, error_m }));
        stage.queries_done.fetch_add(1, Ordering::Relaxed);
        bar.inc(1);
    }
}

/// Milliseconds from sending a report of two new boxes to the first answer that knows them.
pub(super) fn freshness_ms(address: SocketAddr, town: &Town, clock: &Clock) -> anyhow::Result<f64> {
    let client = Client::new(address);
    let heard: Vec<Observation> = [0x0200_5e10_0010_u64, 0x0200_5e20_0020]
        .into_iter()
        .map(|address| Observation {
            power: Dbm::new(-55.0).ok(),
            ..Observation::of(TransmitterId::Wifi(Bssid::from_u48(address)))
        })
        .collect();
    let ms = town.config.start.ms() + i64::from(town.config.days) * 86_400_000;
    let fix = Fix { r68: cairn_ground::Meters::new(5.0).ok(), ..Fix::at(town.config.center) };
    let report = Report::new(Timestamp::from_ms(ms), fix, heard.clone());
    let report = report.ok_or_else(|| anyhow!("an empty probe"))?;
    let started = clock.instant();
    client.submit("freshness probe", &[report])?;
    while clock.instant().duration_since(started) < FRESH_MAX {
        if client.locate(&heard)?.is_ok() {
            return Ok(clock.instant().duration_since(started).as_secs_f64() * 1_000.0);
        }
        clock.sleep(FRESH_STEP);
    }
    bail!("a new report did not change the answers within {} s", FRESH_MAX.as_secs())
}
