//! The model lifecycle: a stated task, features, data sets, training, evaluation, gates, registry.
//!
//! Not here: HTTP, clocks, where rows come from (whoever builds them is told what a row may know), and what
//! becomes of a model's word in an answer. The tree booster is our own; networks are scored by every build and trained
//! by one with the feature `neural` (`cairn-neural`).
//!
//! Invariants: L1 equal rows, settings and seed give an equal forest or network with any number of threads. L2 bytes
//! that are not exactly some forest's, or some model's, are refused. L3 a row knows nothing from its own
//! instant or later, and nothing of its own contributor's day. L4 nothing is promoted that did not pass
//! every gate of its spec. L5 a registry's log only grows: a change to what is there is found. L6 a challenger
//! answers at most its share.
//!
//! Reading order: `limits`, `dice`, `spec`, `feature`, `table`, `data`, `boost`, `calibrate`, `fit`,
//! `evaluate`, `model`, `registry`, `rollout`, `drift`, `report`.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts, shares and metres here are far inside every range used; limits.rs holds them there"
)]
#![expect(
    clippy::suboptimal_flops,
    reason = "a fused multiply-add would give other bytes on other machines"
)]
#![cfg_attr(test, expect(clippy::cast_possible_wrap, reason = "row numbers of tests are small"))]
#![cfg_attr(
    test,
    expect(clippy::float_cmp, reason = "tests compare numbers that are exact by their making")
)]

pub mod boost;
pub mod calibrate;
pub mod data;
pub mod dice;
pub mod drift;
pub mod evaluate;
pub mod feature;
pub mod fit;
pub mod limits;
pub mod model;
pub mod registry;
pub mod report;
pub mod rollout;
pub mod run;
pub mod spec;

#[cfg(test)]
mod network_tests;
#[cfg(test)]
mod test_support;
