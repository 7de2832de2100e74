//! A small table that teaches something, for the tests of this room.

use crate::data::{Row, Sees, Source, Table};
use crate::dice::{Dice, mix};
use crate::feature::radius::FEATURES;
use crate::run::{Run, RunSettings, run};
use crate::spec::{TaskSpec, builtin};

/// `radius` with less training.
pub(crate) fn spec(sets: &[&str]) -> TaskSpec {
    let quick = ["training.booster.rounds=20", "split.folds=3"];
    let sets: Vec<String> = quick.iter().chain(sets).map(|set| (*set).to_owned()).collect();
    TaskSpec::parse(builtin("radius").unwrap(), &sets).unwrap()
}

/// Queries whose errors grow with what the map promised, times a factor that two features know.
pub(crate) fn table(spec: &TaskSpec, error: impl Fn(f64) -> f64) -> Table {
    let mut dice = Dice::new(11);
    let rows = (0..3_000).map(|number| {
        let contributor = number / 20;
        let mut features: Vec<f32> = (0..FEATURES.len()).map(|_| dice.unit() as f32).collect();
        features[4] = (contributor % 2) as f32;
        let r68_m = 10.0 + 40.0 * dice.unit();
        let known = 1.0 + 2.0 * f64::from(features[6]);
        let bias = 1.0 + 0.1 * Dice::new(mix(3, contributor)).gauss();
        let error_m = r68_m * known * bias * dice.gauss().hypot(dice.gauss()) / 1.5;
        features[..4].copy_from_slice(&[0.8, 1.0, 1.6, 2.0].map(|it| (r68_m * it).ln() as f32));
        Row {
            at_ms: 1_700_000_000_000 + number as i64 * 60_000,
            contributor: mix(1, contributor),
            block: contributor,
            sequence: number as u32,
            sees: Sees::OthersOnly,
            saw_own: false,
            features,
            label: error(error_m) as f32,
            promised_m: Some([0.8, 1.0, 1.6, 2.0].map(|it| (r68_m * it) as f32)),
            place: None,
            slices: [("set", "town"), ("method", "wifi"), ("known", "2")]
                .map(|(name, value)| (name, value.to_owned()))
                .into(),
        }
    });
    let source =
        Source { name: "town".to_owned(), digest: "1".to_owned(), sees: "others".to_owned() };
    Table::of(spec, vec![source], rows.collect()).unwrap()
}

/// A run on that table.
pub(crate) fn ran(sets: &[&str]) -> Run {
    let spec = spec(sets);
    run(&spec, &table(&spec, |error_m| error_m), &settings()).unwrap()
}

pub(crate) fn settings() -> RunSettings {
    RunSettings { code: "test".to_owned(), n_threads: 2, champion: None, fault: None }
}
