//! What a row may know, how rows are dealt, what a data set is called; and that a planted leak is found.

use super::super::{AsOf, Folds, Leak, Rule, Sees, Source, check_folds};
use super::*;
use crate::boost::{Loss, Settings, train};
use crate::dice::{Dice, mix};
use crate::feature::radius::FEATURES;
use crate::spec::builtin;

const DAY: i64 = 86_400_000;

fn spec() -> TaskSpec {
    TaskSpec::parse(builtin("radius").unwrap(), &[]).unwrap()
}

fn row(number: usize) -> Row {
    let contributor = (number / 10) as u64;
    Row {
        at_ms: 1_700_000_000_000 + number as i64 * DAY / 4,
        contributor,
        block: contributor,
        sequence: number as u32,
        sees: Sees::OthersOnly,
        saw_own: false,
        features: vec![number as f32; FEATURES.len()],
        label: 5.0,
        promised_m: None,
        place: None,
        slices: [("set", "a"), ("method", "wifi"), ("known", "2")]
            .map(|(name, value)| (name, value.to_owned()))
            .into(),
    }
}

fn source(digest: &str) -> Source {
    Source { name: "a".to_owned(), digest: digest.to_owned(), sees: "others".to_owned() }
}

fn table(rows: Vec<Row>) -> Result<Table, TableError> {
    Table::of(&spec(), vec![source("00")], rows)
}

fn rows(n: usize) -> Vec<Row> {
    (0..n).map(row).collect()
}

#[test]
fn a_row_that_saw_its_own_future_or_itself_is_refused() {
    // invariant: L3
    let mut late = rows(40);
    late[7].sees = Sees::Before(late[7].at_ms + 1);
    assert!(matches!(table(late), Err(TableError::Leak(Leak::Future { row: 7, .. }))));
    let mut own = rows(40);
    own[3].saw_own = true;
    assert_eq!(table(own), Err(TableError::Leak(Leak::Own { row: 3 })));
    let mut just = rows(40);
    just[7].sees = Sees::Before(just[7].at_ms);
    assert!(table(just).is_ok());
}

#[test]
fn no_contributors_week_is_on_both_sides_and_a_split_by_rows_is_found() {
    // invariant: L3
    let table = table(rows(400)).unwrap();
    let honest = Folds::deal(&table, 5, Rule::Honest);
    assert_eq!(check_folds(&table, &honest), Ok(()));
    let sizes: Vec<usize> = (0..5).map(|fold| honest.of_fold(fold).1.len()).collect();
    assert!(sizes.iter().all(|size| (60..=100).contains(size)), "{sizes:?}");
    let random = Folds::deal(&table, 5, Rule::Random);
    assert!(matches!(check_folds(&table, &random), Err(Leak::Split { .. })));
}

#[test]
fn another_byte_anywhere_is_another_data_set() {
    let id = table(rows(40)).unwrap().id();
    assert_eq!(table(rows(40)).unwrap().id(), id);
    let mut other = rows(40);
    other[39].features[3] += 1e-3;
    let changed = table(other).unwrap().id();
    assert_ne!(changed, id);
    assert_ne!(Table::of(&spec(), vec![source("01")], rows(40)).unwrap().id(), id);
    let said = table(rows(40)).unwrap().expect(changed).unwrap_err().to_string();
    assert!(said.contains(&id.to_string()) && said.contains(&changed.to_string()), "{said}");
}

#[test]
fn rows_that_do_not_fit_the_task_are_named() {
    let said = |change: fn(&mut Row)| {
        let mut rows = rows(40);
        change(&mut rows[9]);
        table(rows).unwrap_err().to_string()
    };
    assert!(said(|row| row.features.truncate(22)).contains("row 9 has 22 features"));
    assert!(said(|row| row.label = f32::NAN).contains("row 9 has the label NaN"));
    assert!(
        said(|row| row.slices.retain(|name, _| *name != "known")).contains("no slice of \"known\"")
    );
    assert_eq!(table(rows(5)), Err(TableError::TooFew(5)));
}

/// Loss on asked rows of a forest taught with two features, the second looked up by `planted`.
fn loss_with(planted: impl Fn(&AsOf, u64, i64) -> f32, folds: impl Fn(usize, u64) -> bool) -> f64 {
    let mut dice = Dice::new(4);
    let mut known = AsOf::default();
    let rows: Vec<(f32, f32, u64, i64)> = (0..4_000)
        .map(|number| {
            // A contributor's own bias is in every label and in no feature.
            let contributor = dice.below(400) as u64;
            let bias = 4.0 * Dice::new(mix(1, contributor)).gauss() as f32;
            let x = dice.unit() as f32;
            let label = 3.0 * x + bias + 0.1 * dice.gauss() as f32;
            known.learn(contributor, number, contributor, label);
            (x, label, contributor, number)
        })
        .collect();
    let mut taught = (Matrix::new(2), Vec::new());
    let mut asked = (Matrix::new(2), Vec::new());
    for (number, (x, label, contributor, at_ms)) in rows.into_iter().enumerate() {
        let side = if folds(number, contributor) { &mut asked } else { &mut taught };
        side.0.push(&[x, planted(&known, contributor, at_ms)]);
        side.1.push(label);
    }
    let settings = Settings { rounds: 40, ..Settings::default() };
    let forest = train(&taught.0, &taught.1, Loss::Squares, &settings, 1, 2).forest;
    let predicted: Vec<f32> = asked.0.rows().map(|row| forest.score(row)).collect();
    Loss::Squares.mean(&asked.1, &predicted)
}

#[test]
fn a_planted_feature_of_the_future_helps_a_careless_join_and_not_ours() {
    let by_contributor = |_: usize, contributor: u64| mix(7, contributor).is_multiple_of(5);
    let without = loss_with(|_, _, _| f32::NAN, by_contributor);
    let ours = loss_with(|known, who, at| known.mean_before(who, at, who), by_contributor);
    let careless = loss_with(|known, who, _| known.mean_of_all(who), by_contributor);
    assert!((ours / without - 1.0).abs() < 0.01, "ours {ours}, without {without}");
    assert!(careless < 0.2 * without, "careless {careless}, without {without}");
}

#[test]
fn a_split_by_rows_flatters_what_knows_the_contributor() {
    // Which contributor it is tells nothing of another, and everything of its own other rows.
    let who = |_: &AsOf, who: u64, _: i64| who as f32;
    let honest = loss_with(who, |_, contributor| mix(7, contributor).is_multiple_of(5));
    let random = loss_with(who, |number, _| mix(7, number as u64).is_multiple_of(5));
    assert!(random < 0.9 * honest, "random {random}, honest {honest}");
}
