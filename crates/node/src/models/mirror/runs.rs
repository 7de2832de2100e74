//! A run there: made once, found by its tag ever after, filled until all of it is there.

use super::client::Client;
use super::error::MirrorError;
use super::told::Told;
use crate::limits::{MIRROR_METRICS_PER_CALL_MAX, MIRROR_PARAMS_PER_CALL_MAX};
use serde::Deserialize;
use serde_json::{Value, json};

/// The tag that says that all of a run is there.
const WHOLE: &str = "cairn.whole";

/// A run that is to be there.
#[derive(Debug)]
pub(super) struct Sending {
    /// Its name.
    pub(super) run: String,
    /// The experiment it belongs to.
    pub(super) experiment: String,
    /// When it was made, ms.
    pub(super) at_ms: i64,
    /// What is said of it.
    pub(super) told: Told,
    /// Its files, by their path there.
    pub(super) files: Vec<(String, Vec<u8>)>,
}

/// Where a run is.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Info {
    /// Its id there.
    pub(super) run_id: String,
    /// Where its files are.
    #[serde(default)]
    pub(super) artifact_uri: String,
}

#[derive(Debug, Deserialize)]
struct Experiment {
    experiment_id: String,
}

#[derive(Debug, Deserialize)]
struct ByName {
    experiment: Experiment,
}

#[derive(Debug, Deserialize)]
struct Tag {
    key: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Data {
    tags: Vec<Tag>,
}

#[derive(Debug, Deserialize)]
struct There {
    info: Info,
    #[serde(default)]
    data: Data,
}

#[derive(Debug, Deserialize)]
struct Made {
    run: There,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Found {
    runs: Vec<There>,
}

/// Sends what is not there yet.
pub(super) fn send(client: &Client, sending: &Sending) -> Result<Info, MirrorError> {
    let experiment = experiment(client, &sending.experiment)?;
    let there = match find(client, &experiment, &sending.run)? {
        Some(there) => there,
        None => make(client, &experiment, sending)?,
    };
    let info = there.info;
    if there.data.tags.iter().any(|tag| tag.key == WHOLE) {
        return Ok(info);
    }
    describe(client, &info, sending)?;
    put_files(client, &info, sending)?;
    let ending = json!({ "run_id": info.run_id, "status": "FINISHED", "end_time": sending.at_ms });
    client.post::<Value>("runs/update", &ending)?;
    let whole = json!({ "run_id": info.run_id, "key": WHOLE, "value": "yes" });
    client.post::<Value>("runs/set-tag", &whole)?;
    Ok(info)
}

/// The experiment of that name, made where it is not there.
fn experiment(client: &Client, name: &str) -> Result<String, MirrorError> {
    let by_name = || client.get::<ByName>("experiments/get-by-name", &[("experiment_name", name)]);
    match by_name() {
        Ok(found) => return Ok(found.experiment.experiment_id),
        Err(error) if error.is_missing() => {}
        Err(error) => return Err(error),
    }
    match client.post::<Experiment>("experiments/create", &json!({ "name": name })) {
        // Somebody else was quicker.
        Err(error) if error.is_there() => Ok(by_name()?.experiment.experiment_id),
        made => made.map(|made| made.experiment_id),
    }
}

fn find(client: &Client, experiment: &str, run: &str) -> Result<Option<There>, MirrorError> {
    let filter = format!("tags.`cairn.run` = '{run}'");
    let asked = json!({ "experiment_ids": [experiment], "filter": filter, "max_results": 1 });
    Ok(client.post::<Found>("runs/search", &asked)?.runs.into_iter().next())
}

fn make(client: &Client, experiment: &str, sending: &Sending) -> Result<There, MirrorError> {
    let body = json!({
        "experiment_id": experiment,
        "run_name": sending.run,
        "start_time": sending.at_ms,
        "tags": [{ "key": "cairn.run", "value": sending.run }],
    });
    Ok(client.post::<Made>("runs/create", &body)?.run)
}

/// Parameters, metrics, tags, data sets.
fn describe(client: &Client, info: &Info, sending: &Sending) -> Result<(), MirrorError> {
    let Told { params, metrics, tags, datasets } = &sending.told;
    let pair = |(key, value): &(String, String)| json!({ "key": key, "value": value });
    let batch = |body: Value| client.post::<Value>("runs/log-batch", &body);
    for some in params.chunks(MIRROR_PARAMS_PER_CALL_MAX) {
        let some: Vec<Value> = some.iter().map(pair).collect();
        batch(json!({ "run_id": info.run_id, "params": some }))?;
    }
    for some in metrics.chunks(MIRROR_METRICS_PER_CALL_MAX) {
        let one = |(key, value): &(String, f64)| json!({ "key": key, "value": value, "timestamp": sending.at_ms, "step": 0 });
        let some: Vec<Value> = some.iter().map(one).collect();
        batch(json!({ "run_id": info.run_id, "metrics": some }))?;
    }
    let tags: Vec<Value> = tags.iter().map(pair).collect();
    batch(json!({ "run_id": info.run_id, "tags": tags }))?;
    let inputs = json!({ "run_id": info.run_id, "datasets": datasets });
    client.post::<Value>("runs/log-inputs", &inputs).map(|_empty| ())
}

/// Its files, where the server takes them; one that keeps files elsewhere is told all but those.
fn put_files(client: &Client, info: &Info, sending: &Sending) -> Result<(), MirrorError> {
    let Some(folder) = proxied(&info.artifact_uri) else { return Ok(()) };
    for (path, bytes) in &sending.files {
        client.put(&format!("{folder}/{path}"), bytes)?;
    }
    Ok(())
}

/// The path below which the server itself takes files.
pub(super) fn proxied(artifact_uri: &str) -> Option<&str> {
    let rest = artifact_uri.strip_prefix("mlflow-artifacts:")?;
    let path = match rest.strip_prefix("//") {
        Some(with_host) => with_host.split_once('/')?.1,
        None => rest.strip_prefix('/')?,
    };
    let is_plain = |part: &str| !part.is_empty() && part != "." && part != "..";
    let is_safe = path.split('/').all(is_plain) && !path.contains(['?', '#', ' ', '%']);
    is_safe.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::proxied;

    #[test]
    fn files_go_only_where_the_server_takes_them_itself() {
        assert_eq!(proxied("mlflow-artifacts:/1/ab/artifacts"), Some("1/ab/artifacts"));
        assert_eq!(proxied("mlflow-artifacts://h:5000/1/ab/artifacts"), Some("1/ab/artifacts"));
        for elsewhere in
            ["s3://bucket/1", "/mnt/1", "", "mlflow-artifacts:/../1", "mlflow-artifacts:/1?x"]
        {
            assert_eq!(proxied(elsewhere), None, "{elsewhere}");
        }
    }
}
