//! The page of a run.

use super::drawn::{drawings, worst_cases};
use crate::data::Table;
use crate::evaluate::{Scores, Slice};
use crate::run::{Run, class_counts, gap};
use std::fmt::Write as _;

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

fn origin(page: &mut String, run: &Run, table: &Table) {
    let pedigree = &run.model.pedigree;
    page.push_str("<h2>Origin</h2><table>");
    let imported = pedigree.imported.as_ref().map(|it| format!("{} {}", it.format, it.digest));
    let counts = class_counts(run.model.spec(), table);
    for (name, value) in [
        ("spec", pedigree.spec_id.clone()),
        ("data set", pedigree.data_id.clone()),
        ("features", pedigree.feature_hash.clone()),
        ("code", pedigree.code.clone()),
        ("seed", pedigree.seed.to_string()),
        ("compared with champion", pedigree.champion.clone().unwrap_or_else(|| "none".to_owned())),
        ("made of", format!("{}, {} steps a row", run.model.shape(), run.model.size().n_steps)),
        ("trained elsewhere, file", imported.unwrap_or_else(|| "no".to_owned())),
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

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\'', "&#39;")
}

pub(super) fn add(page: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _never_fails = page.write_fmt(what);
}
