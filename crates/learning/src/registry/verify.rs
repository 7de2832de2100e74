//! Whether everything in a registry is what it says.

use super::error::RegistryError;
use super::log::Action;
use super::store::Registry;
use std::fs;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Entries of the log, each following the one before.
    pub n_entries: usize,
    /// Models whose file, signature and content are right.
    pub n_models: usize,
    /// What is wrong, by model or file.
    pub faults: Vec<String>,
}

impl Registry {
    /// Reads the whole log, and every model with its signature.
    ///
    /// # Errors
    /// When the log itself was changed.
    pub fn verify(&self) -> Result<Verified, RegistryError> {
        let entries = self.log()?;
        let mut verified = Verified { n_entries: entries.len(), n_models: 0, faults: Vec::new() };
        for entry in entries.iter().filter(|entry| entry.action == Action::Add) {
            match self.load(&entry.model) {
                Ok(_) => verified.n_models += 1,
                Err(error) => verified.faults.push(error.to_string()),
            }
        }
        verified.faults.extend(self.alias_fault()?);
        Ok(verified)
    }

    /// What is wrong with the aliases' file: it says what the log says, unless a crash came between, or somebody writes
    /// both just now.
    fn alias_fault(&self) -> Result<Option<String>, RegistryError> {
        if self.aliases_are_right()? {
            return Ok(None);
        }
        let is_right = match self.lock() {
            // Nobody writes.
            Ok(_lock) => self.aliases_are_right()?,
            Err(RegistryError::Busy { .. }) => true,
            Err(_cannot_be_written) => false,
        };
        let what = "aliases.json does not say what the log says: the next promotion writes it anew";
        Ok((!is_right).then(|| what.to_owned()))
    }

    /// True when the aliases' file says what the log says.
    fn aliases_are_right(&self) -> Result<bool, RegistryError> {
        let path = self.aliases_path();
        let aliases = self.aliases()?;
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::from("{}"),
            Err(error) => return Err(RegistryError::disk(&path)(error)),
        };
        Ok(match serde_json::from_str(&text) {
            Ok(written) => aliases == written,
            Err(_) => aliases.tasks.is_empty(),
        })
    }
}

#[cfg(test)]
#[path = "registry_tests.rs"]
mod tests;
