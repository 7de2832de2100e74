//! A model's file: a head that tells its pedigree, its forests or its network, one checksum (L2).

use super::error::ModelError;
use super::pedigree::Pedigree;
use crate::boost::{Forest, Size};
use crate::feature::FeatureSet;
use crate::fit::{Scorer, Terms, Word, n_heads, stratum};
use crate::limits::{HEAD_BYTES_MAX, MODEL_BYTES_MAX};
use crate::spec::{LabelKind, Learner, TaskSpec};
use cairn_neural::Network;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What the file begins with.
const MAGIC: &[u8; 8] = b"CAIRNMDL";
/// The version of a file of forests.
const FORESTS: u32 = 1;
/// The version of a file of one network.
const NETWORK: u32 = 2;
/// A BLAKE3 digest.
const CHECKSUM_BYTES: usize = 32;

/// A model's name: the BLAKE3 hash of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModelId(pub [u8; 32]);

impl ModelId {
    /// The name of a file's bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// The name written so.
    pub fn parse(hex: &str) -> Option<Self> {
        blake3::Hash::from_hex(hex).ok().map(|hash| Self(*hash.as_bytes()))
    }
}

impl fmt::Display for ModelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

/// A model.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub(crate) spec: TaskSpec,
    pub(crate) set: FeatureSet,
    /// Where it comes from.
    pub pedigree: Pedigree,
    /// What its raw words are worth.
    pub terms: Terms,
    pub(crate) scorer: Scorer,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    pedigree: Pedigree,
    terms: Terms,
}

impl Model {
    /// The model's file.
    ///
    /// # Errors
    /// When its head cannot be written.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ModelError> {
        let head = Head { pedigree: self.pedigree.clone(), terms: self.terms.clone() };
        let head =
            serde_json::to_vec(&head).map_err(|error| ModelError::Head(error.to_string()))?;
        let mut bytes = Vec::new();
        bytes.extend_from_slice(MAGIC);
        let (version, blocks) = match &self.scorer {
            Scorer::Forests(forests) => (FORESTS, forests.iter().map(Forest::to_bytes).collect()),
            Scorer::Network(network) => (NETWORK, vec![network.to_bytes()]),
        };
        bytes.extend_from_slice(&version.to_le_bytes());
        bytes.extend_from_slice(&(head.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&head);
        bytes.extend_from_slice(&(blocks.len() as u32).to_le_bytes());
        for block in blocks {
            bytes.extend_from_slice(&(block.len() as u32).to_le_bytes());
            bytes.extend_from_slice(&block);
        }
        let checksum = blake3::hash(&bytes);
        bytes.extend_from_slice(checksum.as_bytes());
        Ok(bytes)
    }

