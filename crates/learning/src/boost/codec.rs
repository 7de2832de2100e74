//! A forest as bytes: five arrays under one checksum, judged whole before a row is scored (L2).

use super::forest::{Forest, Node};
use crate::limits::{DEPTH_MAX, FEATURES_MAX, NODES_MAX, TREES_MAX};
use thiserror::Error;

/// What the bytes begin with.
const MAGIC: &[u8; 8] = b"CAIRNGBT";
/// The version that is written and the only one that is read.
const VERSION: u32 = 1;
/// Magic, version, features, depth, padding, base, trees, nodes.
const HEAD_BYTES: usize = 8 + 4 + 2 + 1 + 1 + 4 + 4 + 4;
/// A BLAKE3 digest.
const CHECKSUM_BYTES: usize = 32;
/// Feature, threshold, left, right, leaf.
const NODE_BYTES: usize = 20;

/// Why bytes are no forest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ForestError {
    /// They are fewer or more than they say.
    #[error("a forest of {found} bytes where {expected} belong")]
    Length {
        /// Bytes there are.
        found: usize,
        /// Bytes there should be.
        expected: usize,
    },
    /// They begin otherwise.
    #[error("no forest: the first bytes are others")]
    Magic,
    /// They are of another version.
    #[error("forest version {0}: only {VERSION} is read")]
    Version(u32),
    /// The byte that says nothing says something.
    #[error("the forest's spare byte is {0}, should be 0")]
    Spare(u8),
    /// They were changed.
    #[error("the forest's checksum does not match")]
    Checksum,
    /// More trees, nodes, features or depth than allowed.
    #[error("a forest of {0} is over the limit")]
    TooLarge(&'static str),
    /// A node that leads nowhere, back, or beside its tree.
    #[error("node {node} of the forest {what}")]
    Node {
        /// Which.
        node: usize,
        /// What is wrong with it.
        what: &'static str,
    },
}

impl Forest {
    /// The forest's bytes; equal forests have equal ones.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.n_bytes());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&self.n_features.to_le_bytes());
        bytes.extend_from_slice(&[self.depth, 0]);
        bytes.extend_from_slice(&self.base.to_le_bytes());
        bytes.extend_from_slice(&(self.roots.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&(self.nodes.len() as u32).to_le_bytes());
        let words = self.roots.iter().copied();
        let words = words.chain(self.nodes.iter().map(|node| node.feature));
        let words = words.chain(self.nodes.iter().map(|node| node.threshold.to_bits()));
        let words = words.chain(self.nodes.iter().map(|node| node.children[0]));
        let words = words.chain(self.nodes.iter().map(|node| node.children[1]));
        let words = words.chain(self.values.iter().map(|value| value.to_bits()));
        words.for_each(|word| bytes.extend_from_slice(&word.to_le_bytes()));
        let checksum = blake3::hash(&bytes);
        bytes.extend_from_slice(checksum.as_bytes());
        bytes
    }

    fn n_bytes(&self) -> usize {
        HEAD_BYTES + 4 * self.roots.len() + NODE_BYTES * self.nodes.len() + CHECKSUM_BYTES
    }

