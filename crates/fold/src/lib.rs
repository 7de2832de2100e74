//! The estimator on Arrow slices: rows of readings in, parts of the radio map out.
//!
//! A row is one reading with what its evidence says ([`mod@column`]); [`fold`] makes of a batch of rows a
//! batch of parts, one a transmitter, and [`merge`] makes fewer of parts. Parts are order-free and
//! mergeable (`cairn_radiomap::Part`), so any engine that can group rows learns the map: in process,
//! Ballista, Spark. [`Folding`] is the same for engines that group by themselves; [`choose`] tells
//! which voices' evidence must be gathered whole. With the feature `c-abi` the library is entered from
//! other languages too (`abi`).
//!
//! Not here: engines, files, Parquet (`archive`), where rows come from. Deliberately absent: everything
//! of Arrow but arrays.
//!
//! Reading order: `column`, `readings`, `folding`, `batch`, `choose`, `abi`.

#[cfg(feature = "c-abi")]
pub mod abi;
mod batch;
mod choose;
pub mod column;
mod error;
mod folding;
mod readings;
#[cfg(test)]
mod worlds;

pub use batch::{fold, merge, part_schema};
pub use choose::{choose, choose_again, chosen, merge_chosen};
pub use error::FoldError;
pub use folding::{Folding, each};
pub use readings::Readings;
