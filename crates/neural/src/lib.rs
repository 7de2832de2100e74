//! Small networks: their form, their bytes, their forward pass; training and import behind features.
//!
//! Any build scores a network, however it came about. Not here: what rows mean, what scores are worth, who is judged
//! how (`cairn-learning`). Decision: docs/decisions/2026-11-26-networks.md; bytes: docs/specs/models.md.
//!
//! Invariants: L1 equal rows, settings and chance give an equal network. L2 bytes that are not exactly some
//! network's are refused.
//!
//! Reading order: `limits`, `network`, `codec`, `lesson`; `train` (feature `train`), `onnx` (feature `onnx`).

#![cfg_attr(
    any(test, feature = "train", feature = "onnx"),
    expect(clippy::cast_precision_loss, reason = "counts of rows and weights are small")
)]
#![cfg_attr(
    any(feature = "train", feature = "onnx"),
    expect(clippy::cast_possible_truncation, reason = "numbers that are meant to be single")
)]
#![cfg_attr(
    feature = "train",
    expect(clippy::cast_sign_loss, reason = "a place among rows, drawn from 0 up")
)]
#![cfg_attr(
    any(test, feature = "train", feature = "onnx"),
    expect(
        clippy::suboptimal_flops,
        reason = "a fused multiply-add would give other bytes on other machines"
    )
)]
#![cfg_attr(
    test,
    expect(clippy::float_cmp, reason = "tests compare numbers that are exact by their making")
)]

mod codec;
mod lesson;
pub mod limits;
mod network;
#[cfg(feature = "onnx")]
pub mod onnx;
#[cfg(feature = "train")]
pub mod train;

pub use codec::NetworkError;
pub use lesson::{Lesson, Loss, Settings};
pub use network::{Curve, Input, Layer, Network};
