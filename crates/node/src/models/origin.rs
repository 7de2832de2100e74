//! Which data rows come from: the shared sets, or a simulated town where there are none.

use super::sets::SetName;
use super::{floor, mobility, motion, radius};
use anyhow::Context as _;
use cairn_learning::data::{Row, Source};
use cairn_learning::spec::{Task, TaskSpec};
use cairn_signal::venue::Effort;
use cairn_sim::{Town, TownConfig, TrafficConfig};
use std::fs;
use std::path::{Path, PathBuf};

/// The seed of the town's people.
const TRAFFIC_SEED: u64 = 2;

/// The town whose movers teach beside the sets, in which nobody wrote down what moved: with as many reports as
/// `cairn learn run` makes by itself.
const MOVERS_TRANSMITTERS: usize = 5_000;
/// See [`MOVERS_TRANSMITTERS`].
const MOVERS_REPORTS: usize = 20_000;

/// Where data comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// Sets in a folder.
    Sets {
        /// The folder with all sets.
        data: PathBuf,
        /// Which of them.
        sets: Vec<SetName>,
    },
    /// A simulated town.
    Town {
        /// Its transmitters at least.
        n_transmitters: usize,
        /// Reports that teach.
        n_reports: usize,
    },
}

/// What decides rows beside their origin.
#[derive(Debug, Clone)]
pub(super) struct Making<'a> {
    pub(super) spec: &'a TaskSpec,
    /// Rows, or questions, of a source at most.
    pub(super) n_rows_max: usize,
    pub(super) n_threads: usize,
    pub(super) effort: Effort,
    /// A folder for what lives a moment.
    pub(super) scratch: &'a Path,
}

impl Origin {
    /// What the rows are made from, each with its hash.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn sources(&self, task: Task) -> anyhow::Result<Vec<Source>> {
        match self {
            Self::Sets { data, sets } => {
                let mut sources = Vec::new();
                for set in of_task(task, sets) {
                    sources.extend(files(set, data)?);
                }
                sources.extend(beside(task));
                anyhow::ensure!(
                    !sources.is_empty(),
                    "none of these sets teaches task {}",
                    task.name()
                );
                Ok(sources)
            }
            Self::Town { n_transmitters, n_reports } => {
                let sees = if task == Task::Motion { "itself" } else { "before" };
                Ok(vec![town_source(*n_transmitters, *n_reports, sees)])
            }
        }
    }
}

/// The rows of a spec's task.
///
/// # Errors
/// A file cannot be read.
pub fn rows(
    origin: &Origin,
    spec: &TaskSpec,
    (n_rows_max, n_threads, effort): (usize, usize, Effort),
    scratch: &Path,
) -> anyhow::Result<Vec<Row>> {
    let making = Making { spec, n_rows_max, n_threads, effort, scratch };
    match origin {
        Origin::Sets { data, sets } => {
            let mut rows = Vec::new();
            for set in of_task(spec.task, sets) {
                crate::cli::screen::note(&format!("{}: reading", set.name()));
                rows.extend(of_set(&making, set, data)?);
            }
            match spec.task {
                Task::Motion => rows.extend(motion::simulated(&making)),
                Task::Mobility => {
                    let (config, traffic) = town_of(MOVERS_TRANSMITTERS, MOVERS_REPORTS);
                    rows.extend(mobility::of_town(&making, &Town::generate(&config), &traffic));
                }
                Task::Radius | Task::Floor => {}
            }
            Ok(renumbered(rows))
        }
        Origin::Town { n_transmitters, n_reports } => {
            let (config, traffic) = town_of(*n_transmitters, *n_reports);
            let town = || Town::generate(&config);
            match spec.task {
                Task::Radius => radius::of_town(&making, &town(), &traffic),
                Task::Mobility => Ok(mobility::of_town(&making, &town(), &traffic)),
                Task::Floor => Ok(floor::of_town(&making, &town(), &traffic)),
                Task::Motion => Ok(motion::simulated(&making)),
            }
        }
    }
}

fn of_set(making: &Making<'_>, set: SetName, data: &Path) -> anyhow::Result<Vec<Row>> {
    match making.spec.task {
        Task::Radius => radius::of_set(making, set, data),
        Task::Mobility => mobility::of_set(making, set, data),
        Task::Floor => floor::of_set(making, set, data),
        Task::Motion => motion::of_set(making, set, data),
    }
}

/// What no set has: rides, and transmitters that are known to move.
fn beside(task: Task) -> Option<Source> {
    match task {
        Task::Motion => Some(source("simulated sensors", "cairn-sim sensors 1", "itself")),
        Task::Mobility => Some(town_source(MOVERS_TRANSMITTERS, MOVERS_REPORTS, "itself")),
        Task::Radius | Task::Floor => None,
    }
}

fn town_source(n_transmitters: usize, n_reports: usize, sees: &str) -> Source {
    let text = format!("cairn-sim {n_transmitters} transmitters, {n_reports} reports");
    source("town", &text, sees)
}

fn town_of(n_transmitters: usize, n_reports: usize) -> (TownConfig, TrafficConfig) {
    let config = TownConfig { n_transmitters_min: n_transmitters, ..TownConfig::demo() };
    let traffic = TrafficConfig { seed: TRAFFIC_SEED, n_reports, days: config.days };
    (config, traffic)
}

/// Sequences of several sources with numbers of their own.
fn renumbered(mut rows: Vec<Row>) -> Vec<Row> {
    let (mut number, mut last) = (0, None);
    for row in &mut rows {
        let now = (row.slices.get("set").cloned(), row.sequence);
        if last.as_ref() != Some(&now) {
            number += 1;
            last = Some(now);
        }
        row.sequence = number;
    }
    rows
}

/// The sets that teach a task.
fn of_task(task: Task, sets: &[SetName]) -> Vec<SetName> {
    let teaches = |set: &&SetName| match task {
        Task::Radius => true,
        Task::Mobility => matches!(set, SetName::Duke | SetName::Ariel),
        Task::Floor | Task::Motion => matches!(set, SetName::IndoorMs | SetName::Ipin),
    };
    sets.iter().filter(teaches).copied().collect()
}

fn files(set: SetName, data: &Path) -> anyhow::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in set.files(data)? {
        let bytes = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
        let name = path.file_name().and_then(|it| it.to_str()).unwrap_or_default();
        sources.push(Source {
            name: format!("{}/{name}", set.name()),
            digest: blake3::hash(&bytes).to_hex().to_string(),
            sees: "all contributors but its own".to_owned(),
        });
    }
    Ok(sources)
}

fn source(name: &str, text: &str, sees: &str) -> Source {
    Source {
        name: name.to_owned(),
        digest: blake3::hash(text.as_bytes()).to_hex().to_string(),
        sees: sees.to_owned(),
    }
}
