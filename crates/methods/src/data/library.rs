//! A library's two levels, 25 months of one surveyor; each month has places that teach and places that ask.

use crate::batches::Desk;
use crate::exam::{Exam, Question};
use crate::limits::BATCH_REPORTS_MAX;
use anyhow::Context as _;
use cairn_ground::{
    Bssid, Day, Dbm, Enu, Floor, LatLng, LocalFrame, Meters, Timestamp, TransmitterId,
};
use cairn_node::models::sets::text::lines;
use cairn_report::{Fix, FixSource, Observation, Report};
use std::collections::BTreeMap;
use std::path::Path;

/// R68 claimed of a surveyed place, m: that of the indoor evaluation sets.
const SURVEY_R68_M: f64 = 3.0;
/// Where the set's own metres begin, latitude and longitude. Source: choice, the campus; the set does not say.
const ORIGIN: (f64, f64) = (39.993, -0.068);

/// One scan of the set.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    month: u8,
    teaches: bool,
    /// Which round over the places.
    round: String,
    timestamp: Timestamp,
    place: LatLng,
    floor: Floor,
    observations: Vec<Observation>,
}

/// Reads the set, in its own order.
///
/// # Errors
/// The file cannot be read.
pub(crate) fn read(shared: &Path) -> anyhow::Result<Vec<Visit>> {
    let rows = lines(&shared.join("data/indoor-uji-lib-longterm/lib.csv.gz"))?.skip(1);
    rows.map(|row| visit(&row?).context("read a fingerprint")).collect()
}

fn visit(row: &str) -> anyhow::Result<Visit> {
    let fields: Vec<&str> = row.split(',').collect();
    let [month, kind, round, time, east_m, north_m, floor, _, _, _, access] = fields[..] else {
        anyhow::bail!("{} fields", fields.len());
    };
    let at = Enu { east_m: east_m.parse()?, north_m: north_m.parse()? };
    let heard: anyhow::Result<Vec<Observation>> = access.split_whitespace().map(reading).collect();
    Ok(Visit {
        month: month.parse()?,
        teaches: kind == "trn",
        round: round.to_owned(),
        timestamp: timestamp(time).context("no time")?,
        place: LocalFrame::at(LatLng::new(ORIGIN.0, ORIGIN.1)?).latlng_from_enu(at),
        floor: Floor::new(floor.parse()?)?,
        observations: heard?,
    })
}

/// An instant of the form `YYYYMMDDhhmmssmmm`.
fn timestamp(text: &str) -> Option<Timestamp> {
    let part = |from: usize, to: usize| text.get(from..to);
    let number = |from: usize, to: usize| part(from, to)?.parse::<i64>().ok();
    let day = Day::parse(&format!("{}-{}-{}", part(0, 4)?, part(4, 6)?, part(6, 8)?))?;
    let second_s = 3_600 * number(8, 10)? + 60 * number(10, 12)? + number(12, 14)?;
    Some(Timestamp::from_ms(day.start().ms() + 1_000 * second_s + number(14, 17)?))
}

fn reading(text: &str) -> anyhow::Result<Observation> {
    let (number, dbm) = text.split_once(':').context("a reading without a power")?;
    let power = Dbm::new(dbm.parse()?).ok();
    // Each number a network in a box of its own.
    let network = Bssid::from_u48(0x0c00_0000_0000 | number.parse::<u64>()? << 12);
    Ok(Observation { power, ..Observation::of(TransmitterId::Wifi(network)) })
}

/// The teaching places of the first months as submissions, one voice a round and day; the other places of some later
/// months as questions.
///
/// # Errors
/// The wire cannot read what it wrote.
pub(crate) fn exam(
    visits: &[Visit],
    months: u8,
    asked: std::ops::RangeInclusive<u8>,
) -> anyhow::Result<Exam> {
    let mut by_voice: BTreeMap<(Day, &str), Vec<Report>> = BTreeMap::new();
    for visit in visits.iter().filter(|visit| visit.teaches && visit.month <= months) {
        let reports = by_voice.entry((visit.timestamp.day(), &visit.round)).or_default();
        reports.extend(visit.report());
    }
    let mut desk = Desk::default();
    let mut lessons = Vec::new();
    for ((day, round), reports) in by_voice {
        let parts = reports.chunks(BATCH_REPORTS_MAX);
        lessons.extend(parts.map(|part| desk.take(round, day, part.to_vec())));
    }
    let asks = visits.iter().filter(|visit| !visit.teaches && asked.contains(&visit.month));
    let questions = asks.map(|it| Question::of(&it.observations, it.place, Some(it.floor)));
    let questions = questions.collect::<anyhow::Result<_>>()?;
    Ok(Exam { name: format!("library, months 1 to {months}"), lessons, questions })
}

impl Visit {
    fn report(&self) -> Option<Report> {
        let fix = Fix {
            r68: Meters::new(SURVEY_R68_M).ok(),
            floor: Some(self.floor),
            source: FixSource::Survey,
            ..Fix::at(self.place)
        };
        Report::new(self.timestamp, fix, self.observations.clone())
    }
}
