//! Models by the command line: trained twice alike, judged, promoted, gone back from.

use crate::support::{cairn, said};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::SystemTime;

/// A run of a task on a small town.
fn run(models: &Path, task: &str, more: &[&str]) -> Output {
    let models = models.to_str().unwrap();
    let small = ["--transmitters", "600", "--reports", "2500", "--rows", "600", "--draft"];
    let quick = ["--set", "training.booster.rounds=8", "--set", "split.folds=3"];
    cairn(&[&["learn", "run", task, "--models", models], &small[..], &quick[..], more].concat())
}

/// What is said of a run whether it passes its gates or not.
fn told(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.code().is_some_and(|code| code < 2), "{output:?}");
    assert!(text.contains("report: "), "{output:?}");
    text
}

/// The only run's folder.
fn folder(models: &Path) -> PathBuf {
    let mut runs = fs::read_dir(models.join("runs")).unwrap();
    let first = runs.next().unwrap().unwrap().path();
    assert!(runs.next().is_none());
    first
}

/// The line that begins so.
fn line<'a>(text: &'a str, head: &str) -> &'a str {
    text.lines()
        .find_map(|line| line.strip_prefix(head))
        .unwrap_or_else(|| panic!("{head}: {text}"))
}

#[test]
fn every_spec_runs_from_a_town_and_a_second_run_gives_the_same_bytes() {
    for task in ["radius", "mobility", "floor", "motion"] {
        let [one, two] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let first = told(&run(one.path(), task, &[]));
        let second = told(&run(two.path(), task, &["--threads", "1"]));
        assert_eq!(line(&first, "run "), line(&second, "run "));
        let (one, two) = (folder(one.path()), folder(two.path()));
        for file in
            ["model.cairn", "report.html", "card.md", "run.json", "losses.json", "spec.toml"]
        {
            let same = fs::read(one.join(file)).unwrap() == fs::read(two.join(file)).unwrap();
            assert!(same, "{task}: {file}");
        }
        let report = fs::read_to_string(one.join("report.html")).unwrap();
        assert!(
            report.contains("Gates") && report.contains("of flattery") && report.contains("set=")
        );
    }
}

#[test]
fn a_model_that_fails_a_gate_stays_out_and_one_that_passes_is_promoted_and_gone_back_from() {
    let models = tempfile::tempdir().unwrap();
    let at = ["--models", models.path().to_str().unwrap()];
    let verb = |more: &[&str]| cairn(&[&["model"], more, &at[..]].concat());
    let strict = ["--set", "gates.calibration_within=0.001", "--set", "serving.p99_us=0.1"];
    let strict = run(models.path(), "motion", &strict);
    assert_eq!(strict.status.code(), Some(1), "{strict:?}");
    assert!(told(&strict).contains("gate not passed: calibration of overconfidence in all rows"));
    let slow = "gate not passed: latency, microseconds a row, in all rows";
    assert!(told(&strict).contains(slow), "{strict:?}");
    let bounds = "gates.bound=[{metric='log_loss', at_most=9.0}, {metric='right_share', at_least=0.3}, \
                  {metric='right_share', slice='set', at_least=0.3}, \
                  {metric='right_share', slice='class', at_least=0.01}]";
    let lenient = [
        "--set",
        bounds,
        "--set",
        "gates.calibration_within=0.2",
        "--set",
        "slices.rows_min=100000",
        "--set",
        "training.booster.rounds=40",
    ];
    let first = said(&run(models.path(), "motion", &lenient));
    let first = line(&first, "model: ").to_owned();
    let why = ["--why", "the first"];
    said(&verb(&[&["promote", first.get(..8).unwrap()], &why[..]].concat()));
    let more = [
        &lenient[..],
        &["--set", "training.seed=2", "--set", "gates.worse_than_champion_at_most=0.5"],
    ];
    let second = said(&run(models.path(), "motion", &more.concat()));
    let second = line(&second, "model: ").to_owned();
    said(&verb(&[&["promote", &second], &why[..]].concat()));
    let list = said(&verb(&["list"]));
    assert!(list.contains("champion") && list.contains("previous"), "{list}");
    assert!(said(&verb(&["show", "motion/previous"])).contains(&first));
    assert!(
        said(&verb(&["rollback", "motion", "--why", "worse"])).contains(first.get(..16).unwrap())
    );
    assert!(said(&verb(&["verify"])).contains("5 entries, 2 models whole and signed, 0 faults"));
    let runs: Vec<String> = (fs::read_dir(models.path().join("runs")).unwrap())
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    let compared = cairn(&[&["learn", "compare", &runs[0], &runs[1]], &at[..]].concat());
    assert!(
        String::from_utf8_lossy(&compared.stdout).contains(" contributors; mean loss "),
        "{compared:?}"
    );
    let file = models.path().join(format!("registry/models/{second}.model"));
    let mut bytes = fs::read(&file).unwrap();
    bytes[60] ^= 1;
    fs::write(&file, bytes).unwrap();
    let verified = verb(&["verify"]);
    assert_eq!(verified.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&verified.stdout).contains("it was changed"));
}

