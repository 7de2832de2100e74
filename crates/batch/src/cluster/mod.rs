//! The same questions on many machines: Ballista's scheduler and executors, and who asks them.
//!
//! Adaptive planning is off and executors pull: with either otherwise, a job hangs when an executor dies
//! (docs/decisions/2026-11-26-batch-engine.md). Every job has a deadline and is submitted again when it
//! passes; each attempt writes into a folder of its own, and only what the manifest names is read.
//!
//! None of it asks who connects: scheduler and executors belong on a network of their own.

mod executor;
mod outputs;
mod scheduler;
mod submit;

pub use executor::{Executor, execute};
pub use scheduler::{Scheduler, schedule};
pub use submit::{Submission, submit};

use crate::error::BatchError;
use ballista_core::error::BallistaError;

impl From<BallistaError> for BatchError {
    fn from(error: BallistaError) -> Self {
        Self::Cluster(Box::new(error))
    }
}
