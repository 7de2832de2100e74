//! A small table that teaches something, for the tests of this room.

use crate::data::{Row, Sees, Source, Table};
use crate::dice::{Dice, mix};
use crate::feature::radius::FEATURES;
use crate::model::{Imported, Model};
use crate::run::{Given, Run, RunSettings, run};
use crate::spec::{TaskSpec, builtin};
use cairn_neural::{Curve, Input, Layer, Network};

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

/// A network that says of a query what the map promised as its R68: what one from elsewhere looks like.
pub(crate) fn given(spec: &TaskSpec) -> Given {
    let n_features = spec.features.names.len();
    let at = |name: &String| f32::from(u8::from(name == "log_r68"));
    let weights = spec.features.names.iter().map(at).collect();
    let network = Network {
        inputs: vec![Input { mean: 0.0, scale: 1.0 }; n_features],
        tells_missing: false,
        reach: f32::MAX,
        layers: vec![Layer { curve: Curve::Straight, bias: vec![0.0], weights }],
    };
    let imported = Imported { format: "onnx".to_owned(), digest: "abc".to_owned() };
    Given { network, imported }
}

/// A run on that table of a network from elsewhere.
pub(crate) fn ran_given() -> Run {
    let spec = spec(&["training.learner=given"]);
    let settings = RunSettings { given: Some(given(&spec)), ..settings() };
    run(&spec, &table(&spec, |error_m| error_m), &settings).unwrap()
}

/// A run on that table.
pub(crate) fn ran(sets: &[&str]) -> Run {
    let spec = spec(sets);
    run(&spec, &table(&spec, |error_m| error_m), &settings()).unwrap()
}

pub(crate) fn settings() -> RunSettings {
    RunSettings { code: "test".to_owned(), n_threads: 2, champion: None, fault: None, given: None }
}

/// Cut anywhere, or with a bit of any byte flipped, it is no model's file.
pub(crate) fn assert_damage_is_refused(bytes: &[u8]) {
    for end in 0..bytes.len() {
        assert!(Model::from_bytes(&bytes[..end]).is_err(), "cut at {end}");
    }
    for at in 0..bytes.len() {
        let mut changed = bytes.to_vec();
        changed[at] ^= 1 << (at % 8);
        assert!(Model::from_bytes(&changed).is_err(), "byte {at}");
    }
}
