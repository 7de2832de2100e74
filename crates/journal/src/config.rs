//! What an operator or a test may set.

use crate::limits;
use std::time::Duration;

/// Sizes and waits of a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// Bytes after which a segment is closed and the next begun; a single larger record still fits.
    pub segment_bytes_max: u64,
    /// Batches remembered to recognize a retry ([`limits::DEDUP_BYTES`] bounds them too).
    pub dedup_window: usize,
    /// Batches that may wait for the writer.
    pub queue_records_max: usize,
    /// Encoded bytes that may wait for the writer.
    pub queue_bytes_max: usize,
    /// Bytes that stay free on the disk: with less, no segment is begun and batches are refused.
    pub free_bytes_min: u64,
    /// While storage fails: how long to wait before each attempt to resume.
    pub probe_every: Duration,
}

impl Config {
    /// 64 MiB segments, 65,536 remembered batches, 16,384 batches or 64 MiB waiting, 256 MiB
    /// left free, probes each second.
    pub const fn standard() -> Self {
        Self {
            segment_bytes_max: limits::SEGMENT_BYTES,
            dedup_window: limits::DEDUP_RECORDS,
            queue_records_max: limits::QUEUE_RECORDS_MAX,
            queue_bytes_max: limits::QUEUE_BYTES_MAX,
            free_bytes_min: limits::FREE_BYTES_MIN,
            probe_every: Duration::from_secs(1),
        }
    }
}
