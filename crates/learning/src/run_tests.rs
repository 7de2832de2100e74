//! A run: the same bytes every time, promises kept on rows it never saw, broken models stopped.

use super::*;
use crate::calibrate::LEVELS;
use crate::report::{card, html};
use crate::test_support::{ran, settings, spec, table};

#[test]
fn two_runs_give_the_same_bytes_with_any_number_of_threads() {
    // invariant: L1
    let spec = spec(&[]);
    let table = table(&spec, |error_m| error_m);
    let of = |n_threads| run(&spec, &table, &RunSettings { n_threads, ..settings() }).unwrap();
    let (one, again) = (of(1), of(3));
    assert_eq!(one.bytes, again.bytes);
    assert_eq!(one.id, again.id);
    assert_eq!(html(&one, &table), html(&again, &table));
    assert_eq!(card(&one), card(&again));
}

#[test]
fn promises_hold_on_rows_the_forests_never_saw_and_are_narrower_than_the_maps() {
    for heads in ["scale", "quantiles"] {
        let run = ran(&[&format!("training.heads={heads}"), "serving.steps_max=4000"]);
        let evaluation = &run.model.pedigree.evaluation;
        for level in LEVELS {
            let found = evaluation.metric(&format!("inside_r{:.0}", 100.0 * level)).unwrap();
            assert!((found - level).abs() < 0.025, "{heads} {level}: {found}");
        }
        let (with, without) =
            (&evaluation.overall["pinball_m"], &evaluation.without_model["pinball_m"]);
        assert!(with < without, "{heads}: {with} against {without}");
        let failed = run.model.pedigree.failed();
        assert!(failed.is_empty(), "{failed:?}");
    }
}

#[test]
fn a_model_of_positions_off_or_radii_halved_is_stopped_by_the_gates() {
    // invariant: L4
    let spec = spec(&[]);
    let good = table(&spec, |error_m| error_m);
    let off = table(&spec, |error_m| error_m.hypot(200.0));
    let run = run(&spec, &good, &settings()).unwrap();
    let asked = |model: &Model, table: &Table| -> Vec<Word> {
        (0..table.n_rows()).map(|row| model.word(table.row(row))).collect()
    };
    let mut halved = run.model.clone();
    halved.terms.radial = halved.terms.radial.map(|factor| factor / 2.0);
    let clean = Evaluation::of(&spec, &good, &run.words);
    for (what, words, table) in
        [("halved", asked(&halved, &good), &good), ("off", asked(&run.model, &off), &off)]
    {
        let evaluation = Evaluation::of(&spec, table, &words);
        let losses = unit_losses(table, &words);
        let against = Against {
            losses: &losses,
            champion: Some(&run.losses),
            poisoned: &clean,
            is_given: false,
            size: run.model.size(),
            n_bytes: 1,
        };
        let verdicts = judge(&spec, table, &evaluation, &against);
        let failed: Vec<_> = verdicts.iter().filter(|it| !it.is_passed).collect();
        let is_named = |name: &str, slice: Option<&str>| {
            failed.iter().any(|it| it.gate == name && it.slice.as_deref() == slice)
        };
        assert!(is_named("calibration of inside_r95", None), "{what}: {failed:?}");
        assert!(is_named("inside_r95", Some("set=town")), "{what}: {failed:?}");
        assert!(is_named("non-inferior to the champion", None), "{what}: {failed:?}");
    }
}

#[test]
fn liars_among_a_tenth_of_the_contributors_are_borne() {
    let run = ran(&[]);
    let name = "robustness to poisoned labels";
    let found = run.model.pedigree.verdicts.iter().find(|it| it.gate == name).unwrap();
    assert!(found.is_passed && found.found > 0.0, "{found:?}");
}

#[test]
fn a_spec_of_another_task_is_refused() {
    let radius = spec(&[]);
    let floor = TaskSpec::parse(crate::spec::builtin("floor").unwrap(), &[]).unwrap();
    let said = run(&floor, &table(&radius, |it| it), &settings()).unwrap_err().to_string();
    assert!(said.contains("table of task radius for a spec of task floor"), "{said}");
}

#[test]
fn the_page_and_the_card_name_every_slice_and_gate() {
    let run = ran(&[]);
    let page = html(&run, &table(run.model.spec(), |error_m| error_m));
    let card = card(&run);
    for text in ["set=town", "method=wifi", "known=2", "inside_r95", "strongest_dbm", "Worst cases"]
    {
        assert!(page.contains(text), "{text}");
    }
    assert!(card.contains("passed: robustness") && card.contains(&run.model.pedigree.data_id));
}
