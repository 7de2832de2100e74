//! The registry there: a version for each model, a tag for each change, aliases as they stand here.

use super::client::Client;
use super::error::MirrorError;
use super::runs::{Info, proxied};
use cairn_learning::registry::{Action, Alias, Entry, OfTask};
use cairn_learning::spec::Task;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
struct Version {
    version: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Found {
    model_versions: Vec<Version>,
}

#[derive(Debug, Deserialize)]
struct Made {
    model_version: Version,
}

#[derive(Debug, Deserialize)]
struct Named {
    alias: String,
    version: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Model {
    aliases: Vec<Named>,
}

#[derive(Debug, Deserialize)]
struct Got {
    registered_model: Model,
}

/// What a task's models are called there.
fn name(task: Task) -> String {
    format!("cairn-{}", task.name())
}

/// The version of a model, if it is there.
pub(super) fn find(client: &Client, task: Task, id: &str) -> Result<Option<String>, MirrorError> {
    let filter = format!("name = '{}' AND tags.`cairn.model` = '{id}'", name(task));
    let found: Found = client.get("model-versions/search", &[("filter", &filter)])?;
    Ok(found.model_versions.into_iter().next().map(|it| it.version))
}

/// Makes the version of a model that a run made.
pub(super) fn make(
    client: &Client,
    (task, id): (Task, &str),
    run: &Info,
) -> Result<String, MirrorError> {
    let name = name(task);
    let description = format!("Models of Cairn's task {}; cairn model list", task.name());
    let body = json!({ "name": name, "description": description });
    match client.post::<Value>("registered-models/create", &body) {
        Err(error) if !error.is_there() => return Err(error),
        _ => {}
    }
    let source = match proxied(&run.artifact_uri) {
        Some(_) => format!("{}/model", run.artifact_uri),
        None => format!("runs:/{}/model", run.run_id),
    };
    let tags = json!([{ "key": "cairn.model", "value": id }]);
    let body = json!({ "name": name, "source": source, "run_id": run.run_id, "tags": tags });
    Ok(client.post::<Made>("model-versions/create", &body)?.model_version.version)
}

/// Says on a version what was done with it, by whom and why.
pub(super) fn tell(client: &Client, entry: &Entry, version: &str) -> Result<(), MirrorError> {
    if entry.action == Action::Add {
        return Ok(());
    }
    let action = serde_json::to_value(entry.action).unwrap_or_default();
    let action = action.as_str().unwrap_or_default();
    let alias = entry.alias.map_or_else(String::new, |alias| format!(" {}", alias.name()));
    let forced = match entry.forced.join("; ") {
        none if none.is_empty() => none,
        gates => format!("; by force over: {gates}"),
    };
    let Entry { who, why, evidence, at_ms, .. } = entry;
    let value = format!("{action}{alias} by {who}: {why} ({evidence}; {at_ms} ms){forced}");
    let value: String = value.chars().take(crate::limits::MIRROR_NOTE_CHARS_MAX).collect();
    let key = format!("cairn.change.{:06}", entry.number);
    let body = json!({ "name": name(entry.task), "version": version, "key": key, "value": value });
    client.post::<Value>("model-versions/set-tag", &body).map(|_empty| ())
}

/// Makes the aliases of a task what they are here; aliases of other names are others' business.
pub(super) fn point(client: &Client, task: Task, wanted: &OfTask) -> Result<(), MirrorError> {
    let name = name(task);
    let got: Got = client.get("registered-models/get", &[("name", &name)])?;
    let there = got.registered_model.aliases;
    for alias in Alias::ALL {
        let held = there.iter().find(|it| it.alias == alias.name());
        let version = wanted.get(&alias).map(|id| find(client, task, id)).transpose()?.flatten();
        match (version, held) {
            (Some(version), Some(held)) if held.version == version => {}
            (Some(version), _) => {
                let body = json!({ "name": name, "alias": alias.name(), "version": version });
                client.post::<Value>("registered-models/alias", &body)?;
            }
            (None, Some(_)) => {
                let body = json!({ "name": name, "alias": alias.name() });
                client.delete("registered-models/alias", &body)?;
            }
            (None, None) => {}
        }
    }
    Ok(())
}
