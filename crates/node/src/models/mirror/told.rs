//! What a run is in MLflow's words: parameters, metrics, tags, a data set.

use crate::limits::{MIRROR_NOTE_CHARS_MAX, MIRROR_VALUE_CHARS_MAX};
use cairn_learning::evaluate::Scores;
use cairn_learning::model::Pedigree;
use serde_json::{Value, json};

/// Characters of a data set's digest that MLflow keeps. Source: its column `datasets.digest`.
const DIGEST_CHARS_MAX: usize = 36;

/// A run in MLflow's words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Told {
    /// Name and value.
    pub(super) params: Vec<(String, String)>,
    /// Name and value, all of them numbers.
    pub(super) metrics: Vec<(String, f64)>,
    /// Name and value.
    pub(super) tags: Vec<(String, String)>,
    /// The data sets that taught it.
    pub(super) datasets: Value,
}

impl Told {
    /// A model's pedigree, with the card that people read.
    pub(super) fn of(model_id: &str, pedigree: &Pedigree, card: &str) -> Self {
        Self {
            params: params(pedigree),
            metrics: metrics(pedigree),
            tags: tags(model_id, pedigree, card),
            datasets: datasets(pedigree),
        }
    }
}

fn params(pedigree: &Pedigree) -> Vec<(String, String)> {
    let mut params = vec![
        ("spec_id".to_owned(), pedigree.spec_id.clone()),
        ("data_id".to_owned(), pedigree.data_id.clone()),
        ("feature_hash".to_owned(), pedigree.feature_hash.clone()),
        ("code".to_owned(), pedigree.code.clone()),
        ("champion".to_owned(), pedigree.champion.clone().unwrap_or_else(|| "none".to_owned())),
    ];
    if let Ok(spec) = pedigree.spec.parse::<toml::Table>() {
        flatten("spec", &toml::Value::Table(spec), &mut params);
    }
    params
}

/// Every value of a spec by its dotted name; lists as one value.
fn flatten(name: &str, value: &toml::Value, into: &mut Vec<(String, String)>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                flatten(&format!("{name}.{key}"), value, into);
            }
        }
        toml::Value::String(text) => into.push((name.to_owned(), cut(text))),
        other => into.push((name.to_owned(), cut(&other.to_string()))),
    }
}

fn metrics(pedigree: &Pedigree) -> Vec<(String, f64)> {
    let evaluation = &pedigree.evaluation;
    let mut metrics = Vec::new();
    let mut add = |head: &str, scores: &Scores| {
        for (name, value) in scores {
            metrics.push((format!("{head}{name}"), *value));
        }
    };
    add("", &evaluation.overall);
    add("without_model/", &evaluation.without_model);
    for slice in &evaluation.slices {
        add(&format!("{}/{}/", word(&slice.dimension), word(&slice.value)), &slice.metrics);
    }
    let names = pedigree.failed().len() as f64;
    metrics.push(("gates".to_owned(), pedigree.verdicts.len() as f64));
    metrics.push(("gates_failed".to_owned(), names));
    metrics.push(("split_by_rows".to_owned(), pedigree.flattery.random));
    // JSON has no word for what is no number.
    metrics.retain(|(_, value)| value.is_finite());
    metrics
}

fn tags(model_id: &str, pedigree: &Pedigree, card: &str) -> Vec<(String, String)> {
    let gates = if pedigree.failed().is_empty() { "passed" } else { "failed" };
    let note: String = card.chars().take(MIRROR_NOTE_CHARS_MAX).collect();
    [
        ("cairn.run", pedigree.run_id.as_str()),
        ("cairn.model", model_id),
        ("cairn.task", pedigree.task.name()),
        ("cairn.gates", gates),
        ("cairn.data", &pedigree.data_id),
        ("mlflow.source.name", "cairn learn run"),
        ("mlflow.note.content", &note),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .collect()
}

fn datasets(pedigree: &Pedigree) -> Value {
    let sources: Vec<Value> = (pedigree.sources.iter())
        .map(|source| json!({ "name": source.name, "digest": source.digest, "sees": source.sees }))
        .collect();
    let digest: String = pedigree.data_id.chars().take(DIGEST_CHARS_MAX).collect();
    json!([{
        "tags": [{ "key": "mlflow.data.context", "value": "training" }],
        "dataset": {
            "name": format!("cairn {}", pedigree.task.name()),
            "digest": digest,
            "source_type": "local",
            "source": json!({ "cairn_data_id": pedigree.data_id, "sources": sources }).to_string(),
        },
    }])
}

/// What MLflow takes in a metric's name; anything else becomes an underscore.
fn word(text: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "_-. ".contains(it);
    text.chars().map(|it| if is_plain(it) { it } else { '_' }).collect()
}

fn cut(text: &str) -> String {
    text.chars().take(MIRROR_VALUE_CHARS_MAX).collect()
}
