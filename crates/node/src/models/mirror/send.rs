//! Sends what waits, in order, until all of it is there or the server is not.

use super::client::Client;
use super::error::MirrorError;
use super::outbox::{Outbox, Waiting};
use super::runs::{self, Info, Sending};
use super::told::Told;
use super::versions;
use crate::limits::MIRROR_FILE_BYTES_MAX;
use cairn_learning::model::{Model, ModelId};
use cairn_learning::registry::{Entry, Registry};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Files of a run's folder that are mirrored as they are, beside the model.
const FILES: [&str; 6] =
    ["spec.toml", "run.json", "report.html", "card.md", "losses.json", "timing.json"];

/// The mirror of a folder of models.
#[derive(Debug, Clone)]
pub struct Mirror {
    models: PathBuf,
    outbox: Outbox,
}

/// What was sent, and what was not.
#[derive(Debug, Default)]
pub struct Sent {
    /// Runs that are there now.
    pub n_runs: usize,
    /// Changes of the registry that are there now.
    pub n_entries: usize,
    /// Runs and changes that wait.
    pub n_waiting: usize,
    /// Runs set aside because the server refused them too often.
    pub n_set_aside: usize,
    /// Why something waits.
    pub error: Option<MirrorError>,
}

impl Mirror {
    /// The mirror of the models in a folder.
    pub fn at(models: &Path) -> Self {
        Self { models: models.to_owned(), outbox: Outbox::at(&models.join("mirror")) }
    }

    /// Has a run wait until it is mirrored; false when too many do.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn put(&self, run: &str, at_ms: i64) -> io::Result<bool> {
        self.outbox.put(run, at_ms)
    }

    /// Runs and changes that `client` does not have yet.
    pub fn n_waiting(&self, client: &Client) -> usize {
        let n_runs = self.outbox.waiting().map_or(0, |it| it.len());
        let n_log = self.registry().log().map_or(0, |it| it.len());
        n_runs + n_log.saturating_sub(self.outbox.mark(client.url()).n_entries)
    }

    /// Sends what waits: runs, then what happened to the registry.
    pub fn send(&self, client: &Client) -> Sent {
        let mut sent = Sent::default();
        sent.error = match self.outbox.lock() {
            Ok(Some(_lock)) => self.send_all(client, &mut sent).err().or(sent.error.take()),
            // Another process sends just now: it will see to all of it.
            Ok(None) => None,
            Err(error) => Some(error.into()),
        };
        sent.n_waiting = self.n_waiting(client);
        sent
    }

    fn send_all(&self, client: &Client, sent: &mut Sent) -> Result<(), MirrorError> {
        for item in self.outbox.waiting()? {
            match self.send_waiting(client, &item) {
                Ok(_info) => {
                    self.outbox.remove(&item)?;
                    sent.n_runs += 1;
                }
                Err(error) if error.is_of_this() => {
                    sent.n_set_aside += usize::from(self.outbox.refuse(&item)?);
                    sent.error = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
        self.send_registry(client, sent)
    }

    fn send_waiting(&self, client: &Client, item: &Waiting) -> Result<Info, MirrorError> {
        let folder = self.folder(&item.run);
        let path = folder.join("model.cairn");
        let ours = |what: String| MirrorError::Ours(format!("run {}: {what}", item.run));
        let bytes = fs::read(&path).map_err(|error| ours(error.to_string()))?;
        let model = Model::from_bytes(&bytes).map_err(|error| ours(error.to_string()))?;
        runs::send(client, &self.sending(&model, bytes, item.at_ms))
    }

    /// What is sent of a model: its pedigree, and the files of its run's folder that are there.
    fn sending(&self, model: &Model, bytes: Vec<u8>, at_ms: i64) -> Sending {
        let pedigree = &model.pedigree;
        let folder = self.folder(&pedigree.run_id);
        let id = ModelId::of(&bytes).to_string();
        let card = fs::read_to_string(folder.join("card.md")).unwrap_or_default();
        let described = ("model/MLmodel".to_owned(), flavor(&id, &pedigree.run_id));
        let mut files = vec![described, ("model/model.cairn".to_owned(), bytes)];
        for name in FILES {
            files.extend(small(&folder.join(name)).map(|bytes| (name.to_owned(), bytes)));
        }
        Sending {
            run: pedigree.run_id.clone(),
            experiment: format!("cairn/{}", pedigree.task.name()),
            at_ms,
            told: Told::of(&id, pedigree, &card),
            files,
        }
    }

    fn send_registry(&self, client: &Client, sent: &mut Sent) -> Result<(), MirrorError> {
        let registry = self.registry();
        let ours =
            |error: cairn_learning::registry::RegistryError| MirrorError::Ours(error.to_string());
        let log = registry.log().map_err(ours)?;
        let mut mark = self.outbox.mark(client.url());
        if mark.n_entries >= log.len() {
            return Ok(());
        }
        for entry in log.iter().skip(mark.n_entries) {
            match self.version(client, &registry, entry) {
                Ok(version) => versions::tell(client, entry, &version)?,
                // A model that is not to be believed is mirrored by nobody, and holds nobody up.
                Err(error @ MirrorError::Ours(_)) => sent.error = Some(error),
                Err(error) => return Err(error),
            }
        }
        for (task, of) in &registry.aliases().map_err(ours)?.tasks {
            versions::point(client, *task, of)?;
        }
        sent.n_entries = log.len() - mark.n_entries;
        mark.n_entries = log.len();
        self.outbox.set_mark(&mark)
    }

    /// The version of an entry's model, made where it is not there.
    fn version(
        &self,
        client: &Client,
        registry: &Registry,
        entry: &Entry,
    ) -> Result<String, MirrorError> {
        if let Some(version) = versions::find(client, entry.task, &entry.model)? {
            return Ok(version);
        }
        let ours = |what: String| MirrorError::Ours(format!("model {}: {what}", entry.model));
        let model = registry.load(&entry.model).map_err(|error| ours(error.to_string()))?;
        // The file as it is: its name is the hash of these very bytes.
        let path = self.models.join("registry/models").join(format!("{}.model", entry.model));
        let bytes = fs::read(&path).map_err(|error| ours(error.to_string()))?;
        let info = runs::send(client, &self.sending(&model, bytes, entry.at_ms))?;
        versions::make(client, (entry.task, &entry.model), &info)
    }

    fn registry(&self) -> Registry {
        Registry::at(&self.models.join("registry"))
    }

    fn folder(&self, run: &str) -> PathBuf {
        let name: String = run.chars().filter(char::is_ascii_hexdigit).collect();
        self.models.join("runs").join(name)
    }
}

/// A file, if it is there and no larger than one may be.
fn small(path: &Path) -> Option<Vec<u8>> {
    let size = fs::metadata(path).ok()?.len();
    (size <= MIRROR_FILE_BYTES_MAX).then(|| fs::read(path).ok()).flatten()
}

/// What makes a folder a model for MLflow: the file that says what is in it.
fn flavor(id: &str, run: &str) -> Vec<u8> {
    let text = format!(
        "artifact_path: model\nflavors:\n  cairn:\n    data: model.cairn\n    model: {id}\n    run: '{run}'\n"
    );
    text.into_bytes()
}
