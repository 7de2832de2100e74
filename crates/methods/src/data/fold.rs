//! Who teaches and who asks: groups ranked by a hash, every fifth asks; sent as `evaluate.py` sends it.

use super::Row;
use super::sha256::sha256;
use crate::batches::Desk;
use crate::exam::{Exam, Question};
use crate::limits::BATCH_REPORTS_MAX;
use anyhow::Context as _;
use cairn_ground::Day;
use cairn_report::Batch;
use cairn_wire::geolocate;
use cairn_wire::geosubmit::{self, Version};
use std::collections::BTreeSet;

/// The day on which all is received: 2026-11-25, after the newest set. Every group has one voice then, as
/// the evaluation gives it.
const RECEIVED: Day = Day::new(20_782);
/// Of so many groups one asks.
const ASKS_EVERY: usize = 5;

/// The set's lessons and questions.
pub(super) fn exam(name: &str, rows: Vec<Row>) -> anyhow::Result<Exam> {
    let asking = asking(rows.iter().map(|row| row.group.as_str()));
    let (asked, taught): (Vec<Row>, Vec<Row>) =
        rows.into_iter().partition(|row| asking.contains(&row.group));
    let questions = asked.iter().filter(|row| row.is_reference).map(question);
    Ok(Exam {
        name: name.to_owned(),
        questions: questions.collect::<anyhow::Result<_>>()?,
        lessons: lessons(&taught)?,
    })
}

/// The groups that ask.
fn asking<'a>(groups: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let groups: BTreeSet<&str> = groups.collect();
    let mut ranked: Vec<&str> = groups.into_iter().collect();
    ranked.sort_by_key(|group| sha256(&format!("fold:{group}")));
    ranked.into_iter().step_by(ASKS_EVERY).map(str::to_owned).collect()
}

/// Consecutive rows of one group, at most a hundred at a time, each decoded as one request.
fn lessons(rows: &[Row]) -> anyhow::Result<Vec<Batch>> {
    let mut desk = Desk::default();
    let groups = rows.chunk_by(|a, b| a.group == b.group);
    let requests = groups.flat_map(|group| group.chunks(BATCH_REPORTS_MAX));
    requests
        .map(|rows| {
            let decoded = geosubmit::decode(body(rows).as_bytes(), Version::V2, RECEIVED.start())
                .context("decode a submission")?;
            Ok(desk.take(&rows[0].group, RECEIVED, decoded.reports))
        })
        .filter(|batch| batch.as_ref().is_ok_and(|it| !it.reports.is_empty()) || batch.is_err())
        .collect()
}

fn body(rows: &[Row]) -> String {
    let item = |row: &Row| {
        let Row { timestamp_ms, position, networks, .. } = row;
        format!("{{\"timestamp\":{timestamp_ms},\"position\":{position},{networks}}}")
    };
    let items: Vec<String> = rows.iter().map(item).collect();
    format!("{{\"items\":[{}]}}", items.join(","))
}

fn question(row: &Row) -> anyhow::Result<Question> {
    let body = format!("{{\"considerIp\":false,\"uncertainty\":true,{}}}", row.networks);
    let query = geolocate::decode(body.as_bytes()).context("decode a query")?;
    Ok(Question { query, truth: row.place, floor: row.floor, slice: row.slice.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::LatLng;

    fn row(group: &str, second: i64) -> Row {
        Row {
            group: group.to_owned(),
            timestamp_ms: 1_700_000_000_000 + 1_000 * second,
            position: "{\"latitude\":50.0,\"longitude\":8.0,\"accuracy\":3.0}".to_owned(),
            networks:
                "\"wifiAccessPoints\":[{\"macAddress\":\"0c0000000010\",\"signalStrength\":-60}]"
                    .to_owned(),
            place: LatLng::wrapped(50.0, 8.0),
            floor: None,
            is_reference: true,
            slice: None,
        }
    }

    #[test]
    fn the_groups_that_ask_are_those_of_the_evaluation() {
        // python3: sorted("abcdefghij", key=lambda g: sha256(("fold:" + g).encode()).hexdigest())[::5]
        let groups = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
        let asking: Vec<_> = asking(groups.into_iter()).into_iter().collect();
        assert_eq!(asking, ["i", "j"]);
    }

    #[test]
    fn a_group_has_one_voice_and_no_request_more_than_a_hundred_reports() {
        let rows: Vec<_> = (0..150).map(|n| row("walk", n)).chain([row("other", 1)]).collect();
        let lessons = lessons(&rows).unwrap();
        let sizes: Vec<_> = lessons.iter().map(|batch| batch.reports.len()).collect();
        assert_eq!(sizes, [100, 50, 1]);
        assert_eq!(lessons[0].contributor, lessons[1].contributor);
        assert_ne!(lessons[0].contributor, lessons[2].contributor);
    }

    #[test]
    fn whoever_asks_teaches_nothing() {
        let rows: Vec<_> = ["a", "b", "c", "d", "e"].map(|group| row(group, 0)).into();
        let exam = exam("test", rows).unwrap();
        assert_eq!((exam.lessons.len(), exam.questions.len()), (4, 1));
    }
}
