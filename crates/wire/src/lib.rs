//! Us against strangers' bytes: every outside format in and out, capped and fuzzed.
//!
//! Not here: HTTP (`node`), judgement about what a report teaches (`evidence`), repair of what a
//! client meant: bytes are decoded or refused, entry by entry, and every refusal is counted by name.
//! `docs/specs/wire.md` says what is accepted.
//!
//! Invariants: W1 no bytes make this room panic or exceed its memory cap. W2 one bad field or entry
//! costs itself and never its neighbours. E2 in = kept + refused, for items and for rows. R1 every age
//! that leaves here counts back from its report's timestamp.
//!
//! Reading order: `limits`, `capped`, `field` (lenient values), `words`, `time`, `range`, `entry`, `heard`, `place`
//! (fixes), `quick`, `mend` and `json` (where bytes become text), `geosubmit`, `geolocate`, `track`, `errors`, `import`,
//! `cells_csv`, `external`; for volume `inflating`, `split` and `batch`, and `proto` (the binary protocol).

pub mod batch;
pub mod capped;
pub mod cells_csv;
mod each;
mod entry;
pub mod errors;
pub mod external;
mod field;
pub mod geolocate;
pub mod geosubmit;
mod heard;
mod hint;
pub mod import;
pub mod inflating;
mod json;
pub mod limits;
mod mend;
mod number;
mod once;
mod place;
pub mod proto;
mod quick;
mod range;
pub mod split;
mod time;
pub mod track;
mod words;

pub use json::DecodeError;
