//! The drawings of a run's page: calibration, errors, worst cases.

use super::html::add;
use super::svg;
use crate::calibrate::LEVELS;
use crate::data::Table;
use crate::fit::Word;
use crate::run::{Run, worst};
use cairn_ground::{Confidence, LocalFrame};

/// Worst cases that are drawn and listed.
const WORST: usize = 40;
/// Points of a curve.
const CURVE: usize = 100;

pub(super) fn drawings(page: &mut String, run: &Run, table: &Table) {
    page.push_str("<h2>Calibration</h2><div class='two'>");
    let points = calibration(run, table);
    page.push_str(&svg::line(&points, (1.0, 1.0), ("promised", "found"), true));
    let mut errors: Vec<f64> = run.losses.iter().map(|it| it.loss).collect();
    if run.model.spec().label.classes.is_empty()
        && matches!(run.words.first(), Some(Word::Radii(_)))
    {
        errors = table.labels().iter().map(|error_m| f64::from(*error_m)).collect();
    }
    errors.sort_unstable_by(f64::total_cmp);
    let most = quantile(&errors, 0.98).max(1e-6);
    let curve = (0..=CURVE).map(|step| step as f64 / CURVE as f64);
    let curve: Vec<(f64, f64)> = curve.map(|share| (quantile(&errors, share), share)).collect();
    page.push_str(&svg::line(&curve, (most, 1.0), ("error or loss", "share of rows"), false));
    page.push_str("</div>");
}

/// Promised shares and those found: of radii by level, of classes and choices by tenths of confidence.
fn calibration(run: &Run, table: &Table) -> Vec<(f64, f64)> {
    if matches!(run.words.first(), Some(Word::Radii(_))) {
        let overall = &run.model.pedigree.evaluation.overall;
        let found = |level: &f64| overall.get(&format!("inside_r{:.0}", 100.0 * level)).copied();
        return LEVELS.iter().filter_map(|level| Some((*level, found(level)?))).collect();
    }
    let mut tenths = [(0.0, 0.0, 0.0); 10];
    let mut note = |p: f64, was_so: bool| {
        let of = &mut tenths[((10.0 * p) as usize).min(9)];
        *of = (of.0 + p, of.1 + f64::from(u8::from(was_so)), of.2 + 1.0);
    };
    for (word, label) in run.words.iter().zip(table.labels()) {
        match word {
            Word::Odds(odds) => {
                odds.iter().enumerate().for_each(|(class, p)| note(*p, *label as usize == class));
            }
            Word::Chosen(p) => note(*p, *label > 0.5),
            Word::Radii(_) => {}
        }
    }
    let seen = tenths.into_iter().filter(|(.., n)| *n > 0.0);
    seen.map(|(p, so, n)| (p / n, so / n)).collect()
}

fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = (share * sorted.len().saturating_sub(1) as f64).round() as usize;
    sorted.get(at).copied().unwrap_or(0.0)
}

pub(super) fn worst_cases(page: &mut String, run: &Run, table: &Table) {
    let rows = worst(&run.losses, WORST);
    let Some(row) = rows.first() else { return };
    page.push_str("<h2>Worst cases</h2><div class='two'>");
    if let Some(middle) = table.place(*row) {
        let frame = LocalFrame::at(middle);
        let at = |row: &usize| {
            let enu = frame.enu_from_latlng(table.place(*row)?);
            let near = enu.east_m.hypot(enu.north_m) < 50_000.0;
            near.then_some((enu.east_m, enu.north_m, f64::from(table.labels()[*row])))
        };
        let places: Vec<(f64, f64, f64)> = rows.iter().filter_map(at).collect();
        page.push_str(&svg::places(&places));
    }
    page.push_str("<table><tr><th>row</th><th>label</th><th>told</th></tr>");
    for row in rows.iter().take(WORST / 2) {
        add(
            page,
            format_args!(
                "<tr><td>{row}</td><td>{:.1}</td><td>{}</td></tr>",
                table.labels()[*row],
                told(&run.words[*row]),
            ),
        );
    }
    page.push_str("</table></div>");
}

fn told(word: &Word) -> String {
    match word {
        Word::Radii(radii_m) => {
            let at = |level: Confidence| radii_m[level as usize];
            format!("r68 {:.0} m, r95 {:.0} m", at(Confidence::P68), at(Confidence::P95))
        }
        Word::Odds(odds) => {
            odds.iter().map(|p| format!("{p:.2}")).collect::<Vec<String>>().join(" / ")
        }
        Word::Chosen(p) => format!("{p:.2}"),
    }
}
