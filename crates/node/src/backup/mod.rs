//! Backups: a data folder copied whole while its service runs, and made again from the copy.
//!
//! What is taken, in this order, so that everything in the copy stands at or before the end of the copy's
//! journal: keys and states of others, the archive, the sealed map, then the journal. When something was
//! superseded or trimmed meanwhile, all of it is taken again. Not taken: the contributors' day keys, which
//! must not outlive their day, and what is made anew from the map (`public/`).
//!
//! Reading order: `list` (what a backup says of itself), `take`, `restore`, `file`.

mod file;
mod list;
mod restore;
mod take;

pub use list::{Entry, List};
pub use restore::restore;
pub use take::take;

#[cfg(test)]
#[path = "backup_tests.rs"]
mod tests;
