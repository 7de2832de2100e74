//! The models there are and which of them serve: a log that only grows, files named by their bytes, signed.
//!
//! Not here: whether a model is any good (its pedigree says so, and `promote` reads it).
//!
//! Invariants: L4 nothing becomes champion that did not pass every gate of its spec, but by force, which the
//! log tells. L5 every entry of the log names the one before by its hash: a change is found.
//!
//! Reading order: `keys`, `log`, `aliases`, `store`, `promote`, `canary`, `verify`.

mod aliases;
mod canary;
mod error;
mod keys;
mod log;
mod promote;
mod store;
mod verify;

pub use aliases::{Alias, Aliases, OfTask};
pub use canary::Canary;
pub use error::RegistryError;
pub use keys::{Keys, SignatureFile};
pub use log::{Action, Entry};
pub use promote::Change;
pub use store::{Listed, Registry};
pub use verify::Verified;
