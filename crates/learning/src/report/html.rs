//! The page of a run.

use super::svg;
use crate::calibrate::LEVELS;
use crate::data::Table;
use crate::evaluate::{Scores, Slice};
use crate::fit::Word;
use crate::run::{Run, class_counts, gap, worst};
use cairn_ground::{Confidence, LocalFrame};
use std::fmt::Write as _;

/// Worst cases that are drawn and listed.
const WORST: usize = 40;
/// Points of a curve.
const CURVE: usize = 100;

/// How it looks.
const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse;margin:.5rem 0 1.5rem}td,th{padding:.2rem .7rem;border-bottom:1px solid #ddd;\
text-align:right}td:first-child,th:first-child{text-align:left}.no{color:#b00020;font-weight:600}.ok{color:#18763a}\
.few{color:#888}svg text{font-size:12px;fill:#444}.two{display:flex;flex-wrap:wrap;gap:2rem}code{font-size:13px}";

/// The page.
pub fn html(run: &Run, table: &Table) -> String {
    let pedigree = &run.model.pedigree;
    let spec = run.model.spec();
    let failed = pedigree.failed().len();
    let mut page = format!(
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>{task} {run}</title><style>{STYLE}</style>\
         <h1>{task}, run {run}</h1><p>{}</p>",
        escape(&spec.summary),
        task = spec.task.name(),
        run = run.id,
    );
    let verdict =
        if failed == 0 { "<b class='ok'>passes every gate</b>" } else { "<b class='no'>fails</b>" };
    add(
        &mut page,
        format_args!(
            "<p>This model {verdict} ({} of {} gates). {} rows of {} contributors.</p>",
            pedigree.verdicts.len() - failed,
            pedigree.verdicts.len(),
            pedigree.evaluation.n_rows,
            pedigree.evaluation.n_contributors,
        ),
    );
    gates(&mut page, run);
    slices(&mut page, run);
    drawings(&mut page, run, table);
    importance(&mut page, run);
    worst_cases(&mut page, run, table);
    origin(&mut page, run, table);
    page + "</html>\n"
}

fn gates(page: &mut String, run: &Run) {
    page.push_str("<h2>Gates</h2><table><tr><th>gate</th><th>slice</th><th>found</th><th>bound</th><th></th></tr>");
    for verdict in &run.model.pedigree.verdicts {
        let (class, word) = if verdict.is_passed { ("ok", "passed") } else { ("no", "failed") };
        add(
            page,
            format_args!(
                "<tr><td>{}</td><td>{}</td><td>{:.4}</td><td>{}</td><td class='{class}'>{word}</td></tr>",
                escape(&verdict.gate),
                escape(verdict.slice.as_deref().unwrap_or("all rows")),
                verdict.found,
                escape(&verdict.bound),
            ),
        );
    }
    page.push_str("</table>");
}

fn slices(page: &mut String, run: &Run) {
    let evaluation = &run.model.pedigree.evaluation;
    page.push_str("<h2>Slices</h2>");
    metric_table(page, &evaluation.overall, &evaluation.slices);
    let flattery = run.model.pedigree.flattery;
    let spec = run.model.spec();
    add(
        page,
        format_args!(
            "<p>Dealt row by row instead of by contributor and week, {} would look like {:.4} instead of {:.4}: \
         {:.1} % of flattery.</p>",
            spec.main_metric().name,
            flattery.random,
            flattery.honest,
            100.0 * gap(spec, &flattery),
        ),
    );
    if !evaluation.without_model.is_empty() {
        page.push_str("<h2>The same rows by the map's own promise, without a model</h2>");
        metric_table(page, &evaluation.without_model, &evaluation.without_model_slices);
    }
}

fn metric_table(page: &mut String, overall: &Scores, slices: &[Slice]) {
    page.push_str("<table><tr><th>slice</th><th>rows</th><th>contributors</th>");
    for name in overall.keys() {
        add(page, format_args!("<th>{}</th>", escape(name)));
    }
    page.push_str("</tr><tr><td>all</td><td></td><td></td>");
    for value in overall.values() {
        add(page, format_args!("<td>{value:.3}</td>"));
    }
    page.push_str("</tr>");
    for slice in slices {
        add(
            page,
            format_args!(
                "<tr class='{}'><td>{}={}</td><td>{}</td><td>{}</td>",
                if slice.is_judged { "" } else { "few" },
                escape(&slice.dimension),
                escape(&slice.value),
                slice.n_rows,
                slice.n_contributors,
            ),
        );
        for name in overall.keys() {
            let value = slice.metrics.get(name).copied().unwrap_or(f64::NAN);
            add(page, format_args!("<td>{value:.3}</td>"));
        }
        page.push_str("</tr>");
    }
    page.push_str("</table>");
}

fn drawings(page: &mut String, run: &Run, table: &Table) {
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

fn importance(page: &mut String, run: &Run) {
    page.push_str(
        "<h2>Features</h2><table><tr><th>feature</th><th>share of gains</th><th></th></tr>",
    );
    let names = &run.model.spec().features.names;
    let mut ranked: Vec<(&String, &f64)> =
        names.iter().zip(&run.model.pedigree.importance).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(a.1));
    for (name, share) in ranked {
        add(
            page,
            format_args!(
                "<tr><td>{}</td><td>{:.1} %</td><td><svg width='220' height='10'><rect width='{:.0}' height='10' \
             fill='#0a58ca'/></svg></td></tr>",
                escape(name),
                100.0 * share,
                220.0 * share,
            ),
        );
    }
    page.push_str("</table>");
}

fn worst_cases(page: &mut String, run: &Run, table: &Table) {
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

fn origin(page: &mut String, run: &Run, table: &Table) {
    let pedigree = &run.model.pedigree;
    page.push_str("<h2>Origin</h2><table>");
    let size = run.model.size();
    let counts = class_counts(run.model.spec(), table);
    for (name, value) in [
        ("spec", pedigree.spec_id.clone()),
        ("data set", pedigree.data_id.clone()),
        ("features", pedigree.feature_hash.clone()),
        ("code", pedigree.code.clone()),
        ("seed", pedigree.seed.to_string()),
        ("compared with champion", pedigree.champion.clone().unwrap_or_else(|| "none".to_owned())),
        (
            "trees, nodes, steps a row",
            format!("{}, {}, {}", size.n_trees, size.n_nodes, size.n_steps),
        ),
        ("labels", format!("{counts:?}")),
    ] {
        add(page, format_args!("<tr><td>{name}</td><td><code>{}</code></td></tr>", escape(&value)));
    }
    for source in &pedigree.sources {
        add(
            page,
            format_args!(
                "<tr><td>{} (sees {})</td><td><code>{}</code></td></tr>",
                escape(&source.name),
                escape(&source.sees),
                escape(&source.digest),
            ),
        );
    }
    page.push_str("</table>");
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\'', "&#39;")
}

fn add(page: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _never_fails = page.write_fmt(what);
}