    /// The forest of these bytes.
    ///
    /// # Errors
    /// When they are not exactly some forest's bytes, within the limits.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ForestError> {
        let short =
            ForestError::Length { found: bytes.len(), expected: HEAD_BYTES + CHECKSUM_BYTES };
        let (body, checksum) = bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or(short)?;
        let (head, arrays) = body.split_first_chunk::<HEAD_BYTES>().ok_or(short)?;
        if &head[..8] != MAGIC {
            return Err(ForestError::Magic);
        }
        let word =
            |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        if word(8) != VERSION {
            return Err(ForestError::Version(word(8)));
        }
        if blake3::hash(body) != blake3::Hash::from_bytes(*checksum) {
            return Err(ForestError::Checksum);
        }
        if head[15] != 0 {
            return Err(ForestError::Spare(head[15]));
        }
        let n_features = u16::from_le_bytes([head[12], head[13]]);
        let (n_trees, n_nodes) = (word(20) as usize, word(24) as usize);
        within(n_features, head[14], n_trees, n_nodes)?;
        let mut forest =
            Self { n_features, base: f32::from_bits(word(16)), depth: head[14], ..Self::default() };
        forest.fill(arrays, n_trees, n_nodes)?;
        forest.judge()?;
        Ok(forest)
    }

    fn fill(&mut self, arrays: &[u8], n_trees: usize, n_nodes: usize) -> Result<(), ForestError> {
        let expected = 4 * n_trees + NODE_BYTES * n_nodes;
        if arrays.len() != expected {
            let edges = HEAD_BYTES + CHECKSUM_BYTES;
            let (found, expected) = (arrays.len() + edges, expected + edges);
            return Err(ForestError::Length { found, expected });
        }
        let words: Vec<u32> = arrays
            .chunks_exact(4)
            .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
            .collect();
        let (roots, nodes) = words.split_at(n_trees);
        self.roots = roots.to_vec();
        let of = |array: usize, node: usize| nodes[array * n_nodes + node];
        for node in 0..n_nodes {
            self.nodes.push(Node {
                feature: of(0, node),
                threshold: f32::from_bits(of(1, node)),
                children: [of(2, node), of(3, node)],
            });
            self.values.push(f32::from_bits(of(4, node)));
        }
        Ok(())
    }

    /// Every walk stays in its tree, goes forward and ends within the depth; every number is one.
    fn judge(&self) -> Result<(), ForestError> {
        let fault = |node, what| Err(ForestError::Node { node, what });
        if !self.base.is_finite() {
            return fault(0, "has a base that is no number");
        }
        let ends = self.roots.iter().skip(1).map(|root| *root as usize);
        let ends: Vec<usize> = ends.chain([self.nodes.len()]).collect();
        let mut first = 0;
        for (root, end) in self.roots.iter().map(|root| *root as usize).zip(ends) {
            if root != first || end <= root || end > self.nodes.len() {
                return fault(root, "is no tree's first");
            }
            self.judge_tree(root, end)?;
            first = end;
        }
        if first == self.nodes.len() { Ok(()) } else { fault(first, "belongs to no tree") }
    }

    fn judge_tree(&self, root: usize, end: usize) -> Result<(), ForestError> {
        let fault = |node, what| Err(ForestError::Node { node, what });
        let mut depths = vec![None; end - root];
        depths[0] = Some(0_u8);
        for at in root..end {
            let node = &self.nodes[at];
            let Some(depth) = depths[at - root] else { return fault(at, "is never reached") };
            if !self.values[at].is_finite() {
                return fault(at, "adds what is no number");
            }
            if node.feature >= u32::from(self.n_features) {
                return fault(at, "asks for a feature that no row has");
            }
            if node.children == [at as u32; 2] {
                continue;
            }
            if node.threshold.is_nan() || depth >= self.depth {
                return fault(at, "splits where it may not");
            }
            for child in node.children.map(|child| child as usize) {
                if child <= at || child >= end {
                    return fault(at, "leads back or out of its tree");
                }
                if depths[child - root].replace(depth + 1).is_some() {
                    return fault(child, "is reached twice");
                }
            }
        }
        Ok(())
    }
}

fn within(n_features: u16, depth: u8, n_trees: usize, n_nodes: usize) -> Result<(), ForestError> {
    for (found, most, what) in [
        (usize::from(n_features), FEATURES_MAX, "features"),
        (usize::from(depth), DEPTH_MAX, "steps"),
        (n_trees, TREES_MAX, "trees"),
        (n_nodes, NODES_MAX, "nodes"),
    ] {
        if found > most {
            return Err(ForestError::TooLarge(what));
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "codec_tests.rs"]
mod tests;
