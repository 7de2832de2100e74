//! A model: forests or a network, terms and a pedigree in one file that names itself by its bytes.
//!
//! Reading order: `pedigree`, `codec`, `radius` (one that serves).

mod codec;
mod error;
mod pedigree;
mod radius;

pub use codec::{Model, ModelId};
pub use error::ModelError;
pub use pedigree::{Flattery, Imported, Pedigree};
pub use radius::RadiusModel;
