//! Whether a spec says everything, and nothing that is not so.

use super::error::SpecError;
use super::learner;
use super::parse::TaskSpec;
use super::task::{Heads, LabelKind, Task};
use crate::boost::Settings;
use crate::evaluate::metrics_of;
use crate::feature::catalog;
use crate::limits::{CLASSES_MAX, DEPTH_MAX, TREES_MAX};

/// What every split keeps together.
const KEPT_TOGETHER: [&str; 3] = ["contributor", "week", "h3-block"];

/// The slices every evaluation of a task shows.
pub(super) const fn mandatory_slices(task: Task) -> &'static [&'static str] {
    match task {
        Task::Radius => &["set", "method", "known"],
        Task::Mobility => &["set", "votes"],
        Task::Floor => &["set", "levels"],
        Task::Motion => &["set", "class"],
    }
}

pub(super) fn check(spec: &TaskSpec) -> Result<(), SpecError> {
    features(spec)?;
    label(spec)?;
    split(spec)?;
    metrics(spec)?;
    slices(spec)?;
    gates(spec)?;
    shares(spec)?;
    booster(&spec.training.booster)?;
    learner::check(&spec.training)
}

fn features(spec: &TaskSpec) -> Result<(), SpecError> {
    let known = catalog(spec.task);
    let names = &spec.features.names;
    if names.is_empty() {
        return Err(SpecError::NoFeature);
    }
    for (index, name) in names.iter().enumerate() {
        if !known.iter().any(|feature| feature.name == name) {
            let known: Vec<&str> = known.iter().map(|feature| feature.name).collect();
            return Err(SpecError::UnknownFeature {
                name: name.clone(),
                task: spec.task.name(),
                known: known.join(", "),
            });
        }
        if names[..index].contains(name) {
            return Err(SpecError::RepeatedFeature(name.clone()));
        }
    }
    Ok(())
}

fn label(spec: &TaskSpec) -> Result<(), SpecError> {
    let kind = match spec.task {
        Task::Radius => LabelKind::Size,
        Task::Mobility | Task::Motion => LabelKind::Class,
        Task::Floor => LabelKind::Choice,
    };
    if spec.label.kind != kind {
        let task = spec.task.name();
        return Err(SpecError::Contradiction(format!("label.kind does not fit task {task}")));
    }
    let n_classes = spec.label.classes.len();
    match kind {
        LabelKind::Class if !(2..=CLASSES_MAX).contains(&n_classes) => {
            Err(SpecError::Classes("a class is one of 2 to 32"))
        }
        LabelKind::Size | LabelKind::Choice if n_classes > 0 => {
            Err(SpecError::Classes("this label has none"))
        }
        _ => heads(spec, kind),
    }
}

fn heads(spec: &TaskSpec, kind: LabelKind) -> Result<(), SpecError> {
    let is_odds = spec.training.heads == Heads::Odds;
    if is_odds == (kind == LabelKind::Size) {
        return Err(SpecError::Contradiction("training.heads does not fit label.kind".to_owned()));
    }
    if spec.training.sequence && kind != LabelKind::Class {
        return Err(SpecError::Contradiction("training.sequence wants classes".to_owned()));
    }
    Ok(())
}

fn split(spec: &TaskSpec) -> Result<(), SpecError> {
    for missing in KEPT_TOGETHER {
        if !spec.split.by.iter().any(|by| by == missing) {
            return Err(SpecError::LeakingSplit { missing });
        }
    }
    if let Some(by) = spec.split.by.iter().find(|by| !KEPT_TOGETHER.contains(&by.as_str())) {
        return Err(SpecError::Contradiction(format!(
            "split.by names {by:?}, which rows have not"
        )));
    }
    range("split.folds", f64::from(spec.split.folds), (2.0, 20.0), "2 to 20")?;
    range("window.days", f64::from(spec.window.days), (1.0, 3_650.0), "1 to 3650")
}

fn metrics(spec: &TaskSpec) -> Result<(), SpecError> {
    if spec.metrics.is_empty() {
        return Err(SpecError::NoMetric);
    }
    for metric in &spec.metrics {
        is_metric(spec, "[[metric]]", &metric.name)?;
    }
    Ok(())
}

fn is_metric(spec: &TaskSpec, at: &'static str, name: &str) -> Result<(), SpecError> {
    let known = metrics_of(spec.task);
    if known.contains(&name) {
        return Ok(());
    }
    Err(SpecError::UnknownMetric {
        at,
        name: name.to_owned(),
        task: spec.task.name(),
        known: known.join(", "),
    })
}

