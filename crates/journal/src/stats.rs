//! Counters and condition of a journal.

use crate::StorageFault;

/// Whether batches can be acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Appends are committed.
    Healthy,
    /// Appends are refused at once; reading works; the writer tries to resume.
    Failing(StorageFault),
    /// The writer died of a fault of ours: appends are refused until the journal is opened anew; reading works.
    Dead,
}

/// Counts since the journal was opened, and sizes now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Record bytes on disk, all segments.
    pub bytes: u64,
    /// Segment files.
    pub segments: usize,
    /// Batches made durable.
    pub appended: u64,
    /// Batches recognized as retries.
    pub duplicates: u64,
    /// Batches refused because the queue was full.
    pub refused_busy: u64,
    /// Groups committed: each one write and one data sync.
    pub fsyncs: u64,
    /// Times storage began to fail.
    pub faults: u64,
    /// Batches waiting now.
    pub queued_records: usize,
    /// Encoded bytes waiting now.
    pub queued_bytes: usize,
}
