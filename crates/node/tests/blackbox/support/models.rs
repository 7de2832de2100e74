//! Models of `radius` made for a test: they promise about the error they were taught, whatever is asked.

use cairn_learning::data::{Row, Sees, Source, Table};
use cairn_learning::dice::{Dice, mix};
use cairn_learning::feature::radius::{FEATURES, METHOD_AT, METHOD_WIFI};
use cairn_learning::fit::Fault;
use cairn_learning::registry::{Alias, Change, Registry};
use cairn_learning::run::{Champion, RunSettings, run};
use cairn_learning::spec::{TaskSpec, builtin};
use std::path::{Path, PathBuf};

/// A folder of models.
pub(crate) struct Models {
    folder: PathBuf,
}

impl Models {
    /// In a folder, with a key that signs.
    pub(crate) fn at(folder: &Path) -> Self {
        let models = Self { folder: folder.to_owned() };
        models.registry().keys().make(&[7; 32]).unwrap();
        models
    }

    pub(crate) fn registry(&self) -> Registry {
        Registry::at(&self.folder.join("registry"))
    }

    /// The file of a model.
    pub(crate) fn file(&self, id: &str) -> PathBuf {
        self.folder.join(format!("registry/models/{id}.model"))
    }

    /// Adds a model that was taught errors of about so many metres, for answers by Wi-Fi; its id.
    pub(crate) fn add(&self, error_m: f64) -> String {
        self.add_like(error_m, None, None)
    }

    /// The same, compared with a champion that was taught as much, and broken on purpose.
    pub(crate) fn add_like(
        &self,
        error_m: f64,
        champion: Option<&str>,
        fault: Option<Fault>,
    ) -> String {
        let rounds = if champion.is_some() { 4 } else { 3 };
        let quick = [format!("training.booster.rounds={rounds}"), "split.folds=3".to_owned()];
        let spec = TaskSpec::parse(builtin("radius").unwrap(), &quick).unwrap();
        let table = table(&spec, error_m);
        let champion =
            champion.map(|id| Champion { id: id.to_owned(), spec: spec.clone(), given: None });
        let settings =
            RunSettings { code: "test".to_owned(), n_threads: 1, champion, fault, given: None };
        let bytes = run(&spec, &table, &settings).unwrap().bytes;
        self.registry().add(&bytes, "a test", 1).unwrap()
    }

    /// Calls a model so, whatever its gates say.
    pub(crate) fn call(&self, id: &str, alias: Alias) {
        self.registry().promote(id, alias, &change()).unwrap();
    }

    /// Calls a model champion after one of its files was damaged, in the instant in which the log says so.
    pub(crate) fn damage_and_call(&self, id: &str, file: &Path, damaged: &[u8]) {
        let elsewhere = tempfile::tempdir().unwrap();
        let twin = Self { folder: elsewhere.path().to_owned() };
        copy(&self.folder, &twin.folder);
        twin.call(id, Alias::Champion);
        std::fs::write(file, damaged).unwrap();
        let log = self.registry().log_path();
        let next = log.with_extension("next");
        std::fs::copy(twin.registry().log_path(), &next).unwrap();
        std::fs::rename(next, log).unwrap();
    }
}

/// Copies a folder.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A change by a test.
pub(crate) fn change() -> Change {
    Change { who: "a test".to_owned(), why: "a test".to_owned(), at_ms: 2, is_forced: true }
}

/// Answers by Wi-Fi whose errors nothing tells.
fn table(spec: &TaskSpec, error_m: f64) -> Table {
    let mut dice = Dice::new(5);
    let rows = (0..900_u32).map(|number| {
        let contributor = u64::from(number / 10);
        #[expect(clippy::cast_possible_truncation, reason = "numbers of a test")]
        let mut features: Vec<f32> = (0..FEATURES.len()).map(|_| dice.unit() as f32).collect();
        features[METHOD_AT] = f32::from(METHOD_WIFI);
        let off = dice.gauss().hypot(dice.gauss()) / 2.0;
        #[expect(clippy::cast_possible_truncation, reason = "metres of a test")]
        let label = (error_m * 0.1_f64.mul_add(off, 1.0)) as f32;
        Row {
            at_ms: 1_700_000_000_000 + i64::from(number) * 60_000,
            contributor: mix(1, contributor),
            block: contributor,
            sequence: number,
            sees: Sees::OthersOnly,
            saw_own: false,
            features,
            label,
            promised_m: Some([10.0, 15.0, 25.0, 30.0]),
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
