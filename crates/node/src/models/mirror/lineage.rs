//! Lineage of a run as OpenLineage events: what began, from what, and what came of it.

use super::error::MirrorError;
use crate::limits::MIRROR_MESSAGE_CHARS_MAX;
use cairn_ground::Timestamp;
use cairn_learning::data::Source;
use cairn_learning::model::ModelId;
use cairn_learning::run::Run;
use serde_json::{Value, json};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// Who says so.
const PRODUCER: &str = concat!("https://github.com/cairn/cairn/", env!("CARGO_PKG_VERSION"));
/// What an event is. Source: OpenLineage 2-0-2.
const SCHEMA: &str = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";
/// Whose names these are.
const NAMESPACE: &str = "cairn";
/// Longest time for an event to be taken. Source: choice: a person waits for the command.
const TIME_MAX: Duration = Duration::from_secs(5);

/// Where events go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineagePlace {
    /// A file with one event a line.
    File(PathBuf),
    /// An address that takes one event a request, such as Marquez's `/api/v1/lineage`.
    Url(String),
}

/// The events of one run.
#[derive(Debug, Clone)]
pub struct Lineage {
    place: LineagePlace,
    job: String,
    run: String,
}

/// How a run ended.
#[derive(Debug)]
pub enum Ending<'a> {
    /// With a model.
    Complete {
        /// What taught.
        sources: &'a [Source],
        /// All of it together.
        data_id: &'a str,
        /// The model's id.
        model: String,
    },
    /// Without.
    Fail {
        /// Why.
        why: &'a str,
    },
}

impl<'a> Ending<'a> {
    /// The ending of a run that has a model.
    pub fn of(run: &'a Run) -> Self {
        let pedigree = &run.model.pedigree;
        let model = ModelId::of(&run.bytes).to_string();
        Self::Complete { sources: &pedigree.sources, data_id: &pedigree.data_id, model }
    }
}

impl FromStr for LineagePlace {
    type Err = MirrorError;

    fn from_str(text: &str) -> Result<Self, MirrorError> {
        match text.split_once("://") {
            Some(("http" | "https", host)) if !host.is_empty() => Ok(Self::Url(text.to_owned())),
            None if !text.is_empty() => Ok(Self::File(PathBuf::from(text))),
            _ => Err(MirrorError::Address(text.to_owned())),
        }
    }
}

impl Lineage {
    /// Of a run of a task; `salt` makes it a run of its own.
    pub fn of(place: LineagePlace, task: &str, salt: &[u8]) -> Self {
        Self { place, job: format!("learn.{task}"), run: uuid(salt) }
    }

    /// Says that it began.
    ///
    /// # Errors
    /// When nobody takes it.
    pub fn start(&self, at: Timestamp) -> Result<(), MirrorError> {
        self.emit(&self.event("START", at))
    }

    /// Says how it ended.
    ///
    /// # Errors
    /// When nobody takes it.
    pub fn end(&self, at: Timestamp, ending: &Ending<'_>) -> Result<(), MirrorError> {
        let mut event;
        match ending {
            Ending::Complete { sources, data_id, model } => {
                event = self.event("COMPLETE", at);
                let inputs = sources.iter().map(|source| dataset(&source.name, &source.digest));
                event["inputs"] = inputs.chain([dataset("rows", data_id)]).collect();
                event["outputs"] = json!([dataset("model", model)]);
            }
            Ending::Fail { why } => {
                event = self.event("FAIL", at);
                let message: String = why.chars().take(MIRROR_MESSAGE_CHARS_MAX).collect();
                event["run"]["facets"]["errorMessage"] = json!({
                    "_producer": PRODUCER,
                    "_schemaURL": "https://openlineage.io/spec/facets/1-0-0/ErrorMessageRunFacet.json",
                    "message": message,
                    "programmingLanguage": "Rust",
                });
            }
        }
        self.emit(&event)
    }

    fn event(&self, kind: &str, at: Timestamp) -> Value {
        json!({
            "eventType": kind,
            "eventTime": iso(at),
            "producer": PRODUCER,
            "schemaURL": SCHEMA,
            "run": { "runId": self.run, "facets": {} },
            "job": { "namespace": NAMESPACE, "name": self.job },
            "inputs": [],
            "outputs": [],
        })
    }

    fn emit(&self, event: &Value) -> Result<(), MirrorError> {
        match &self.place {
            LineagePlace::File(path) => {
                let mut file = OpenOptions::new().create(true).append(true).open(path)?;
                Ok(file.write_all(format!("{event}\n").as_bytes())?)
            }
            LineagePlace::Url(url) => post(url, event),
        }
    }
}

fn post(url: &str, event: &Value) -> Result<(), MirrorError> {
    let request = crate::outward::agent(None, TIME_MAX).post(url).content_type("application/json");
    let answer = request.send(event.to_string());
    let status = answer.map_err(|error| MirrorError::Unreachable(Box::new(error)))?.status();
    let (path, status) = ("lineage".to_owned(), status.as_u16());
    match status {
        200..=299 => Ok(()),
        _ => {
            Err(MirrorError::Refused { path, status, code: String::new(), message: String::new() })
        }
    }
}

/// A data set, named and of one version.
fn dataset(name: &str, version: &str) -> Value {
    json!({
        "namespace": NAMESPACE,
        "name": name,
        "facets": { "version": {
            "_producer": PRODUCER,
            "_schemaURL": "https://openlineage.io/spec/facets/1-0-0/DatasetVersionDatasetFacet.json",
            "datasetVersion": version,
        } },
    })
}

/// An id of the form the events want, of what is hashed. Source: RFC 9562, 5.8 (version 8).
fn uuid(salt: &[u8]) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&blake3::derive_key("cairn lineage run v1", salt)[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = format!("{:032x}", u128::from_be_bytes(bytes));
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| hex.get(part).unwrap_or_default());
    parts.join("-")
}

/// An instant in the spelling of RFC 3339.
fn iso(at: Timestamp) -> String {
    let ms = at.ms().rem_euclid(86_400_000);
    let (h, m, s) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
    format!("{}T{h:02}:{m:02}:{s:02}.{:03}Z", at.day(), ms % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_has_one_id_of_the_form_the_events_want_and_its_instants_are_utc() {
        let id = uuid(b"a");
        assert_eq!((id.len(), id.as_bytes()[14], uuid(b"a") == id), (36, b'8', true));
        assert_ne!(uuid(b"b"), id);
        assert_eq!(iso(Timestamp::from_ms(1_795_689_775_657)), "2026-11-26T10:42:55.657Z");
    }

    #[test]
    fn a_file_gets_an_event_a_line_and_an_address_is_http() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.jsonl");
        let place: LineagePlace = path.to_str().unwrap().parse().unwrap();
        let lineage = Lineage::of(place, "radius", b"1");
        lineage.start(Timestamp::from_ms(0)).unwrap();
        lineage.end(Timestamp::from_ms(9), &Ending::Fail { why: "no rows" }).unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        let events: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(
            (&events[0]["eventType"], &events[1]["eventType"]),
            (&json!("START"), &json!("FAIL"))
        );
        assert_eq!(events[0]["run"]["runId"], events[1]["run"]["runId"]);
        assert!("ftp://a/b".parse::<LineagePlace>().is_err());
        assert_eq!(
            "http://a/b".parse::<LineagePlace>().unwrap(),
            LineagePlace::Url("http://a/b".to_owned())
        );
    }
}
