//! Training by Burn: its tensors and gradients; the chance, the order of rows and the form of the result are ours.
//!
//! On the processor it is one thread, so that equal rows, settings and chance give equal bytes (L1) on machines with
//! the same vector instructions.
//!
//! Reading order: `start` (an untaught network, and labels in its units), `device`, `descent`.

mod descent;
mod device;
mod start;

pub use device::backend;

use crate::codec::NetworkError;
use crate::lesson::{Lesson, Settings};
use crate::network::Network;
use thiserror::Error;

/// Why there is no network.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TrainError {
    /// No rows.
    #[error("a network cannot be trained on no rows")]
    NoRows,
    /// Not one label a score for each row.
    #[error("{found} labels where rows and scores want {wanted}")]
    Labels {
        /// How many there are.
        found: usize,
        /// How many there should be.
        wanted: usize,
    },
    /// Its numbers ran away.
    #[error("the training of the network diverged ({0}): a smaller training.network.rate may help")]
    Diverged(NetworkError),
    /// The device gave nothing back.
    #[error("the device that trains gave no numbers back: {0}")]
    Device(String),
}

/// Trains on rows with their labels; `chance` gives numbers from 0 up to 1.
///
/// # Errors
/// When there are no rows, not a label a score for each, or the numbers run away.
pub fn train(
    lesson: &Lesson<'_>,
    settings: &Settings,
    chance: &mut dyn FnMut() -> f64,
) -> Result<Network, TrainError> {
    let (found, wanted) = (lesson.labels.len(), lesson.n_rows() * lesson.losses.len());
    if found != wanted {
        return Err(TrainError::Labels { found, wanted });
    }
    if lesson.n_rows() == 0 {
        return Err(TrainError::NoRows);
    }
    let units = start::Units::of(lesson);
    let mut network = start::untaught(lesson, settings, chance);
    descent::descend(&mut network, lesson, &units, settings, chance)?;
    units.fold_into(&mut network);
    network.judge().map_err(TrainError::Diverged)?;
    Ok(network)
}

#[cfg(test)]
#[path = "train_tests.rs"]
mod tests;
