//! Where to measure next, which is ours alone: the errors expected in each H3 cell against those of other people's queries there.

use crate::batches::Desk;
use crate::cairn::Cairn;
use crate::exam::{Question, marks};
use crate::method::Method as _;
use crate::say;
use crate::scores::{quantile, sorted};
use crate::table::{Table, meters};
use cairn_node::publish::Expected;
use cairn_sim::{HeldOutConfig, Town, TownConfig, TrafficConfig};
use std::collections::BTreeMap;

/// Queries: some hundreds in a typical H3 cell.
const N_QUERIES: usize = 20_000;
/// Queries of an H3 cell whose median error is looked at.
const N_IN_CELL_MIN: usize = 20;
/// Resolutions looked at: about the one a service publishes by itself.
const RESOLUTIONS: [u8; 3] = [8, 9, 10];

const HEAD: [&str; 9] = [
    "resolution",
    "H3 cells",
    "n",
    "queries",
    "expected, median",
    "measured, median",
    "ratio, 5 %",
    "95 %",
    "rank correlation",
];

/// One H3 cell: what was expected there, and the median of what was measured, m.
#[derive(Debug, Clone, Copy)]
struct Compared {
    expected_m: f64,
    measured_m: f64,
    walked: f64,
    n_queries: usize,
}

/// The demo's town, taught whole and asked more than the demo asks.
pub(super) fn tables() -> anyhow::Result<Vec<Table>> {
    say::progress("wanted: teaching the demo town");
    let town = Town::generate(&TownConfig::demo());
    let (mut desk, mut cairn) = (Desk::default(), Cairn::new());
    let sent = town.contributions(&TrafficConfig::demo());
    sent.filter_map(|sent| desk.contribution(&sent)).for_each(|batch| cairn.teach(&batch));
    cairn.seal()?;
    let asked = town.held_out(&HeldOutConfig { n_queries: N_QUERIES, ..HeldOutConfig::demo() });
    let questions = asked.iter().map(|it| Question::of(&it.observations, it.truth, it.floor));
    let questions: Vec<Question> = questions.collect::<anyhow::Result<_>>()?;
    let marks = marks(&cairn, &questions);
    let errors_m: Vec<Option<f64>> =
        marks.iter().map(|mark| Some(mark.as_ref()?.error_m)).collect();
    let mut table = Table::new("Demo town, expected errors by H3 cell", &HEAD);
    for resolution in RESOLUTIONS {
        let cells = compared(&cairn.expected(resolution)?, &questions, &errors_m);
        let of =
            |is_in: fn(&Compared) -> bool| cells.iter().copied().filter(is_in).collect::<Vec<_>>();
        table.push(row(resolution, "all", &of(|_| true)));
        table.push(row(resolution, "more than half walked", &of(|cell| cell.walked > 0.5)));
        table.push(row(resolution, "others", &of(|cell| cell.walked <= 0.5)));
    }
    Ok(vec![table])
}

/// The H3 cells where enough was asked.
fn compared(
    expected: &Expected,
    questions: &[Question],
    errors_m: &[Option<f64>],
) -> Vec<Compared> {
    let mut by_cell: BTreeMap<u64, (Compared, Vec<f64>)> = BTreeMap::new();
    for (question, error_m) in questions.iter().zip(errors_m) {
        let (Some((index, want)), Some(error_m)) = (expected.at(question.truth), error_m) else {
            continue;
        };
        let (expected_m, walked) = (want.error_m, want.walked);
        let empty = Compared { expected_m, measured_m: 0.0, walked, n_queries: 0 };
        by_cell.entry(index).or_insert((empty, Vec::new())).1.push(*error_m);
    }
    let enough = by_cell.into_values().filter(|(_, errors_m)| errors_m.len() >= N_IN_CELL_MIN);
    let compared = enough.filter_map(|(cell, errors_m)| {
        let n_queries = errors_m.len();
        let measured_m = quantile(&sorted(errors_m.into_iter()), 0.5)?;
        Some(Compared { measured_m, n_queries, ..cell })
    });
    compared.collect()
}

fn row(resolution: u8, which: &str, cells: &[Compared]) -> Vec<String> {
    let of = |value: fn(&Compared) -> f64, q| quantile(&sorted(cells.iter().map(value)), q);
    let ratio = |q| of(|cell| cell.expected_m / cell.measured_m, q);
    let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |it| format!("{it:.2}"));
    vec![
        resolution.to_string(),
        which.to_owned(),
        cells.len().to_string(),
        cells.iter().map(|cell| cell.n_queries).sum::<usize>().to_string(),
        meters(of(|cell| cell.expected_m, 0.5)),
        meters(of(|cell| cell.measured_m, 0.5)),
        number(ratio(0.05)),
        number(ratio(0.95)),
        number(rank_correlation(cells)),
    ]
}

/// Spearman's, of what is expected and what is measured; `None` of fewer than three.
fn rank_correlation(cells: &[Compared]) -> Option<f64> {
    if cells.len() < 3 {
        return None;
    }
    let expected = ranks(&cells.iter().map(|cell| cell.expected_m).collect::<Vec<_>>());
    let measured = ranks(&cells.iter().map(|cell| cell.measured_m).collect::<Vec<_>>());
    let n = cells.len() as f64;
    let apart: f64 = expected.iter().zip(&measured).map(|(a, b)| (a - b) * (a - b)).sum();
    Some(1.0 - 6.0 * apart / (n * (n * n - 1.0)))
}

fn ranks(values: &[f64]) -> Vec<f64> {
    let below = |value: &f64| values.iter().filter(|other| *other < value).count() as f64;
    values.iter().map(below).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rises_together_correlates_and_what_does_not_does_not() {
        let cell = |expected_m, measured_m| Compared {
            expected_m,
            measured_m,
            walked: 1.0,
            n_queries: 20,
        };
        let up: Vec<_> = (1..9).map(|n| cell(f64::from(n), f64::from(n * n))).collect();
        let down: Vec<_> = (1..9).map(|n| cell(f64::from(n), f64::from(-n))).collect();
        assert_eq!(rank_correlation(&up), Some(1.0));
        assert_eq!(rank_correlation(&down), Some(-1.0));
        assert_eq!(rank_correlation(&up[..2]), None);
    }
}
