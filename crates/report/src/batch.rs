//! What is appended to the journal at once: one submission's reports with whose voice they are.

use crate::{App, Report};
use cairn_ground::Day;

/// One contributor's voice for one day; cannot be linked to the same contributor's other days.
///
/// A keyed hash under a key that is destroyed after its day (`node` makes it; `evidence` says how).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContributorToken(pub u64);

/// The identity of a submission: equal for a client's retry of the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubmissionId(pub [u8; 16]);

/// One submission's accepted reports: what the journal keeps.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// For de-duplication of retries.
    pub id: SubmissionId,
    /// The day it was received (UTC).
    pub received: Day,
    /// Whose voice it is.
    pub contributor: ContributorToken,
    /// What program sent it, where it says so.
    pub app: Option<App>,
    /// The reports, at least one.
    pub reports: Vec<Report>,
}
