//! A model: forests, terms and a pedigree in one file that names itself by its bytes.
//!
//! Reading order: `pedigree`, `codec`.

mod codec;
mod error;
mod pedigree;

pub(crate) use codec::size;
pub use codec::{Model, ModelId};
pub use error::ModelError;
pub use pedigree::{Flattery, Pedigree};
