//! What others say when our own map has no answer: a database of addresses, and other services.
//!
//! Neither is evidence of ours: nothing of it is learned, and `cairn_answer::choose` weighs it against
//! what the radio map says.
//!
//! Reading order: `geoip` (the database), `external` (the services), `metrics`.

pub mod external;
pub mod geoip;
pub mod metrics;