#[test]
fn a_sweep_that_stopped_goes_on_and_runs_nothing_twice() {
    let models = tempfile::tempdir().unwrap();
    let sweep = |budget: &str, over: &str| {
        let at = ["--models", models.path().to_str().unwrap()];
        let small = ["--transmitters", "600", "--reports", "2500", "--rows", "600", "--draft"];
        let quick = ["--set", "training.booster.rounds=4", "--set", "split.folds=3"];
        let how = ["--over", over, "--budget-runs", budget];
        cairn(&[&["learn", "sweep", "motion"], &at[..], &small, &quick, &how].concat())
    };
    let stamps = || -> BTreeMap<PathBuf, SystemTime> {
        let runs = fs::read_dir(models.path().join("runs")).unwrap();
        runs.map(|run| run.unwrap().path().join("timing.json"))
            .map(|path| (path.clone(), fs::metadata(path).unwrap().modified().unwrap()))
            .collect()
    };
    let over = "training.booster.rate=0.05,0.2,0.3";
    let first = sweep("2", over);
    let text = String::from_utf8_lossy(&first.stdout).into_owned();
    assert!(text.contains("the spec as it is") && text.lines().count() == 4, "{first:?}");
    let before = stamps();
    // One that did not finish is run again.
    let unfinished = before.keys().next().unwrap();
    fs::remove_file(unfinished).unwrap();
    let second = sweep("4", over);
    let text = String::from_utf8_lossy(&second.stdout).into_owned();
    assert!(["=0.05 ", "=0.2 ", "=0.3 "].iter().all(|rate| text.contains(rate)), "{second:?}");
    let after = stamps();
    assert_eq!((before.len(), after.len()), (2, 4));
    let same = before.iter().filter(|(path, stamp)| after[*path] == **stamp).count();
    assert_eq!(same, 1, "one was there already, one had not finished");
    for (over, words) in [
        ("training.nonsense=1,2", "training.nonsense"),
        ("training.booster.rounds", "write a key of the spec and its values"),
    ] {
        let refused = sweep("3", over);
        assert!(!refused.status.success() && refused.stdout.is_empty(), "{refused:?}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains(words), "{refused:?}");
    }
    assert_eq!(stamps().len(), 4, "nothing is trained for a sweep that is refused");
}

#[test]
fn what_is_wrong_with_a_spec_or_a_data_set_is_said_and_nothing_is_trained() {
    let models = tempfile::tempdir().unwrap();
    for (more, words) in [
        (vec!["--set", "split.by=[\"week\"]"], "the split would leak"),
        (vec!["--set", "slices.mandatory=[\"set\"]"], "slices.mandatory lacks \"class\""),
        (vec!["--set", "features.use=[\"step_length\"]"], "names \"step_length\""),
        (vec!["--expect-data", &"0".repeat(64)], "the data set is"),
    ] {
        let refused = run(models.path(), "motion", &more);
        let text = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(2), "{text}");
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(fs::read_dir(models.path().join("runs")).unwrap().next().is_none());
    let missing = cairn(&["learn", "--data", "nowhere"]);
    assert!(String::from_utf8_lossy(&missing.stderr).contains("--partition"), "{missing:?}");
}
