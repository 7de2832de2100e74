//! A model's card: what it is for, what it learned from, how good it is and where it is not. Generated, never
//! written by hand.

use crate::evaluate::{Slice, Verdict};
use crate::run::{Run, gap};

/// The card, in Markdown.
pub fn card(run: &Run) -> String {
    let (spec, pedigree) = (run.model.spec(), &run.model.pedigree);
    let evaluation = &pedigree.evaluation;
    let main = spec.main_metric();
    let mut lines = vec![
        format!("# Model card: {}, run {}", spec.task.name(), run.id),
        String::new(),
        format!("{}.", spec.summary),
        String::new(),
        format!(
            "- **Predicts** `{}` ({}), known {} days later from: {}.",
            spec.label.name, spec.label.unit, spec.label.delay_days, spec.label.source
        ),
        format!("- **Without it**: {}.", spec.fallback.without_model),
        format!("- **Rows may say of people**: {:?}.", spec.privacy.class),
        format!(
            "- **Learned from** {} rows of {} contributors, data set `{}`:",
            evaluation.n_rows, evaluation.n_contributors, pedigree.data_id
        ),
    ];
    lines.extend(pedigree.sources.iter().map(|it| format!("  - {} (sees {})", it.name, it.sees)));
    lines.extend(pedigree.imported.iter().map(|it| {
        format!(
            "- **Trained elsewhere**: {} file `{}`. Whether it learned from these rows is not known here, and liars taught \
             its terms alone.",
            it.format, it.digest
        )
    }));
    lines.extend([
        format!("- **Made of** {}.", run.model.shape()),
        format!(
            "- **Made by** {}, spec `{}`, features `{}`, seed {}.",
            pedigree.code, pedigree.spec_id, pedigree.feature_hash, pedigree.seed
        ),
        format!(
            "- **An honest split** gives {} {:.4}, a careless one {:.4} ({:+.1} %).",
            main.name,
            pedigree.flattery.honest,
            pedigree.flattery.random,
            -100.0 * gap(spec, &pedigree.flattery)
        ),
        String::new(),
        "## How good".to_owned(),
        String::new(),
    ]);
    let metrics = evaluation.overall.iter().map(|(name, value)| format!("- {name}: {value:.4}"));
    lines.extend(metrics);
    lines.extend([String::new(), "## Where it is worst".to_owned(), String::new()]);
    let mut judged: Vec<&Slice> = evaluation.slices.iter().filter(|it| it.is_judged).collect();
    let of = |slice: &Slice| slice.metrics.get(&main.name).copied().unwrap_or(0.0);
    judged.sort_by(|a, b| of(b).total_cmp(&of(a)));
    lines.extend(judged.into_iter().take(3).map(|slice| {
        format!(
            "- {}={}: {} {:.4} over {} rows",
            slice.dimension,
            slice.value,
            main.name,
            of(slice),
            slice.n_rows
        )
    }));
    lines.extend([String::new(), "## Gates".to_owned(), String::new()]);
    lines.extend(pedigree.verdicts.iter().map(gate));
    lines.join("\n") + "\n"
}

fn gate(verdict: &Verdict) -> String {
    let word = if verdict.is_passed { "passed" } else { "FAILED" };
    let slice = verdict.slice.as_deref().unwrap_or("all rows");
    format!("- {word}: {} in {slice}: {:.4} ({})", verdict.gate, verdict.found, verdict.bound)
}
