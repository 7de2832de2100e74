//! Rows of `radius`: queries whose truth is known, answered by a map that never heard who asks.

use super::asked::radius_row;
use super::deal::{how_many, number, part, thin};
use super::origin::Making;
use super::sets::{self, SetName};
use super::teach::Pupil;
use crate::locating;
use anyhow::Context as _;
use cairn_answer::Found;
use cairn_ground::{Block, Confidence, Geodesic, LatLng};
use cairn_learning::data::{Row, Sees};
use cairn_learning::dice::mix;
use cairn_report::Observation;
use cairn_sim::{HeldOutConfig, Town, TrafficConfig};
use cairn_snapshot::SnapshotSet;
use cairn_wire::geolocate::{self, LocateRequest};
use std::path::Path;

/// Groups of a set take turns: each of so many parts asks once what the others taught.
const PARTS: u8 = 5;

/// A question with its truth.
pub(super) struct Question<'a> {
    pub(super) at_ms: i64,
    pub(super) contributor: u64,
    pub(super) set: &'a str,
    pub(super) truth: LatLng,
    pub(super) sees: Sees,
}

/// Rows of a set: each of five parts of its groups asks what the four others taught.
pub(super) fn of_set(making: &Making<'_>, set: SetName, data: &Path) -> anyhow::Result<Vec<Row>> {
    let scans = set.rows(data)?;
    let most = making.n_rows_max.div_ceil(usize::from(PARTS));
    let mut rows = Vec::new();
    for fold in 0..PARTS {
        let is_asked = |scan: &sets::Row| part(&scan.group, PARTS) == fold;
        let asked = scans.iter().filter(|scan| is_asked(scan) && scan.is_reference);
        let asked = thin(asked.collect::<Vec<_>>(), most);
        if asked.is_empty() {
            continue;
        }
        let mut pupil = Pupil::new();
        pupil.learn_rows(scans.iter().filter(|scan| !is_asked(scan)))?;
        let map = pupil.seal(making.effort, making.n_threads, making.scratch)?;
        for scan in asked {
            let body = format!("{{\"considerIp\":false,{}}}", scan.networks);
            let query = geolocate::decode(body.as_bytes()).context("decode a query")?;
            let question = Question {
                at_ms: scan.timestamp_ms,
                contributor: mix(number(set.name()), number(&scan.group)),
                set: set.name(),
                truth: scan.place,
                sees: Sees::OthersOnly,
            };
            rows.extend(
                answered(&map, &query).map(|found| row(&query.observations, &found, &question)),
            );
        }
    }
    Ok(rows)
}

/// Rows of a town: people who contributed nothing ask after all that was taught.
pub(super) fn of_town(
    making: &Making<'_>,
    town: &Town,
    traffic: &TrafficConfig,
) -> anyhow::Result<Vec<Row>> {
    let mut pupil = Pupil::new();
    let mut until_ms = town.config.start.ms();
    for sent in town.contributions(traffic) {
        let Some(received) = sent.reports.first().map(|it| it.timestamp().day()) else { continue };
        let latest = sent.reports.iter().map(|report| report.timestamp().ms() + 1).max();
        until_ms = until_ms.max(latest.unwrap_or(until_ms));
        pupil.learn(&sent.nickname, received, sent.reports);
    }
    let map = pupil.seal(making.effort, making.n_threads, making.scratch)?;
    let config = HeldOutConfig { n_queries: making.n_rows_max, ..HeldOutConfig::demo() };
    let mut rows = Vec::new();
    for (asker, asked) in (0_u64..).zip(town.held_out(&config)) {
        let question = Question {
            // Asked on the days after the last that taught.
            at_ms: until_ms + i64::try_from(asker).unwrap_or(0),
            contributor: mix(number("town"), asker),
            set: "town",
            truth: asked.truth,
            sees: Sees::Before(until_ms),
        };
        rows.extend(ask(&map, &asked.observations, &question)?);
    }
    Ok(rows)
}

/// The row of what was heard, sent as a phone sends it; none when the map says nothing.
pub(super) fn ask(
    map: &SnapshotSet,
    heard: &[Observation],
    question: &Question<'_>,
) -> anyhow::Result<Option<Row>> {
    let body = geolocate::encode_request(heard);
    let query = geolocate::decode(&body).context("decode a query")?;
    Ok(answered(map, &query).map(|found| row(&query.observations, &found, question)))
}

/// What the transmitters heard say, when they say anything.
fn answered(map: &SnapshotSet, query: &LocateRequest) -> Option<Found> {
    locating::sources(map, query).0.radio
}

fn row(observations: &[Observation], found: &Found, question: &Question<'_>) -> Row {
    let promised = Confidence::ALL.map(|level| found.radii.at_m(level) as f32);
    Row {
        at_ms: question.at_ms,
        contributor: question.contributor,
        block: Block::of(question.truth).number(),
        sequence: 0,
        sees: question.sees,
        saw_own: false,
        features: radius_row(observations, found).to_vec(),
        label: Geodesic.distance_m(found.place, question.truth) as f32,
        promised_m: Some(promised),
        place: Some(question.truth),
        slices: [
            ("set", question.set.to_owned()),
            ("method", found.method.name().to_owned()),
            ("known", how_many(found.n_known.into()).to_owned()),
        ]
        .into(),
    }
}
