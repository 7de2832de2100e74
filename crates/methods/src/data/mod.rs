//! The shared sets dealt as `evaluate.py` does it: the node reads them, this room says who teaches and who asks.
//!
//! Reading order: `fold` (who teaches, who asks), `uji` (`UJIIndoorLoc`), `library` (25 months), `surveyed` (transmitters whose place
//! is known).

mod fold;
pub(crate) mod library;
mod sha256;
pub(crate) mod surveyed;
pub(crate) mod uji;

use crate::exam::Exam;
pub(crate) use cairn_node::models::sets::{Row, SetName};
use std::path::Path;

/// The set dealt into lessons and questions.
///
/// # Errors
/// A file cannot be read.
pub(crate) fn exam(set: SetName, shared: &Path) -> anyhow::Result<Exam> {
    fold::exam(set.name(), set.rows(&shared.join("data"))?)
}
