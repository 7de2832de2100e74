//! The registry's folder: models, signatures, log, aliases, a lock.

use super::aliases::Aliases;
use super::error::RegistryError;
use super::keys::{Keys, SignatureFile};
use super::log::{self, Action, Entry};
use crate::limits::MODEL_BYTES_MAX;
use crate::model::{Model, ModelId};
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// A registry on disk.
#[derive(Debug)]
pub struct Registry {
    root: PathBuf,
}

/// A model with what it is called.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// The entry by which it came in.
    pub added: Entry,
    /// Its aliases.
    pub aliases: Vec<&'static str>,
}

impl Registry {
    /// The registry in a folder; nothing is made before something is added.
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Its keys.
    pub fn keys(&self) -> Keys {
        Keys::at(&self.root)
    }

    /// Its log: another size or time of change says that something changed.
    pub fn log_path(&self) -> PathBuf {
        self.root.join("log.jsonl")
    }

    pub(super) fn aliases_path(&self) -> PathBuf {
        self.root.join("aliases.json")
    }

    fn model_path(&self, id: &str) -> PathBuf {
        self.root.join("models").join(format!("{id}.model"))
    }

    fn signature_path(&self, id: &str) -> PathBuf {
        self.root.join("models").join(format!("{id}.sig"))
    }

    /// What was done.
    ///
    /// # Errors
    /// When the log was changed.
    pub fn log(&self) -> Result<Vec<Entry>, RegistryError> {
        log::read(&self.log_path())
    }

    /// Which model is called what.
    ///
    /// # Errors
    /// When the log was changed.
    pub fn aliases(&self) -> Result<Aliases, RegistryError> {
        Ok(Aliases::of_log(&self.log()?))
    }

    /// Nobody else changes it while this is held.
    pub(super) fn lock(&self) -> Result<File, RegistryError> {
        fs::create_dir_all(self.root.join("models")).map_err(RegistryError::disk(&self.root))?;
        let path = self.root.join("lock");
        let file = File::create(&path).map_err(RegistryError::disk(&path))?;
        if file.try_lock().is_err() {
            return Err(RegistryError::Busy { path: self.root.clone() });
        }
        Ok(file)
    }

    /// Takes a model in, signed; one that is there already changes nothing.
    ///
    /// # Errors
    /// When the bytes are no model, or there is no key to sign with.
    pub fn add(&self, bytes: &[u8], who: &str, at_ms: i64) -> Result<String, RegistryError> {
        let id = ModelId::of(bytes).to_string();
        let model = Model::from_bytes(bytes)
            .map_err(|error| RegistryError::Model { id: id.clone(), error: Box::new(error) })?;
        let _lock = self.lock()?;
        if self.log()?.iter().any(|entry| entry.action == Action::Add && entry.model == id) {
            return Ok(id);
        }
        let signature = self.keys().sign(bytes)?;
        let signature = serde_json::to_string(&signature).unwrap_or_default();
        write_whole(&self.model_path(&id), bytes, 0o644)?;
        write_whole(&self.signature_path(&id), signature.as_bytes(), 0o644)?;
        let entry = Entry {
            number: 0,
            after: String::new(),
            at_ms,
            action: Action::Add,
            task: model.spec().task,
            model: id.clone(),
            alias: None,
            who: who.to_owned(),
            why: model.pedigree.spec_id.clone(),
            evidence: model.pedigree.run_id,
            forced: Vec::new(),
            percent: None,
        };
        log::append(&self.log_path(), entry)?;
        Ok(id)
    }

    /// The models that came in, in that order.
    ///
    /// # Errors
    /// When the log was changed.
    pub fn list(&self) -> Result<Vec<Listed>, RegistryError> {
        let entries = self.log()?;
        let aliases = Aliases::of_log(&entries);
        let called = |entry: &Entry| {
            let of = aliases.tasks.get(&entry.task).into_iter().flatten();
            of.filter(|(_, id)| **id == entry.model).map(|(alias, _)| alias.name()).collect()
        };
        let added = entries.iter().filter(|entry| entry.action == Action::Add);
        let listed = added.map(|entry| Listed {
            id: entry.model.clone(),
            aliases: called(entry),
            added: entry.clone(),
        });
        Ok(listed.collect())
    }

    /// The full id of the model that begins so, or has that alias (`radius/champion`).
    ///
    /// # Errors
    /// When there is none, or several.
    pub fn find(&self, head: &str) -> Result<String, RegistryError> {
        if let Some((task, alias)) = head.split_once('/') {
            let task = crate::spec::Task::of_name(task);
            let alias = super::aliases::Alias::of_name(alias);
            let aliases = self.aliases()?;
            let found = task.zip(alias).and_then(|(task, alias)| aliases.get(task, alias));
            return found.map(str::to_owned).ok_or_else(|| RegistryError::Unknown(head.to_owned()));
        }
        let ids = self.list()?.into_iter().map(|listed| listed.id);
        let mut ids: Vec<String> = ids.filter(|id| id.starts_with(head)).collect();
        match ids.len() {
            1 if !head.is_empty() => Ok(ids.remove(0)),
            0 | 1 => Err(RegistryError::Unknown(head.to_owned())),
            n => Err(RegistryError::Ambiguous { head: head.to_owned(), n }),
        }
    }

    /// A model, believed only when its file is the one it is named after and a trusted key signed it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn load(&self, id: &str) -> Result<Model, RegistryError> {
        let bytes = self.verified(id)?;
        Model::from_bytes(&bytes)
            .map_err(|error| RegistryError::Model { id: id.to_owned(), error: Box::new(error) })
    }

    fn verified(&self, id: &str) -> Result<Vec<u8>, RegistryError> {
        let path = self.model_path(id);
        let size = fs::metadata(&path).map_err(RegistryError::disk(&path))?.len();
        if size > MODEL_BYTES_MAX as u64 {
            let error = Box::new(crate::model::ModelError::TooLarge(size as usize));
            return Err(RegistryError::Model { id: id.to_owned(), error });
        }
        let bytes = fs::read(&path).map_err(RegistryError::disk(&path))?;
        let found = ModelId::of(&bytes).to_string();
        if found != id {
            return Err(RegistryError::Changed { id: id.to_owned(), found });
        }
        let path = self.signature_path(id);
        let text = fs::read_to_string(&path).map_err(RegistryError::disk(&path))?;
        let file: SignatureFile = serde_json::from_str(&text).map_err(|error| {
            RegistryError::Signature { id: id.to_owned(), what: format!("its signature: {error}") }
        })?;
        self.keys().verify(id, &bytes, &file)?;
        Ok(bytes)
    }
}

/// Writes a file whole or not at all, and durably.
pub(super) fn write_whole(path: &Path, bytes: &[u8], mode: u32) -> Result<(), RegistryError> {
    let temporary = path.with_extension("writing");
    let disk = || RegistryError::disk(path);
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(true).mode(mode);
    let mut file = options.open(&temporary).map_err(disk())?;
    file.write_all(bytes).map_err(disk())?;
    file.sync_all().map_err(disk())?;
    fs::rename(&temporary, path).map_err(disk())?;
    let folder = path.parent().unwrap_or(path);
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(disk())
}
