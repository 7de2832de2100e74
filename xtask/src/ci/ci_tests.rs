//! Tests of the run: which steps are chosen, what a failure counts as, when time is up.

use anyhow::bail;

use super::*;

fn options(only: &[&str], from: Option<&str>) -> Options {
    let only = only.iter().map(ToString::to_string).collect();
    Options { only, from: from.map(str::to_owned), list: false }
}

fn names(options: &Options) -> Vec<&'static str> {
    chosen(options).iter().map(|step| step.name).collect()
}

fn step(run: fn(&Repo, &mut Job) -> Result<Done>) -> Step {
    Step { name: "planted", what: "a planted step", limit: Duration::from_secs(30), run }
}

fn summary_of(run: fn(&Repo, &mut Job) -> Result<Done>) -> Summary {
    let mut summary = Summary::default();
    summary.run(&Repo::find().unwrap(), &step(run));
    summary
}

#[test]
fn all_steps_run_by_default_the_cheap_ones_first() {
    let all = names(&options(&[], None));
    assert_eq!(all.len(), STEPS.len());
    assert_eq!(all[..3], ["install", "fmt", "tidy"]);
}

#[test]
fn only_and_from_choose() {
    assert_eq!(names(&options(&["tidy", "fmt"], None)), ["fmt", "tidy"]);
    let last = STEPS[STEPS.len() - 1].name;
    assert_eq!(names(&options(&[], Some(last))), [last]);
}

#[test]
fn a_step_that_fails_without_a_test_counts_as_one_failure() {
    let summary = summary_of(|_, _| bail!("no"));
    assert_eq!(summary.tally.to_string(), "0 passed, 1 failed");
    assert_eq!(summary.failure.as_deref(), Some("step planted failed: no"));
}

#[test]
fn failed_tests_are_counted_once() {
    let summary = summary_of(|repo, job| {
        let text = "echo 'test result: FAILED. 3 passed; 2 failed; 1 ignored'; exit 101";
        job.run_tests(repo.command("sh").args(["-c", text]))
    });
    assert_eq!(summary.tally.to_string(), "3 passed, 2 failed, 1 skipped");
    assert!(summary.failure.is_some());
}

#[test]
fn failed_tests_fail_the_step_even_if_the_runner_exits_well() {
    let summary = summary_of(|repo, job| {
        job.run_tests(repo.command("echo").arg("test result: FAILED. 0 passed; 1 failed"))
    });
    assert!(summary.failure.is_some());
}

#[test]
fn a_skipped_step_is_not_a_failure() {
    let summary = summary_of(|_, _| Ok(Done::Skipped("nothing here".into())));
    assert!(summary.failure.is_none());
    assert_eq!(summary.rows, ["skipped  planted     nothing here"]);
}

#[test]
fn a_step_past_its_time_says_which_and_how_long() {
    let mut summary = Summary::default();
    let mut slow = step(|repo, job| job.run(repo.command("sleep").arg("30")));
    slow.limit = Duration::from_millis(100);
    summary.run(&Repo::find().unwrap(), &slow);
    let failure = summary.failure.unwrap();
    assert!(failure.contains("step planted") && failure.contains("timed out"), "{failure}");
}
