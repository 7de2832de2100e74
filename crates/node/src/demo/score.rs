//! The honest table: errors against the truth, and what was promised about them.

use super::ask::Outcome;
use super::stage::Rates;
use crate::cli::table;
use cairn_ground::Confidence;
use cairn_sim::{Slice, Town};
use serde::Serialize;

/// Transmitters heard from which on the first promise counts.
const HEARD_ENOUGH: usize = 5;

/// One line of the table: a slice of the queries.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Line {
    /// Which queries.
    pub slice: String,
    /// Queries asked.
    pub asked: usize,
    /// Queries answered with a position.
    pub answered: usize,
    /// Half of the errors are smaller, m.
    pub p50_m: f64,
    /// 68 % of the errors are smaller, m.
    pub p68_m: f64,
    /// 90 % of the errors are smaller, m.
    pub p90_m: f64,
    /// 95 % of the errors are smaller, m.
    pub p95_m: f64,
    /// Share of truths inside R68.
    pub inside_r68: f64,
    /// Share of truths inside R95.
    pub inside_r95: f64,
    /// Median R95, m: a huge radius would hold every truth.
    pub median_r95_m: f64,
    /// Share of stated floors that are right; 0 when none is stated.
    pub floor_right: f64,
}

/// One promise and whether it was kept.
#[derive(Debug)]
pub(super) struct Promise {
    /// What was promised.
    pub what: &'static str,
    /// What was measured.
    pub measured: String,
    /// Whether it was kept.
    pub kept: bool,
}

/// The table: all queries, then by slice.
pub(super) fn table(outcomes: &[Outcome]) -> Vec<Line> {
    let heard_enough = |o: &Outcome| {
        o.query.slice == Slice::Outdoors && o.query.observations.len() >= HEARD_ENOUGH
    };
    let mut lines = vec![
        line("all", outcomes.iter()),
        line("outdoors, 5 or more heard", outcomes.iter().filter(|o| heard_enough(o))),
    ];
    for slice in Slice::ALL {
        lines.push(line(slice.name(), outcomes.iter().filter(|o| o.query.slice == slice)));
    }
    lines
}

/// One line over some of the outcomes.
fn line<'a>(name: &str, outcomes: impl Iterator<Item = &'a Outcome>) -> Line {
    let (mut asked, mut errors_m, mut r95_m) = (0, Vec::new(), Vec::new());
    let (mut inside_r68, mut inside_r95) = (0, 0);
    let (mut floors, mut floors_right) = (0, 0);
    for outcome in outcomes {
        asked += 1;
        let (Ok(answer), Some(error_m)) = (&outcome.answer, outcome.error_m) else { continue };
        errors_m.push(error_m);
        r95_m.push(answer.radii.r95_m());
        inside_r68 += usize::from(error_m <= answer.radii.at_m(Confidence::P68));
        inside_r95 += usize::from(error_m <= answer.radii.r95_m());
        if let (Some((level, _)), Some(truth)) = (answer.floor, outcome.query.floor) {
            floors += 1;
            floors_right += usize::from(level == truth);
        }
    }
    errors_m.sort_by(f64::total_cmp);
    r95_m.sort_by(f64::total_cmp);
    Line {
        slice: name.to_owned(),
        asked,
        answered: errors_m.len(),
        p50_m: quantile(&errors_m, 0.50),
        p68_m: quantile(&errors_m, 0.68),
        p90_m: quantile(&errors_m, 0.90),
        p95_m: quantile(&errors_m, 0.95),
        inside_r68: share(inside_r68, errors_m.len()),
        inside_r95: share(inside_r95, errors_m.len()),
        median_r95_m: quantile(&r95_m, 0.50),
        floor_right: share(floors_right, floors),
    }
}

/// What the demo promises of its town.
pub(super) fn promises(table: &[Line]) -> [Promise; 3] {
    let (all, outdoors) = (&table[0], &table[1]);
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    [
        Promise {
            what: "half of the errors outdoors, 5 or more heard, are at most 15 m",
            measured: format!("{:.1} m", outdoors.p50_m),
            kept: outdoors.answered > 0 && outdoors.p50_m <= 15.0,
        },
        Promise {
            what: "65 to 71 % of truths inside r68",
            measured: percent(all.inside_r68),
            kept: (0.65..=0.71).contains(&all.inside_r68),
        },
        Promise {
            what: "93 to 97 % of truths inside r95",
            measured: percent(all.inside_r95),
            kept: (0.93..=0.97).contains(&all.inside_r95),
        },
    ]
}

/// The table as text.
pub(super) fn print(lines: &[Line], rates: &Rates, town: &Town, n_reports: usize) -> String {
    let head = [
        "slice", "asked", "answered", "p50 m", "p68 m", "p90 m", "p95 m", "in r68", "in r95",
        "r95 m", "floor",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for line in lines {
        let metres = |m: f64| format!("{m:.1}");
        let percent = |share: f64| format!("{:.1}%", 100.0 * share);
        let mut row = vec![line.slice.clone(), line.asked.to_string(), line.answered.to_string()];
        row.extend([line.p50_m, line.p68_m, line.p90_m, line.p95_m].map(metres));
        row.extend([percent(line.inside_r68), percent(line.inside_r95)]);
        row.extend([metres(line.median_r95_m), percent(line.floor_right)]);
        rows.push(row);
    }
    let count = |n: usize| table::grouped(u64::try_from(n).unwrap_or(0));
    let truth = count(town.transmitters.len());
    format!(
        "\ntown of seed {}: {truth} transmitters, {} reports, other phones' scans with known truth\n\n\
         {}\n{:.0} reports/s acknowledged on disk, {:.0} queries/s answered, a new report shows in \
         answers after {:.0} ms\n",
        town.config.seed,
        count(n_reports),
        table::table(&rows),
        rates.reports_per_s,
        rates.queries_per_s,
        rates.fresh_ms,
    )
}

/// The promises as text.
pub(super) fn print_promises(promises: &[Promise]) -> String {
    let lines: Vec<String> = promises
        .iter()
        .map(|p| {
            let word = if p.kept { "kept" } else { "MISSED" };
            format!("{word:6}  {}: {}", p.what, p.measured)
        })
        .collect();
    lines.join("\n")
}

/// The `share`-quantile of sorted values, by linear interpolation; 0 of none.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    #[expect(clippy::cast_precision_loss, reason = "a count of queries")]
    let at = share * last as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the last index"
    )]
    let low = at as usize;
    let high = (low + 1).min(last);
    (sorted[high] - sorted[low]).mul_add(at.fract(), sorted[low])
}

fn share(part: usize, whole: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of queries")]
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate_and_nothing_is_zero() {
        assert!((quantile(&[1.0, 2.0, 3.0], 0.5) - 2.0).abs() < 1e-9);
        assert!((quantile(&[1.0, 2.0], 0.5) - 1.5).abs() < 1e-9);
        assert!(quantile(&[], 0.5).abs() < 1e-9);
    }

    #[test]
    fn a_slice_without_answers_keeps_no_promise() {
        let table = table(&[]);
        assert!(promises(&table).iter().all(|promise| !promise.kept));
    }
}
