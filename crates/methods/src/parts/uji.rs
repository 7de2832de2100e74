//! `UJIIndoorLoc`: its own measures, in its raw units and in metres.

use crate::data::uji::{Parts, Print, raw, read};
use crate::exam::Exam;
use crate::method::MethodName;
use crate::scores::{Mark, mean, quantile, share, sorted};
use crate::table::{Table, meters, part};
use std::path::Path;

const HEAD: [&str; 10] = [
    "questions",
    "method",
    "asked",
    "answered",
    "mean raw",
    "p50 raw",
    "mean",
    "p50",
    "p90",
    "floor and building",
];

/// One row for each method.
pub(super) fn tables(shared: &Path, methods: &[MethodName]) -> anyhow::Result<Vec<Table>> {
    let parts = read(shared)?;
    let exam: Exam = parts.exam()?;
    let mut table = Table::new("UJIIndoorLoc, official split", &HEAD);
    for sheet in exam.hold(methods)? {
        table.push(row(sheet.name, &parts, &sheet.marks));
    }
    Ok(vec![table])
}

fn row(name: MethodName, parts: &Parts, marks: &[Option<Mark>]) -> Vec<String> {
    let answered =
        || marks.iter().zip(&parts.validation).filter_map(|(mark, it)| Some(((*mark)?, it)));
    let raw_errors =
        sorted(answered().map(|(mark, print)| apart(raw(mark.estimate.place), print.at)));
    let errors_m = sorted(answered().map(|(mark, _)| mark.error_m));
    let is_right = |(mark, print): (&Option<Mark>, &Print)| {
        mark.is_some_and(|mark| {
            let building = building_at(&parts.training, raw(mark.estimate.place));
            mark.floor_right == Some(true) && building == Some(print.building)
        })
    };
    vec![
        "validation".to_owned(),
        name.name().to_owned(),
        marks.len().to_string(),
        part(share(marks.iter().map(Option::is_some))),
        meters(mean(&raw_errors)),
        meters(quantile(&raw_errors, 0.5)),
        meters(mean(&errors_m)),
        meters(quantile(&errors_m, 0.5)),
        meters(quantile(&errors_m, 0.9)),
        part(share(marks.iter().zip(&parts.validation).map(is_right))),
    ]
}

/// The building of the nearest place that was taught.
fn building_at(training: &[Print], at: (f64, f64)) -> Option<u8> {
    let nearest = training.iter().min_by(|a, b| apart(a.at, at).total_cmp(&apart(b.at, at)));
    nearest.map(|print| print.building)
}

fn apart(a: (f64, f64), b: (f64, f64)) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}
