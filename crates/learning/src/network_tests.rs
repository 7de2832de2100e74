//! Networks where forests were: the same run, gates, file and promises; trained by builds with the feature alone.

use crate::fit::FitError;
use crate::model::Model;
use crate::report::{card, html};
use crate::run::{Champion, RunError, RunSettings, run};
use crate::spec::TaskSpec;
use crate::test_support::{assert_damage_is_refused, given, ran, ran_given, settings, spec, table};

#[test]
fn a_network_from_elsewhere_is_judged_as_any_model_and_its_file_names_what_it_came_in() {
    let ran = ran_given();
    let pedigree = &ran.model.pedigree;
    assert!(pedigree.failed().is_empty(), "{:?}", pedigree.failed());
    assert_eq!(pedigree.imported.as_ref().unwrap().digest, "abc");
    let read = Model::from_bytes(&ran.bytes).unwrap();
    assert_eq!(read, ran.model);
    assert_eq!(read.to_bytes().unwrap(), ran.bytes);
    let robust = pedigree.verdicts.iter().find(|it| it.gate.contains("poisoned")).unwrap();
    assert!(robust.bound.contains("its terms alone"), "{robust:?}");
    let card = card(&ran);
    assert!(card.contains("Trained elsewhere") && card.contains("`abc`"), "{card}");
    let spec = spec(&["training.learner=given"]);
    assert!(html(&ran, &table(&spec, |it| it)).contains("a network 22-1 wide"));
}

#[test]
fn another_file_is_another_run() {
    let spec = spec(&["training.learner=given"]);
    let table = table(&spec, |it| it);
    let mut other = given(&spec);
    other.imported.digest = "abd".to_owned();
    let other = RunSettings { given: Some(other), ..settings() };
    assert_ne!(run(&spec, &table, &other).unwrap().id, ran_given().id);
}

#[test]
fn a_champion_from_elsewhere_is_asked_as_it_is() {
    let first = ran_given();
    let champion = Champion {
        id: "1".to_owned(),
        spec: first.model.spec().clone(),
        given: first.model.given().cloned(),
    };
    assert!(champion.given.is_some());
    let spec = spec(&[]);
    let table = table(&spec, |it| it);
    let settings = RunSettings { champion: Some(champion), ..settings() };
    let second = run(&spec, &table, &settings).unwrap();
    let said = |it: &&crate::evaluate::Verdict| it.gate.contains("champion") && it.slice.is_none();
    let verdict = second.model.pedigree.verdicts.iter().find(said).unwrap();
    assert!(verdict.found < 0.0, "a forest that knows two features more is better: {verdict:?}");
}

#[test]
fn every_truncation_and_many_flipped_bits_of_a_network_s_file_are_refused() {
    // invariant: L2
    assert_damage_is_refused(&ran_given().bytes);
}

#[test]
fn a_network_under_a_spec_of_forests_is_refused_and_so_is_one_of_another_shape() {
    let mut model = ran_given().model;
    model.pedigree = ran(&[]).model.pedigree;
    let said = Model::from_bytes(&model.to_bytes().unwrap()).unwrap_err().to_string();
    assert!(said.contains("a network where it wants forests"), "{said}");
    let spec = spec(&["training.learner=given", "training.heads=quantiles"]);
    let settings = RunSettings { given: Some(given(&spec)), ..settings() };
    let said = run(&spec, &table(&spec, |it| it), &settings).unwrap_err().to_string();
    assert!(said.contains("gives 1 scores; the spec wants (22, 4)"), "{said}");
    let nothing = RunSettings { given: None, ..settings };
    let refused = run(&spec, &table(&spec, |it| it), &nothing).unwrap_err();
    assert_eq!(refused, RunError::Fit(FitError::NotGiven));
}

#[test]
fn a_spec_that_says_nothing_of_its_learner_is_the_spec_it_was() {
    let plain = spec(&[]);
    assert!(!plain.canonical().contains("learner") && !plain.canonical().contains("network"));
    assert_eq!(spec(&["training.learner=forest"]).id(), plain.id());
    let network = spec(&["training.learner=network"]);
    assert!(network.canonical().contains("[training.network]"), "{}", network.canonical());
    assert_ne!(network.id(), plain.id());
    let again = TaskSpec::parse(&network.canonical(), &[]).unwrap();
    assert_eq!(again.id(), network.id());
    for (sets, why) in [
        (vec!["training.network.steps=9"], "is for training.learner"),
        (vec!["training.learner=network", "training.network.steps=0"], "1 to 1000000"),
        (vec!["training.learner=network", "training.network.hidden=[]"], "1 to 7"),
        (vec!["training.learner=network", "training.network.hidden=[8, 513]"], "1 to 512 each"),
        (vec!["training.learner=network", "training.network.rate=nan"], "training.network.rate"),
        (vec!["training.learner=tree"], "unknown variant"),
    ] {
        let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
        let said = TaskSpec::parse(&plain.canonical(), &sets).unwrap_err().to_string();
        assert!(said.contains(why), "{sets:?}: {said}");
    }
}

#[cfg(not(feature = "neural"))]
#[test]
fn a_build_that_trains_no_networks_says_which_does() {
    let spec = spec(&["training.learner=network"]);
    let said = run(&spec, &table(&spec, |it| it), &settings()).unwrap_err().to_string();
    assert!(said.contains("cargo build --release --features neural"), "{said}");
}

#[cfg(feature = "neural")]
#[test]
fn two_trained_networks_are_the_same_bytes_with_any_number_of_threads() {
    // invariant: L1
    let spec = spec(&["training.learner=network", "training.network.steps=60"]);
    let table = table(&spec, |it| it);
    let of = |n_threads| run(&spec, &table, &RunSettings { n_threads, ..settings() }).unwrap();
    let (one, again) = (of(1), of(2));
    assert_eq!(one.bytes, again.bytes);
    assert_eq!(one.id, again.id);
    assert!(one.model.pedigree.code.contains("networks by burn"), "{}", one.model.pedigree.code);
    assert_eq!(Model::from_bytes(&one.bytes).unwrap(), one.model);
}

#[cfg(feature = "neural")]
#[test]
fn a_trained_network_keeps_its_promises_on_rows_it_never_saw_and_they_are_narrower_than_the_maps() {
    use crate::calibrate::LEVELS;

    for heads in ["scale", "quantiles"] {
        let run = ran(&[
            &format!("training.heads={heads}"),
            "training.learner=network",
            "training.network.steps=400",
        ]);
        let evaluation = &run.model.pedigree.evaluation;
        for level in LEVELS {
            let found = evaluation.metric(&format!("inside_r{:.0}", 100.0 * level)).unwrap();
            assert!((found - level).abs() < 0.025, "{heads} {level}: {found}");
        }
        let (with, without) =
            (evaluation.overall["pinball_m"], evaluation.without_model["pinball_m"]);
        assert!(with < without, "{heads}: {with} against {without}");
        // The table's errors grow with two features alone.
        let at = |name: &str| run.model.spec().features.names.iter().position(|it| it == name);
        let importance = &run.model.pedigree.importance;
        let known = importance[at("n_used").unwrap()];
        let rest = importance[at("strongest_dbm").unwrap()];
        assert!(known > rest, "{heads}: {importance:?}");
    }
}
