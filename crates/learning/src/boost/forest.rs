//! Trees flat in memory: one walk touches one node of 16 bytes a step, eight trees at a time.

use serde::{Deserialize, Serialize};

/// Trees that are walked side by side, so that their look-ups overlap.
const SIDE_BY_SIDE: usize = 8;

/// A node: where a row goes. A leaf's children are itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Node {
    pub(super) feature: u32,
    /// Rows whose number is at most this go left; larger and missing ones go right.
    pub(super) threshold: f32,
    pub(super) children: [u32; 2],
}

impl Node {
    /// A leaf at a number.
    pub(super) const fn leaf(at: u32) -> Self {
        Self { feature: 0, threshold: f32::INFINITY, children: [at, at] }
    }

    pub(super) const fn is_leaf(&self, at: u32) -> bool {
        self.children[0] == at
    }
}

/// Trees whose leaves add up to a score.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Forest {
    pub(super) n_features: u16,
    pub(super) base: f32,
    /// The first node of each tree.
    pub(super) roots: Vec<u32>,
    /// Splits from root to leaf of the deepest tree.
    pub(super) depth: u8,
    pub(super) nodes: Vec<Node>,
    /// What each node adds when a row ends there; 0 where none does.
    pub(super) values: Vec<f32>,
}

/// How large a forest is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Trees.
    pub n_trees: usize,
    /// Nodes of all trees.
    pub n_nodes: usize,
    /// Steps to score one row at most.
    pub n_steps: usize,
}

impl Forest {
    /// A forest that says the same of every row.
    pub(super) fn constant(n_features: usize, base: f32) -> Self {
        Self { n_features: n_features as u16, base, ..Self::default() }
    }

    /// The score of a row.
    ///
    /// # Panics
    /// When the row is narrower than the rows it learned from.
    ///
    /// # Cost
    /// [`Size::n_steps`] look-ups; 60 trees of 15 leaves take well under a microsecond.
    pub fn score(&self, row: &[f32]) -> f32 {
        let (whole, rest) = self.roots.as_chunks::<SIDE_BY_SIDE>();
        let mut score = self.base;
        for roots in whole {
            for leaf in self.leaves(*roots, row) {
                score += self.values[leaf as usize];
            }
        }
        for root in rest {
            let [leaf] = self.leaves([*root], row);
            score += self.values[leaf as usize];
        }
        score
    }

    /// Where a row ends in trees that are walked side by side.
    fn leaves<const N: usize>(&self, mut at: [u32; N], row: &[f32]) -> [u32; N] {
        for _ in 0..self.depth {
            for at in &mut at {
                let node = &self.nodes[*at as usize];
                let goes_left = row[node.feature as usize] <= node.threshold;
                *at = node.children[usize::from(!goes_left)];
            }
        }
        at
    }

    /// The same forest for rows in which its feature `n` stands at `at[n]`; `None` when `at` is too short.
    pub(crate) fn rewired(&self, at: &[usize]) -> Option<Self> {
        let mut forest = self.clone();
        for (place, node) in (0_u32..).zip(&mut forest.nodes) {
            if !node.is_leaf(place) {
                node.feature = *at.get(node.feature as usize)? as u32;
            }
        }
        forest.n_features = at.iter().max().map_or(0, |most| *most as u16 + 1);
        Some(forest)
    }

    /// How large it is.
    pub const fn size(&self) -> Size {
        Size {
            n_trees: self.roots.len(),
            n_nodes: self.nodes.len(),
            n_steps: self.roots.len() * self.depth as usize,
        }
    }

    /// Numbers in the rows it scores.
    pub fn n_features(&self) -> usize {
        usize::from(self.n_features)
    }

    /// Adds a tree whose nodes count from 0.
    pub(super) fn push(&mut self, nodes: &[Node], values: &[f32], depth: u8) {
        let first = self.nodes.len() as u32;
        self.roots.push(first);
        self.depth = self.depth.max(depth);
        self.values.extend_from_slice(values);
        for node in nodes {
            let children = node.children.map(|child| child + first);
            self.nodes.push(Node { children, ..*node });
        }
    }

    /// What its last tree says of a row.
    pub(super) fn last_tree(&self, row: &[f32]) -> f32 {
        let Some(mut at) = self.roots.last().copied() else { return 0.0 };
        loop {
            let node = &self.nodes[at as usize];
            if node.is_leaf(at) {
                return self.values[at as usize];
            }
            let goes_left = row[node.feature as usize] <= node.threshold;
            at = node.children[usize::from(!goes_left)];
        }
    }
}
