//! Features: pure functions shared by training and serving, each with a declared name, unit, type and version.
//!
//! Not here: where the inputs come from. What training computed and serving computes is one function; a
//! model names the hash of its features and is refused where they are others.
//!
//! Reading order: `catalog`, `set`, then a task each: `radius`, `mobility`, `floor`, `motion`.

mod catalog;
pub mod floor;
pub mod mobility;
pub mod motion;
pub mod radius;
mod set;
mod statistics;

pub use catalog::{Feature, Kind, catalog};
pub use set::{FeatureHash, FeatureSet};
