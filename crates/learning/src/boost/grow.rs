//! One tree, leaf by leaf: the leaf whose best split gains most is split next.

use super::bins::Binned;
use super::forest::Node;
use super::histogram::{self, Bin, Histogram, Slopes};
use super::settings::Settings;
use crate::limits::BINS_MAX;

/// Least curvature on either side of a split.
const CURVATURE_MIN: f64 = 1e-3;

/// A split of a leaf's rows.
#[derive(Debug, Clone, Copy)]
struct Split {
    gain: f64,
    feature: usize,
    bin: usize,
}

/// A leaf that may still be split.
struct Leaf {
    /// Its rows in the order of all.
    from: usize,
    to: usize,
    /// Its number among the nodes.
    node: usize,
    depth: u8,
    histogram: Histogram,
    split: Option<Split>,
}

/// A tree: its nodes, the first of which is its root, and the rows of each leaf.
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    /// The node of each leaf with its rows.
    pub(super) leaves: Vec<(usize, Vec<u32>)>,
    pub(super) depth: u8,
    /// What each feature's splits gained.
    pub(super) gains: Vec<f64>,
}

/// What trees are grown from.
pub(super) struct Soil<'a> {
    pub(super) binned: &'a Binned,
    pub(super) slopes: &'a Slopes,
    pub(super) settings: &'a Settings,
    pub(super) n_threads: usize,
    /// Features that this tree may look at.
    pub(super) features: Vec<usize>,
}

impl Soil<'_> {
    /// Grows a tree on these rows.
    pub(super) fn grow(&self, mut rows: Vec<u32>) -> Tree {
        let mut tree = Tree {
            nodes: vec![Node::leaf(0)],
            leaves: Vec::new(),
            depth: 0,
            gains: vec![0.0; self.binned.bins.len()],
        };
        let histogram = histogram::sum(self.binned, self.slopes, &rows, self.n_threads);
        let mut leaves = vec![self.leaf((0, rows.len()), (0, 0), histogram)];
        while leaves.len() < usize::from(self.settings.leaves_max) {
            let Some(index) = richest(&leaves) else { break };
            let leaf = leaves.swap_remove(index);
            let Some(split) = leaf.split else { break };
            let (left, right) = self.split(leaf, split, &mut rows, &mut tree);
            leaves.extend([left, right]);
        }
        leaves.sort_by_key(|leaf| leaf.node);
        for leaf in leaves {
            tree.leaves.push((leaf.node, rows[leaf.from..leaf.to].to_vec()));
        }
        tree
    }

    fn leaf(&self, rows: (usize, usize), (node, depth): (usize, u8), histogram: Histogram) -> Leaf {
        let (from, to) = rows;
        let may_split = to - from >= 2 * self.settings.rows_per_leaf_min as usize
            && depth < self.settings.depth_max;
        let split = if may_split { self.best(&histogram) } else { None };
        Leaf { from, to, node, depth, histogram, split }
    }

    /// Parts the rows, writes the node, and sums the smaller side; the larger is what is left.
    fn split(&self, leaf: Leaf, split: Split, rows: &mut [u32], tree: &mut Tree) -> (Leaf, Leaf) {
        let of = &mut rows[leaf.from..leaf.to];
        let middle = leaf.from + part(of, &self.binned.bins[split.feature], split.bin);
        let (left, right) = (tree.nodes.len(), tree.nodes.len() + 1);
        tree.nodes[leaf.node] = Node {
            feature: split.feature as u32,
            threshold: self.binned.threshold(split.feature, split.bin),
            children: [left as u32, right as u32],
        };
        tree.nodes.extend([Node::leaf(left as u32), Node::leaf(right as u32)]);
        tree.gains[split.feature] += split.gain;
        let depth = leaf.depth + 1;
        tree.depth = tree.depth.max(depth);
        let (a, b) = ((leaf.from, middle), (middle, leaf.to));
        let is_left_small = a.1 - a.0 <= b.1 - b.0;
        let small = if is_left_small { a } else { b };
        let small = &rows[small.0..small.1];
        let small = histogram::sum(self.binned, self.slopes, small, self.n_threads);
        let large = histogram::subtract(leaf.histogram, &small);
        let (at_left, at_right) = if is_left_small { (small, large) } else { (large, small) };
        (self.leaf(a, (left, depth), at_left), self.leaf(b, (right, depth), at_right))
    }

    /// The split that gains most; of equal ones the first feature's first.
    fn best(&self, histogram: &[Bin]) -> Option<Split> {
        let mut best: Option<Split> = None;
        for feature in self.features.iter().copied() {
            let bins = &histogram[feature * BINS_MAX..(feature + 1) * BINS_MAX];
            let found = self.best_of(feature, &bins[..=self.binned.n_bins(feature)]);
            if found.is_some_and(|it| best.is_none_or(|best| it.gain > best.gain)) {
                best = found;
            }
        }
        best.filter(|split| split.gain > self.settings.gain_min)
    }

    fn best_of(&self, feature: usize, bins: &[Bin]) -> Option<Split> {
        let mut all = Bin::default();
        for bin in bins {
            all.gradient += bin.gradient;
            all.curvature += bin.curvature;
            all.n += bin.n;
        }
        let worth = |gradient: f64, curvature: f64| {
            gradient * gradient / (curvature + self.settings.shrink)
        };
        let before = worth(all.gradient, all.curvature);
        let rows_min = self.settings.rows_per_leaf_min;
        let (mut left, mut best): (Bin, Option<Split>) = (Bin::default(), None);
        for (bin, sums) in bins[..bins.len() - 1].iter().enumerate() {
            left.gradient += sums.gradient;
            left.curvature += sums.curvature;
            left.n += sums.n;
            let curvature = all.curvature - left.curvature;
            if left.n < rows_min || sums.n == 0 || left.curvature < CURVATURE_MIN {
                continue;
            }
            if all.n - left.n < rows_min || curvature < CURVATURE_MIN {
                break;
            }
            let gain = worth(left.gradient, left.curvature)
                + worth(all.gradient - left.gradient, curvature)
                - before;
            if best.is_none_or(|best| gain > best.gain) {
                best = Some(Split { gain, feature, bin });
            }
        }
        best
    }
}

/// The leaf whose split gains most; of equal ones the one that was there first.
fn richest(leaves: &[Leaf]) -> Option<usize> {
    let mut best: Option<(usize, f64, usize)> = None;
    for (index, leaf) in leaves.iter().enumerate() {
        let Some(split) = leaf.split else { continue };
        let is_better = best.is_none_or(|(_, gain, node)| {
            split.gain > gain || (split.gain.total_cmp(&gain).is_eq() && leaf.node < node)
        });
        if is_better {
            best = Some((index, split.gain, leaf.node));
        }
    }
    best.map(|(index, ..)| index)
}

/// Moves the rows of the left side to the front, both sides in their order; how many they are.
fn part(rows: &mut [u32], column: &[u8], bin: usize) -> usize {
    let mut right = Vec::with_capacity(rows.len());
    let mut n_left = 0;
    for index in 0..rows.len() {
        let row = rows[index];
        if usize::from(column[row as usize]) <= bin {
            rows[n_left] = row;
            n_left += 1;
        } else {
            right.push(row);
        }
    }
    rows[n_left..].copy_from_slice(&right);
    n_left
}