fn slices(spec: &TaskSpec) -> Result<(), SpecError> {
    let (known, task) = (mandatory_slices(spec.task), spec.task.name());
    for missing in known.iter().copied() {
        if !spec.slices.mandatory.iter().any(|name| name == missing) {
            return Err(SpecError::MissingSlice { missing, task });
        }
    }
    let is_known = |name: &String| known.contains(&name.as_str());
    if let Some(name) = spec.slices.mandatory.iter().find(|name| !is_known(name)) {
        return Err(SpecError::UnknownSlice { at: "slices.mandatory", name: name.clone(), task });
    }
    for gate in &spec.gates.bounds {
        if let Some(name) = gate.slice.as_ref().filter(|name| !is_known(name)) {
            return Err(SpecError::UnknownSlice { at: "gates.bound", name: name.clone(), task });
        }
    }
    Ok(())
}

fn gates(spec: &TaskSpec) -> Result<(), SpecError> {
    for gate in &spec.gates.bounds {
        is_metric(spec, "gates.bound", &gate.metric)?;
        if gate.at_least.is_none() && gate.at_most.is_none() {
            return Err(SpecError::EmptyGate(gate.metric.clone()));
        }
    }
    if let Some(name) = spec.gates.poisoned_metric.as_ref().filter(|it| spec.metric(it).is_none()) {
        let known: Vec<&str> = spec.metrics.iter().map(|metric| metric.name.as_str()).collect();
        let (at, name, known) = ("gates.poisoned_metric", name.clone(), known.join(", "));
        return Err(SpecError::UnknownMetric { at, name, task: spec.task.name(), known });
    }
    let bounds = &spec.gates.bounds;
    let main = &spec.main_metric().name;
    if !bounds.iter().any(|gate| gate.slice.is_none() && gate.metric == *main) {
        return Err(SpecError::MissingGate { metric: main.clone() });
    }
    let is_gated = |slice: &str| bounds.iter().any(|gate| gate.slice.as_deref() == Some(slice));
    match spec.slices.mandatory.iter().find(|slice| !is_gated(slice)) {
        Some(slice) => Err(SpecError::UngatedSlice(slice.clone())),
        None => Ok(()),
    }
}

fn shares(spec: &TaskSpec) -> Result<(), SpecError> {
    let gates = &spec.gates;
    range("gates.calibration_within", gates.calibration_within, (0.001, 0.2), "0.001 to 0.2")?;
    let worse = gates.worse_than_champion_at_most;
    range("gates.worse_than_champion_at_most", worse, (0.0, 0.5), "0 to 0.5")?;
    range("gates.poisoned_share", gates.poisoned_share, (0.1, 0.5), "0.1 to 0.5")?;
    range("gates.poisoned_worse_at_most", gates.poisoned_worse_at_most, (0.0, 1.0), "0 to 1")?;
    range("serving.p99_us", spec.serving.p99_us, (0.1, 1e6), "0.1 to 1000000")
}

fn booster(booster: &Settings) -> Result<(), SpecError> {
    let count = |key, found: u64, (least, most): (u64, u64), expected| {
        range(key, found as f64, (least as f64, most as f64), expected)
    };
    let trees_max = (TREES_MAX / CLASSES_MAX) as u64;
    count("training.booster.rounds", booster.rounds.into(), (1, trees_max), "1 to 312")?;
    count("training.booster.leaves_max", booster.leaves_max.into(), (2, 4_096), "2 to 4096")?;
    let depth_max = DEPTH_MAX as u64;
    count("training.booster.depth_max", booster.depth_max.into(), (1, depth_max), "1 to 32")?;
    let rows_min = booster.rows_per_leaf_min.into();
    count("training.booster.rows_per_leaf_min", rows_min, (1, 1_000_000), "1 to 1000000")?;
    range("training.booster.rate", booster.rate, (0.001, 1.0), "0.001 to 1")?;
    range("training.booster.shrink", booster.shrink, (0.0, 1e6), "0 to 1000000")?;
    range("training.booster.gain_min", booster.gain_min, (0.0, 1e9), "0 or more")?;
    range("training.booster.row_share", booster.row_share, (0.05, 1.0), "0.05 to 1")?;
    range("training.booster.feature_share", booster.feature_share, (0.05, 1.0), "0.05 to 1")
}

pub(super) fn range(
    key: &'static str,
    found: f64,
    (least, most): (f64, f64),
    expected: &'static str,
) -> Result<(), SpecError> {
    if (least..=most).contains(&found) {
        return Ok(());
    }
    Err(SpecError::Range { key, found: found.to_string(), expected })
}
