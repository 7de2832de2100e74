//! A spec that does not say everything, or says what is not so, is refused by name.

use super::*;

fn radius() -> String {
    builtin("radius").unwrap().to_owned()
}

fn refused(text: &str) -> String {
    TaskSpec::parse(text, &[]).unwrap_err().to_string()
}

/// The spec with one text in place of another, which is there.
fn with(old: &str, new: &str) -> String {
    let text = radius();
    assert!(text.contains(old), "{old}");
    text.replacen(old, new, 1)
}

#[test]
fn the_specs_that_come_with_the_program_are_sound_and_differ() {
    let specs: Vec<TaskSpec> =
        BUILTIN.iter().map(|(_, text)| TaskSpec::parse(text, &[]).unwrap()).collect();
    for ((name, _), spec) in BUILTIN.iter().zip(&specs) {
        assert_eq!(spec.task.name(), *name);
        assert_eq!(TaskSpec::parse(&spec.canonical(), &[]).unwrap().id(), spec.id());
    }
    let mut ids: Vec<SpecId> = specs.iter().map(TaskSpec::id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}

#[test]
fn the_id_is_of_what_is_said_and_not_of_how_it_is_written() {
    let id = |text: &str| TaskSpec::parse(text, &[]).unwrap().id();
    assert_eq!(id(&radius()), id(&radius().replace(" = ", "   =  ")));
    assert_ne!(id(&radius()), id(&with("rounds = 80", "rounds = 81")));
}

#[test]
fn a_missing_gate_or_slice_is_named() {
    let gate = "[[gates.bound]]\nmetric = \"pinball_m\"\nat_most = 200.0\n";
    assert!(refused(&with(gate, "")).contains("no gates.bound bounds \"pinball_m\" over all rows"));
    let slice = "[[gates.bound]]\nmetric = \"inside_r95\"\nslice = \"known\"\nat_least = 0.88\n";
    assert!(refused(&with(slice, "")).contains("looks at the mandatory slice \"known\""));
    let said = refused(&with("\"set\", \"method\", \"known\"", "\"set\", \"method\""));
    assert!(said.contains("slices.mandatory lacks \"known\""), "{said}");
    let said = refused(&with("calibration_within = 0.03\n", ""));
    assert!(said.contains("missing field `calibration_within`"), "{said}");
    let said = refused(&with("at_most = 200.0\n", ""));
    assert!(said.contains("neither at_least nor at_most"), "{said}");
}

#[test]
fn an_unknown_feature_metric_slice_or_key_is_named_with_what_there_is() {
    let said = refused(&with("\"n_heard\"", "\"n_herd\""));
    assert!(said.contains("\"n_herd\"") && said.contains("n_heard, n_known"), "{said}");
    assert!(refused(&with("\"n_heard\"", "\"n_known\"")).contains("twice"));
    let said = refused(&with("name = \"pinball_m\"", "name = \"rmse\""));
    assert!(said.contains("\"rmse\"") && said.contains("inside_r95"), "{said}");
    let said = refused(&with("slice = \"known\"", "slice = \"region\""));
    assert!(said.contains("the slice \"region\""), "{said}");
    assert!(refused(&with("folds = 5", "fold = 5")).contains("unknown field `fold`"));
    let robust = "poisoned_share = 0.1\npoisoned_metric = \"log_loss\"";
    let said = refused(&with("poisoned_share = 0.1", robust));
    assert!(said.contains("gates.poisoned_metric") && said.contains("pinball_m, "), "{said}");
}

#[test]
fn a_leaking_split_is_refused() {
    for missing in ["contributor", "week", "h3-block"] {
        let by = ["contributor", "week", "h3-block"];
        let kept: Vec<String> =
            by.iter().filter(|by| **by != missing).map(|by| format!("{by:?}")).collect();
        let text = with(
            "by = [\"contributor\", \"week\", \"h3-block\"]",
            &format!("by = [{}]", kept.join(", ")),
        );
        let said = refused(&text);
        assert!(said.contains(missing) && said.contains("leak"), "{said}");
    }
}

#[test]
fn numbers_out_of_their_range_are_refused() {
    for (old, new, key) in [
        ("folds = 5", "folds = 1", "split.folds"),
        ("rounds = 80", "rounds = 100000", "training.booster.rounds"),
        ("rate = 0.08", "rate = 0.0", "training.booster.rate"),
        ("poisoned_share = 0.1", "poisoned_share = 0.01", "gates.poisoned_share"),
        ("rate = 0.08", "rate = nan", "training.booster.rate"),
    ] {
        assert!(refused(&with(old, new)).contains(key), "{key}");
    }
    assert!(refused(&with("schema = 1", "schema = 2")).contains("schema 2"));
    assert!(refused(&with("kind = \"size\"", "kind = \"class\"")).contains("does not fit"));
    assert!(refused(&format!("{}\n#{}", radius(), " ".repeat(70_000))).contains("at most 65536"));
}

#[test]
fn a_setting_replaces_what_is_there_and_nothing_else() {
    let set = |set: &str| TaskSpec::parse(&radius(), &[set.to_owned()]);
    assert_eq!(set("training.booster.rounds=7").unwrap().training.booster.rounds, 7);
    assert!((set("training.booster.rate=1").unwrap().training.booster.rate - 1.0).abs() < 1e-9);
    assert_eq!(
        set("training.heads=quantiles").unwrap().training.heads,
        super::super::Heads::Quantiles
    );
    for (set_this, said) in [
        ("training.rounds=7", "no such key"),
        ("training.booster.rounds=fast", "another kind"),
        ("schema.x=1", "no table"),
        ("nonsense", "key=value"),
    ] {
        assert!(set(set_this).unwrap_err().to_string().contains(said), "{set_this}");
    }
}