    /// The model of a file, judged whole: nothing is believed before the checksum.
    ///
    /// # Errors
    /// What is wrong with it; a model of other features than this program computes is refused too.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        // invariant: L2
        if bytes.len() > MODEL_BYTES_MAX {
            return Err(ModelError::TooLarge(bytes.len()));
        }
        let short = ModelError::Length { found: bytes.len(), at: MAGIC.len() + CHECKSUM_BYTES };
        let (body, checksum) = bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or(short)?;
        let mut cursor = Cursor { bytes: body, at: 0 };
        if cursor.take(MAGIC.len())? != MAGIC {
            return Err(ModelError::Magic);
        }
        let version = cursor.word()?;
        if ![FORESTS, NETWORK].contains(&version) {
            return Err(ModelError::Version(version));
        }
        if blake3::hash(body) != blake3::Hash::from_bytes(*checksum) {
            return Err(ModelError::Checksum);
        }
        let n_head = cursor.word()? as usize;
        if n_head > HEAD_BYTES_MAX {
            return Err(ModelError::TooLarge(n_head));
        }
        let head: Head = serde_json::from_slice(cursor.take(n_head)?)
            .map_err(|error| ModelError::Head(error.to_string()))?;
        let scorer = match version {
            NETWORK => network(&mut cursor)?,
            _ => forests(&mut cursor)?,
        };
        if cursor.at != body.len() {
            return Err(ModelError::Length { found: bytes.len(), at: cursor.at + CHECKSUM_BYTES });
        }
        Self::fitting(head, scorer)
    }

    /// Whether head, scorer and this program go together.
    fn fitting(head: Head, scorer: Scorer) -> Result<Self, ModelError> {
        let Head { pedigree, terms } = head;
        let spec = TaskSpec::parse(&pedigree.spec, &[])?;
        let found = spec.id().to_string();
        if found != pedigree.spec_id {
            return Err(ModelError::SpecId { found, said: pedigree.spec_id });
        }
        let set = FeatureSet::of(spec.task, &spec.features.names)
            .ok_or(ModelError::Shape("a feature that is not in the catalog"))?;
        let ours = set.hash().to_string();
        if ours != pedigree.feature_hash {
            return Err(ModelError::Features { model: pedigree.feature_hash, ours });
        }
        if spec.training.learner.is_forest() != matches!(scorer, Scorer::Forests(_)) {
            return Err(ModelError::Shape("a network where it wants forests, or forests for one"));
        }
        if scorer.n_scores() != n_heads(&spec) {
            return Err(ModelError::Shape("another number of forests or scores"));
        }
        if !scorer.takes(spec.features.names.len()) {
            return Err(ModelError::Shape("another width of rows"));
        }
        if !terms.fits(&spec) {
            return Err(ModelError::Shape("terms of other classes, or that are no numbers"));
        }
        Ok(Self { spec, set, pedigree, terms, scorer })
    }

    /// The task it is for.
    pub const fn spec(&self) -> &TaskSpec {
        &self.spec
    }

    /// What it says of one row of the whole catalog. Of a sequence each row is taken by itself.
    ///
    /// # Panics
    /// When the row is not of the task's catalog.
    ///
    /// # Cost
    /// The steps of its forests, and two small vectors.
    pub fn word(&self, row: &[f32]) -> Word {
        let scores = self.scorer.score(&self.set.pick(row));
        match self.spec.label.kind {
            LabelKind::Size => self.terms.radii(stratum(row), &scores),
            LabelKind::Class => Word::Odds(self.terms.odds(&scores)),
            LabelKind::Choice => {
                let log_odds = f64::from(scores[0]) / self.terms.temperature;
                Word::Chosen(1.0 / (1.0 + (-log_odds).exp()))
            }
        }
    }

    /// How large its forests are together, or its network is.
    pub fn size(&self) -> Size {
        self.scorer.size()
    }

    /// What it is made of, in words.
    pub fn shape(&self) -> String {
        self.scorer.shape()
    }

    /// The network that it was given, when it was not trained here.
    pub fn given(&self) -> Option<&Network> {
        match &self.scorer {
            Scorer::Network(network) if self.spec.training.learner == Learner::Given => {
                Some(network)
            }
            _ => None,
        }
    }
}

fn forests(cursor: &mut Cursor<'_>) -> Result<Scorer, ModelError> {
    let mut forests = Vec::new();
    for number in 0..cursor.word()? as usize {
        let n_bytes = cursor.word()? as usize;
        let forest = Forest::from_bytes(cursor.take(n_bytes)?);
        forests.push(forest.map_err(|error| ModelError::Forest { number, error })?);
    }
    Ok(Scorer::Forests(forests))
}

fn network(cursor: &mut Cursor<'_>) -> Result<Scorer, ModelError> {
    if cursor.word()? != 1 {
        return Err(ModelError::Shape("another number of networks than one"));
    }
    let n_bytes = cursor.word()? as usize;
    Ok(Scorer::Network(Network::from_bytes(cursor.take(n_bytes)?)?))
}

/// Bytes that are taken from the front.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8], ModelError> {
        let found = self.bytes.len();
        let end = self.at.checked_add(n).filter(|end| *end <= found);
        let end = end.ok_or(ModelError::Length { found, at: self.at.saturating_add(n) })?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn word(&mut self) -> Result<u32, ModelError> {
        self.take(4).map(|it| u32::from_le_bytes([it[0], it[1], it[2], it[3]]))
    }
}

#[cfg(test)]
#[path = "codec_tests.rs"]
mod tests;
