//! The map anew from the archive, on a query engine: in this process, or on many machines.
//!
//! Three questions are asked of the archive's rows ([`plan`]): the part of every transmitter (the fold of
//! `cairn_fold` as an aggregate), the voices that may be in the calibration sample, and the rows of
//! evidence that is needed whole. [`assemble`] puts the map together. Because parts are order-free, the
//! engine, the number of workers and what was done twice cannot reach the bytes.
//!
//! Not here: the estimator (`fold`, `radiomap`), files and manifests (`archive`), sealing (`node`).
//! Deliberately absent: any state that outlives a job but its output files.
//!
//! Reading order: `source` (`region_udf`), `plan`, `fold_udaf`, `choose_udaf`, `assemble`, `rebuild`, `cluster`, `limits`.

pub mod assemble;
mod choose_udaf;
pub mod cluster;
mod error;
mod fold_udaf;
pub mod limits;
pub mod plan;
mod rebuild;
mod region_udf;
mod source;

pub use choose_udaf::{CHOOSE, choose_udaf};
pub use error::BatchError;
pub use fold_udaf::{FOLD, fold_udaf};
pub use rebuild::{Means, rebuild};
pub use region_udf::{IN_REGION, region_udf};
pub use source::Source;
