//! What decides a forest, beside its rows.

use serde::{Deserialize, Serialize};

/// The settings of a booster.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Trees.
    pub rounds: u32,
    /// Leaves of a tree at most.
    pub leaves_max: u16,
    /// Splits on the way to a leaf at most.
    pub depth_max: u8,
    /// Rows of a leaf at least.
    pub rows_per_leaf_min: u32,
    /// Share of a leaf's step that is taken.
    pub rate: f64,
    /// Curvature added to every leaf: small leaves take small steps.
    pub shrink: f64,
    /// Gain below which nothing is split.
    pub gain_min: f64,
    /// Share of the rows that each tree sees.
    pub row_share: f64,
    /// Share of the features that each tree sees.
    pub feature_share: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rounds: 100,
            leaves_max: 31,
            depth_max: 12,
            rows_per_leaf_min: 20,
            rate: 0.1,
            shrink: 1.0,
            gain_min: 0.0,
            row_share: 1.0,
            feature_share: 1.0,
        }
    }
}
