//! Who signs models, and whose signatures are believed.

use super::error::RegistryError;
use super::store::write_whole;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// What is signed is this and the model's file: a signature of something else is none of a model.
const CONTEXT: &[u8] = b"cairn model v1\n";
/// Trusted keys at most.
const TRUSTED_MAX: usize = 64;

/// A signature beside a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignatureFile {
    /// The public key, in hex.
    pub key: String,
    /// The signature, in hex.
    pub signature: String,
}

/// The keys of a registry: one that signs, where this machine has it, and those that are trusted.
#[derive(Debug)]
pub struct Keys {
    folder: PathBuf,
}

impl Keys {
    pub(super) fn at(root: &Path) -> Self {
        Self { folder: root.join("keys") }
    }

    fn secret(&self) -> PathBuf {
        self.folder.join("signing.key")
    }

    fn trusted(&self) -> PathBuf {
        self.folder.join("trusted")
    }

    /// True when this machine can sign.
    pub fn can_sign(&self) -> bool {
        self.secret().exists()
    }

    /// Makes the signing key of random bytes, and trusts it.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn make(&self, random: &[u8; 32]) -> Result<(), RegistryError> {
        fs::create_dir_all(self.trusted()).map_err(RegistryError::disk(&self.folder))?;
        let key = SigningKey::from_bytes(random);
        write_whole(&self.secret(), hex(random).as_bytes(), 0o600)?;
        self.trust(&hex(key.verifying_key().as_bytes()))
    }

    /// Believes a public key from now on.
    ///
    /// # Errors
    /// When it is none, or the disk refuses.
    pub fn trust(&self, key: &str) -> Result<(), RegistryError> {
        let path = self.trusted().join(format!("{}.pub", key.get(..16).unwrap_or("key")));
        if public(key).is_none() {
            return Err(RegistryError::Key { path, what: "it is no ed25519 public key in hex" });
        }
        fs::create_dir_all(self.trusted()).map_err(RegistryError::disk(&self.folder))?;
        write_whole(&path, key.as_bytes(), 0o644)
    }

    /// Signs a model's file.
    ///
    /// # Errors
    /// When this machine has no signing key, or it is damaged.
    pub fn sign(&self, model: &[u8]) -> Result<SignatureFile, RegistryError> {
        let path = self.secret();
        let text = fs::read_to_string(&path).map_err(RegistryError::disk(&path))?;
        let secret = unhex::<32>(text.trim());
        let secret =
            secret.ok_or(RegistryError::Key { path, what: "it is no secret key in hex" })?;
        let key = SigningKey::from_bytes(&secret);
        let signature = key.sign(&message(model));
        Ok(SignatureFile {
            key: hex(key.verifying_key().as_bytes()),
            signature: hex(&signature.to_bytes()),
        })
    }

    /// Whether a trusted key signed these bytes.
    ///
    /// # Errors
    /// What is wrong with the signature.
    pub fn verify(
        &self,
        id: &str,
        model: &[u8],
        file: &SignatureFile,
    ) -> Result<(), RegistryError> {
        let fault =
            |what: &str| RegistryError::Signature { id: id.to_owned(), what: what.to_owned() };
        if !self.is_trusted(&file.key)? {
            return Err(fault("signed by a key that is not trusted here"));
        }
        let key = public(&file.key).ok_or_else(|| fault("signed by what is no key"))?;
        let signature = unhex::<64>(&file.signature);
        let signature = signature.ok_or_else(|| fault("its signature is none"))?;
        key.verify_strict(&message(model), &Signature::from_bytes(&signature))
            .map_err(|error| fault(&format!("its signature is of other bytes: {error}")))
    }

    fn is_trusted(&self, key: &str) -> Result<bool, RegistryError> {
        let folder = self.trusted();
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(RegistryError::disk(&folder)(error)),
        };
        for entry in entries.take(TRUSTED_MAX) {
            let path = entry.map_err(RegistryError::disk(&folder))?.path();
            let text = fs::read_to_string(&path).map_err(RegistryError::disk(&path))?;
            if text.trim() == key {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn message(model: &[u8]) -> Vec<u8> {
    [CONTEXT, blake3::hash(model).as_bytes()].concat()
}

fn public(key: &str) -> Option<VerifyingKey> {
    VerifyingKey::from_bytes(&unhex::<32>(key)?).ok()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N || !text.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}
