//! What gives raw words, however it was taught: forests, one a head, or one network with a score a head.

use crate::boost::{Forest, Size};
use cairn_neural::Network;

/// Weights of a network that cost what a step through a tree costs. Source: measured, docs/measured/models.md,
/// "Networks beside forests".
const WEIGHTS_PER_STEP: usize = 4;

/// What gives raw words.
#[derive(Debug, Clone, PartialEq)]
pub enum Scorer {
    /// One a head.
    Forests(Vec<Forest>),
    /// A score a head.
    Network(Network),
}

impl Scorer {
    /// The raw word of a row.
    pub(crate) fn score(&self, row: &[f32]) -> Vec<f32> {
        match self {
            Self::Forests(forests) => forests.iter().map(|forest| forest.score(row)).collect(),
            Self::Network(network) => {
                let mut scores = vec![0.0; network.n_scores()];
                network.score(|feature| row[feature], &mut scores);
                scores
            }
        }
    }

    /// Scores it gives.
    pub(crate) fn n_scores(&self) -> usize {
        match self {
            Self::Forests(forests) => forests.len(),
            Self::Network(network) => network.n_scores(),
        }
    }

    /// Whether it takes rows so wide.
    pub(crate) fn takes(&self, n_features: usize) -> bool {
        match self {
            Self::Forests(forests) => forests.iter().all(|it| it.n_features() == n_features),
            Self::Network(network) => network.n_features() == n_features,
        }
    }

    /// How large it is.
    pub(crate) fn size(&self) -> Size {
        match self {
            Self::Forests(forests) => {
                forests.iter().map(Forest::size).fold(Size::default(), |all, it| Size {
                    n_trees: all.n_trees + it.n_trees,
                    n_nodes: all.n_nodes + it.n_nodes,
                    n_steps: all.n_steps + it.n_steps,
                })
            }
            Self::Network(network) => Size {
                n_trees: 0,
                n_nodes: 0,
                n_steps: network.n_weights().div_ceil(WEIGHTS_PER_STEP),
            },
        }
    }

    /// Its bytes.
    pub(crate) fn n_bytes(&self) -> usize {
        match self {
            Self::Forests(forests) => forests.iter().map(|forest| forest.to_bytes().len()).sum(),
            Self::Network(network) => network.to_bytes().len(),
        }
    }

    /// What it is made of, in words.
    pub(crate) fn shape(&self) -> String {
        match self {
            Self::Forests(_) => {
                let size = self.size();
                format!("{} trees of {} nodes", size.n_trees, size.n_nodes)
            }
            Self::Network(network) => {
                let widths = network.layers.iter().map(|layer| layer.bias.len());
                let widths = [network.n_inputs()].into_iter().chain(widths);
                let widths: Vec<String> = widths.map(|width| width.to_string()).collect();
                format!("a network {} wide", widths.join("-"))
            }
        }
    }
}
