//! What a spec trains, or is given: the same for every fold, for liars and for all rows.

use super::error::FitError;
use super::heads::{FittedHeads, forests};
use super::network;
use super::scorer::Scorer;
use crate::boost::Matrix;
use crate::spec::{Learner, TaskSpec};
use cairn_neural::Network;

/// A recipe: it makes scorers of rows and labels.
#[derive(Debug, Clone, Copy)]
pub struct Recipe<'a> {
    /// The spec.
    pub spec: &'a TaskSpec,
    /// The network that the spec has from elsewhere.
    pub given: Option<&'a Network>,
    /// Threads; they change no byte.
    pub n_threads: usize,
}

impl Recipe<'_> {
    /// Teaches rows with their labels.
    ///
    /// # Errors
    /// This program cannot, or nothing came of it.
    pub fn fit(&self, rows: &Matrix, labels: &[f32]) -> Result<FittedHeads, FitError> {
        let network = match (self.spec.training.learner, self.given) {
            (Learner::Forest, _) => return Ok(forests(self.spec, rows, labels, self.n_threads)),
            (Learner::Network, _) => network::trained(self.spec, rows, labels)?,
            (Learner::Given, Some(given)) => network::fitting(self.spec, given)?,
            (Learner::Given, None) => return Err(FitError::NotGiven),
        };
        let importance = network::importance(&network, rows);
        Ok(FittedHeads { scorer: Scorer::Network(network), importance })
    }
}
