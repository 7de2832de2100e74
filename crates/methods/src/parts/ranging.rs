//! The simulated town with boxes that answer ranging: what measured distances are worth to answers and transmitters.

use super::town::{self, TRANSMITTERS};
use crate::batches::Desk;
use crate::exam::{Exam, Question, score_into};
use crate::method::MethodName;
use crate::say;
use crate::table::{ANSWERS, Table};
use cairn_ground::TransmitterId;
use cairn_report::{Batch, Observation, Report};
use cairn_sim::{HeldOutConfig, Town, TownConfig, TrueTransmitter};
use std::collections::BTreeSet;

/// Share of boxes that answer. Source: choice, an office's; few homes have any today.
const SHARE: f64 = 0.3;
/// Queries: as of the town.
const N_QUERIES: usize = 1_500;

/// Who measures.
const CASES: [(&str, bool, bool); 3] =
    [("none", false, false), ("reports", true, false), ("reports and queries", true, true)];

/// Answers by how many distances a query could hold, and the transmitters that were ranged to.
pub(super) fn tables(methods: &[MethodName]) -> anyhow::Result<Vec<Table>> {
    say::progress("ranging: making the town twice");
    let [plain, ranging] = [0.0, SHARE]
        .map(|ranging_share| Town::generate(&TownConfig { ranging_share, ..town::town_config() }));
    let asked = |town: &Town| {
        town.held_out(&HeldOutConfig { n_queries: N_QUERIES, ..HeldOutConfig::demo() })
    };
    let queries = [asked(&plain), asked(&ranging)];
    let lessons = [lessons(&plain), lessons(&ranging)];
    let n_ranges: Vec<usize> = queries[1]
        .iter()
        .map(|it| it.observations.iter().filter_map(Observation::range).count())
        .collect();
    let ranged: BTreeSet<TransmitterId> = lessons[1].iter().flat_map(ranged_in).collect();
    let mut answers = Table::new("Simulated town, ranging", &ANSWERS);
    let mut transmitters =
        Table::new("Simulated town, transmitters that were ranged to", &TRANSMITTERS);
    for (name, in_reports, in_queries) in CASES {
        let questions = queries[usize::from(in_queries)].iter();
        let questions = questions.map(|it| Question::of(&it.observations, it.truth, it.floor));
        let exam = Exam {
            name: name.to_owned(),
            lessons: lessons[usize::from(in_reports)].clone(),
            questions: questions.collect::<anyhow::Result<_>>()?,
        };
        let sheets = exam.hold(methods)?;
        for (slice, least, most) in [("0", 0, 0), ("1 or 2", 1, 2), ("3 and more", 3, usize::MAX)] {
            let title = format!("{slice} in the query; {name}");
            score_into(&mut answers, &title, &sheets, |n| (least..=most).contains(&n_ranges[n]));
        }
        if in_queries {
            continue;
        }
        let is_in = |it: &&TrueTransmitter| town::stays(it) && ranged.contains(&it.id);
        let truths: Vec<_> = ranging.transmitters.iter().filter(is_in).collect();
        for sheet in sheets.iter().filter(|it| MethodName::WITH_TRANSMITTERS.contains(&it.name)) {
            transmitters.push(town::row(name, sheet.name, sheet.method.as_ref(), &truths));
        }
    }
    Ok(vec![answers, transmitters])
}

fn lessons(town: &Town) -> Vec<Batch> {
    let mut desk = Desk::default();
    town.contributions(&town::traffic()).filter_map(|sent| desk.contribution(&sent)).collect()
}

fn ranged_in(batch: &Batch) -> impl Iterator<Item = TransmitterId> {
    let heard = batch.reports.iter().flat_map(Report::observations);
    heard.filter(|one| one.range().is_some()).map(|one| one.transmitter)
}
