//! Rows that teach and are asked: what they may know, what they are called by, how they are dealt.
//!
//! Reading order: `row`, `table`, `dimension`, `as_of` (the point-in-time rule), `split`, `identity`.

mod as_of;
mod dimension;
mod error;
mod identity;
mod row;
mod split;
mod table;

pub use as_of::{AsOf, Leak, check_row};
pub use error::TableError;
pub use identity::{DataId, Source};
pub use row::{Row, Sees};
pub use split::{Folds, Rule, check_folds};
pub use table::Table;
