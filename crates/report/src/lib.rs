//! What a valid submission is: fixes, observations, reports, batches.
//!
//! Not here: outside formats (`wire` reads and writes them), files (`journal`), judgement about what a
//! report teaches (`evidence`). Nothing here can name a network: an [`Ssid`] is looked at once, at the
//! door, and never stored.
//!
//! Invariants: R1 all ages in a report share one origin, the report's timestamp. R2 a [`Report`] holds
//! at least one observation and at most [`limits::OBSERVATIONS_PER_REPORT_MAX`], each transmitter once.
//!
//! Reading order: `fix`, `observation`, `report`, `app`, `batch`, `ssid`, `refusal`, `limits`.

mod app;
mod batch;
mod fix;
pub mod limits;
mod observation;
mod refusal;
mod report;
mod ssid;

pub use app::App;
pub use batch::{Batch, ContributorToken, SubmissionId};
pub use fix::{Fix, FixSource};
pub use observation::Observation;
pub use refusal::{Reason, Refusals};
pub use report::{Report, distinct, is_preferred};
pub use ssid::Ssid;
