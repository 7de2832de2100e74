//! The folder of models: rows that were made, a folder for each run, the registry.

use super::cache;
use super::mirror::Mirror;
use super::origin::{Origin, rows};
use crate::store::write_whole;
use anyhow::Context as _;
use cairn_ground::Day;
use cairn_learning::data::Table;
use cairn_learning::evaluate::UnitLoss;
use cairn_learning::model::ModelId;
use cairn_learning::registry::Registry;
use cairn_learning::report::{card, html};
use cairn_learning::run::Run;
use cairn_learning::spec::TaskSpec;
use cairn_signal::venue::Effort;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// Grows when rows are made otherwise, so that none made before are taken for them.
const ROWS_VERSION: u32 = 2;

/// What a run took: beside its record, which is the same every time, and not in it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// Milliseconds until the rows were there.
    pub rows_ms: u64,
    /// Milliseconds of training and judging.
    pub run_ms: u64,
    /// Microseconds to score a row: of the 99th percentile of a hundred rows' means.
    pub score_p99_us: f64,
    /// The same of the fastest hundred rows: what other work on the machine does not add to.
    #[serde(default)]
    pub score_fastest_us: f64,
    /// Threads.
    pub n_threads: usize,
}

/// What a run's record says in short.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Told {
    /// The main metric over all rows.
    pub main: f64,
    /// Gates that it fails.
    pub n_failed: usize,
}

/// The folder of models.
#[derive(Debug, Clone)]
pub struct Book {
    root: PathBuf,
}

impl Book {
    /// The folder, made when it is not there.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn at(root: &Path) -> anyhow::Result<Self> {
        for part in ["rows", "runs", "backtests"] {
            let folder = root.join(part);
            fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
        }
        Ok(Self { root: root.to_owned() })
    }

    /// The registry.
    pub fn registry(&self) -> Registry {
        Self::registry_in(&self.root)
    }

    /// The registry of a folder of models, whether it is there or not.
    pub fn registry_in(root: &Path) -> Registry {
        Registry::at(&root.join("registry"))
    }

    /// Its mirror.
    pub fn mirror(&self) -> Mirror {
        Mirror::at(&self.root)
    }

    /// The rows of a spec's task, made before or now.
    ///
    /// # Errors
    /// A file cannot be read, or a row leaks.
    pub fn table(
        &self,
        origin: &Origin,
        spec: &TaskSpec,
        making: (usize, usize, Effort),
    ) -> anyhow::Result<Table> {
        let sources = origin.sources(spec.task)?;
        let (n_rows_max, _, effort) = making;
        let key = format!("{ROWS_VERSION} {:?} {sources:?} {n_rows_max} {effort:?}", spec.task);
        let key: String = blake3::hash(key.as_bytes()).to_hex().chars().take(16).collect();
        let path = self.root.join("rows").join(format!("{}-{key}.rows", spec.task.name()));
        let made = match fs::read(&path) {
            Ok(bytes) => cache::read(&bytes).with_context(|| format!("read {}", path.display()))?,
            Err(_not_there_yet) => {
                let scratch = self.scratch();
                let made = rows(origin, spec, making, &scratch)?;
                let _gone_or_never_there = fs::remove_dir_all(&scratch);
                write_whole(&path, &cache::write(&made)?, 0o644).context("keep the rows")?;
                made
            }
        };
        Ok(Table::of(spec, sources, made)?)
    }

    /// Keeps all that a run left; the folder it lies in.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn keep(&self, run: &Run, table: &Table, timing: &Timing) -> anyhow::Result<PathBuf> {
        let folder = self.folder(&run.id);
        fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
        let pedigree = &run.model.pedigree;
        let mut record = json!({
            "run": run.id,
            "model": ModelId::of(&run.bytes).to_string(),
            "task": pedigree.task,
            "spec_id": pedigree.spec_id,
            "data_id": pedigree.data_id,
            "feature_hash": pedigree.feature_hash,
            "code": pedigree.code,
            "seed": pedigree.seed,
            "champion": pedigree.champion,
            "sources": pedigree.sources,
            "metrics": pedigree.evaluation.overall,
            "failed": pedigree.failed(),
        });
        if let Some(imported) = &pedigree.imported {
            record["imported"] = json!(imported);
        }
        for (name, bytes) in [
            ("spec.toml", pedigree.spec.clone().into_bytes()),
            ("model.cairn", run.bytes.clone()),
            ("run.json", serde_json::to_vec_pretty(&record)?),
            ("losses.json", serde_json::to_vec(&run.losses)?),
            ("report.html", html(run, table).into_bytes()),
            ("card.md", card(run).into_bytes()),
            ("timing.json", serde_json::to_vec(timing)?),
        ] {
            let path = folder.join(name);
            write_whole(&path, &bytes, 0o644)
                .with_context(|| format!("write {}", path.display()))?;
        }
        Ok(folder)
    }

    /// What a finished run was told by its judges; `None` when there is no such run, or it did not finish.
    ///
    /// # Errors
    /// Its record cannot be read.
    pub fn told(&self, run: &str, main: &str) -> anyhow::Result<Option<Told>> {
        let folder = self.folder(run);
        // Written last.
        if !folder.join("timing.json").exists() {
            return Ok(None);
        }
        let path = folder.join("run.json");
        let bytes = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
        let record: Value =
            serde_json::from_slice(&bytes).with_context(|| format!("read {}", path.display()))?;
        let metric = record["metrics"][main].as_f64().unwrap_or(f64::NAN);
        let n_failed = record["failed"].as_array().map_or(0, Vec::len);
        Ok(Some(Told { main: metric, n_failed }))
    }

    /// Where what lives a moment lies while rows are made.
    pub fn scratch(&self) -> PathBuf {
        self.root.join("scratch")
    }

    /// Keeps what a backtest found; its file.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn keep_backtest(&self, run: &str, day: Day, record: &Value) -> anyhow::Result<PathBuf> {
        let path = self.root.join("backtests").join(format!("{run}-{day}.json"));
        let bytes = serde_json::to_vec_pretty(record)?;
        write_whole(&path, &bytes, 0o644).with_context(|| format!("write {}", path.display()))?;
        Ok(path)
    }

    /// The losses of a run.
    ///
    /// # Errors
    /// There is no such run.
    pub fn losses(&self, run: &str) -> anyhow::Result<Vec<UnitLoss>> {
        let is_name = !run.is_empty() && run.chars().all(|it| it.is_ascii_hexdigit());
        anyhow::ensure!(is_name, "{run:?} is no run's name");
        let path = self.folder(run).join("losses.json");
        let bytes = fs::read(&path).with_context(|| format!("no run {run}: {}", path.display()))?;
        serde_json::from_slice(&bytes).with_context(|| format!("read {}", path.display()))
    }

    fn folder(&self, run: &str) -> PathBuf {
        self.root.join("runs").join(run)
    }
}
