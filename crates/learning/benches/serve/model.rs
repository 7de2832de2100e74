//! A model of `radius` of the size that serves, made for benches and tests: 80 trees on answers by Wi-Fi.

use cairn_ground::TransmitterKind;
use cairn_learning::data::{Row, Sees, Source, Table};
use cairn_learning::dice::{Dice, mix};
use cairn_learning::feature::radius::{Asked, METHOD_WIFI, Reading, row};
use cairn_learning::model::RadiusModel;
use cairn_learning::run::{RunSettings, run};
use cairn_learning::spec::{TaskSpec, builtin};

/// Transmitters of a query. Source: a scan in a town, docs/measured/serving.md.
const HEARD: usize = 20;

/// What was heard by query number `n`.
pub(crate) fn heard(n: u64) -> Vec<Reading> {
    let mut dice = Dice::new(mix(1, n));
    let reading = |_| Reading {
        kind: TransmitterKind::Wifi,
        rssi_dbm: Some(-40.0 - (50.0 * dice.unit()) as f32),
        age_ms: (5_000.0 * dice.unit()) as i32,
    };
    (0..HEARD).map(reading).collect()
}

/// A query, and the answer it got.
pub(crate) fn asked(n: u64, heard: &[Reading]) -> Asked<'_> {
    let r50_m = 10.0 + 40.0 * Dice::new(mix(2, n)).unit();
    Asked {
        heard,
        method: METHOD_WIFI,
        radii_m: [1.0, 1.4, 2.2, 3.0].map(|it| it * r50_m),
        n_known: 8 + (n % 12) as u16,
        n_used: 4 + (n % 5) as u16,
        floor_share: None,
    }
}

/// The model.
pub(crate) fn model() -> RadiusModel {
    let spec = TaskSpec::parse(builtin("radius").expect("it comes along"), &[]);
    let spec = spec.expect("it is sound");
    let rows = (0..3_000_u64).map(|n| {
        let heard = heard(n);
        let asked = asked(n, &heard);
        let off = Dice::new(mix(3, n)).gauss().hypot(Dice::new(mix(4, n)).gauss());
        Row {
            at_ms: 1_700_000_000_000 + n as i64 * 60_000,
            contributor: mix(5, n / 10),
            block: n / 10,
            sequence: n as u32,
            sees: Sees::OthersOnly,
            saw_own: false,
            features: row(&asked).to_vec(),
            label: (asked.radii_m[0] * off * (1.0 + f64::from(asked.n_used))) as f32,
            promised_m: Some(asked.radii_m.map(|it| it as f32)),
            place: None,
            slices: [("set", "town"), ("method", "wifi"), ("known", "2")]
                .map(|(name, value)| (name, value.to_owned()))
                .into(),
        }
    });
    let source =
        Source { name: "town".to_owned(), digest: "1".to_owned(), sees: "others".to_owned() };
    let table = Table::of(&spec, vec![source], rows.collect()).expect("nothing leaks");
    let settings = RunSettings {
        code: "bench".to_owned(),
        n_threads: 2,
        champion: None,
        fault: None,
        given: None,
    };
    let ran = run(&spec, &table, &settings).expect("it trains");
    RadiusModel::of(&ran.model).expect("a model of radius")
}
