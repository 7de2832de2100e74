//! Backtests by the command line, on the journal of a month in a small town.

use crate::support::{cairn, said};
use cairn_ground::Day;
use cairn_journal::{Config, Journal};
use cairn_report::{Batch, ContributorToken, SubmissionId};
use cairn_sim::{Contribution, Town, TownConfig, TrafficConfig};
use std::fs;
use std::path::Path;
use std::process::Output;

/// The third Monday of the town's month.
const DAY: &str = "2026-01-26";

/// What one contributor sent, received on the day of its last report.
fn batch(number: usize, sent: Contribution) -> Batch {
    let voice = blake3::hash(sent.nickname.as_bytes());
    let received = sent.reports.last().unwrap().timestamp().day();
    let voice = u64::from_le_bytes(*voice.as_bytes().first_chunk().unwrap());
    let mut id = [0; 16];
    id[..8].copy_from_slice(&(number as u64).to_le_bytes());
    Batch {
        id: SubmissionId(id),
        received,
        contributor: ContributorToken(voice ^ u64::from(received.get())),
        app: None,
        reports: sent.reports,
    }
}

/// A data folder whose journal holds the town's month up to a day.
fn month(data: &Path, last: Day) {
    let town = Town::generate(&TownConfig { n_transmitters_min: 600, ..TownConfig::demo() });
    let traffic = TrafficConfig { n_reports: 5_000, ..TrafficConfig::demo() };
    let (journal, _) = Journal::open(&data.join("journal"), Config::standard()).unwrap();
    let batches = town.contributions(&traffic).enumerate().map(|(n, sent)| batch(n, sent));
    for batch in batches.filter(|batch| batch.received <= last) {
        journal.append_blocking(batch).unwrap();
    }
}

fn backtest(models: &Path, data: &Path, more: &[&str]) -> Output {
    let at = ["--models", models.to_str().unwrap(), "--data", data.to_str().unwrap()];
    let quick =
        ["--teach-days", "10", "--rows", "300", "--draft", "--set", "training.booster.rounds=8"];
    cairn(&[&["learn", "backtest", "radius", "--day", DAY], &at[..], &quick[..], more].concat())
}

/// The record of the only backtest in a folder of models.
fn record(models: &Path) -> String {
    let mut records = fs::read_dir(models.join("backtests")).unwrap();
    let path = records.next().unwrap().unwrap().path();
    assert!(records.next().is_none() && path.to_str().unwrap().ends_with("-2026-01-26.json"));
    fs::read_to_string(path).unwrap()
}

#[test]
fn a_backtest_knows_nothing_of_the_days_it_scores_and_none_of_those_after() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    month(&at("whole"), Day::parse("2026-02-28").unwrap());
    month(&at("until"), Day::parse("2026-02-01").unwrap());
    month(&at("short"), Day::parse("2026-01-30").unwrap());
    for (models, data, threads) in [
        ("one", "whole", "2"),
        ("two", "whole", "1"),
        ("three", "until", "2"),
        ("four", "short", "2"),
    ] {
        let output = backtest(&at(models), &at(data), &["--threads", threads]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.code().is_some_and(|code| code < 2), "{output:?}");
        assert!(text.contains("set=journal") && text.contains("without a model"), "{text}");
        assert!(text.contains("on the days after"), "{text}");
    }
    assert_eq!(record(&at("one")), record(&at("two")));
    assert_eq!(record(&at("one")), record(&at("three")), "days after those that score");
    let told: serde_json::Value = serde_json::from_str(&record(&at("one"))).unwrap();
    let short: serde_json::Value = serde_json::from_str(&record(&at("four"))).unwrap();
    assert_ne!(told["maps"][0], told["maps"][1]);
    assert_eq!(told["maps"], short["maps"], "days that score teach no map");
    assert_eq!((&told["taught"], &told["model"]), (&short["taught"], &short["model"]));
    assert_ne!(told["scored"]["data_id"], short["scored"]["data_id"]);
    assert_ne!(told["taught"]["data_id"], told["scored"]["data_id"]);
}

#[test]
fn what_was_taken_out_teaches_and_asks_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (data, models) = (folder.path().join("data"), folder.path().join("models"));
    month(&data, Day::parse("2026-02-28").unwrap());
    backtest(&models, &data, &[]);
    let before = record(&models);
    fs::remove_dir_all(&models).unwrap();
    let line = said(&cairn(&["journal", "replay", "--data", data.to_str().unwrap(), "--json"]));
    let first: serde_json::Value = serde_json::from_str(line.lines().next().unwrap()).unwrap();
    let submission = first["submission"].as_str().unwrap();
    let undo = ["undo", "--data", data.to_str().unwrap(), "--submission", submission];
    said(&cairn(&[&undo[..], &["--why", "a test"]].concat()));
    backtest(&models, &data, &[]);
    assert_ne!(before, record(&models));
}

#[test]
fn a_backtest_of_nothing_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let (data, models) = (folder.path().join("data"), folder.path().join("models"));
    let refused = |output: Output| {
        assert!(!output.status.success() && output.stdout.is_empty(), "{output:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(refused(backtest(&models, &data, &[])).contains("holds no journal"));
    month(&data, Day::parse("2026-01-20").unwrap());
    let none = refused(backtest(&models, &data, &[]));
    assert!(none.contains("nobody with a fix reported from 2026-01-26 to 2026-02-02"), "{none}");
    let at = ["--models", models.to_str().unwrap(), "--data", data.to_str().unwrap()];
    let floor = cairn(&[&["learn", "backtest", "floor", "--day", DAY], &at[..]].concat());
    assert!(refused(floor).contains("of floor it has no label"));
}
