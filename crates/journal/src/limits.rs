//! The largest everything of this room.

use cairn_report::limits::{OBSERVATIONS_PER_REPORT_MAX, REPORTS_PER_BATCH_MAX};
use std::time::Duration;

/// Bytes of one encoded batch. No batch that `report` allows is larger (checked below).
pub const RECORD_BYTES_MAX: usize = 20 << 20;
/// Standard size of a segment file, in bytes.
pub const SEGMENT_BYTES: u64 = 64 << 20;
/// Bytes that stay free on the disk, for what else lies there: a seal, a log, the person who cleans up.
pub const FREE_BYTES_MIN: u64 = 256 << 20;
/// Batches waiting for the writer; one more is refused as busy.
pub const QUEUE_RECORDS_MAX: usize = 16_384;
/// Encoded bytes waiting for the writer; more is refused as busy.
pub const QUEUE_BYTES_MAX: usize = 64 << 20;
/// Batches committed by one sync.
pub const GROUP_RECORDS_MAX: usize = 4_096;
/// Encoded bytes after which a group takes no further batch.
pub const GROUP_BYTES_MAX: usize = 8 << 20;
/// Batches whose identities are remembered to recognize a client's retry.
pub const DEDUP_RECORDS: usize = 65_536;
/// Log bytes back from the end within which a retry is recognized; bounds the scan at opening.
pub const DEDUP_BYTES: u64 = 256 << 20;
/// Batches of a group beyond which it is not worth waiting for more: the sync is shared by enough.
pub const GROUP_GATHERED: usize = 1_024;
/// How long to wait for a next batch of those that were just acknowledged; each that comes prolongs it.
/// Source: a loopback round trip is 30 to 60 µs; the fastest disk measured syncs in 120 µs.
pub const GATHER_STEP: Duration = Duration::from_micros(50);
/// Times that it is prolonged at most.
pub const GATHER_STEPS_MAX: usize = 8;
/// Bytes read at once by a reader.
pub const READ_WINDOW_BYTES: usize = 256 << 10;
/// Bytes checksummed in search of a good record behind damage before the search gives up.
pub const RESYNC_BYTES_MAX: u64 = 1 << 30;
/// Damaged places named one by one when a journal is opened.
pub const DAMAGE_NAMED_MAX: usize = 64;
/// Bytes after which a message takes no further batch. Source: docs/decisions/2026-11-26-jetstream.md: messages
/// of 16 to 64 KB carry ten times what small ones do.
pub const MESSAGE_BYTES_GOAL: usize = 64 << 10;
/// Bytes of a message with a single large batch: what the servers' `max_payload` must allow.
pub const MESSAGE_BYTES_MAX: usize = 8 << 20;
/// Messages published and not acknowledged yet.
pub const PUBLISHING_AT_ONCE: usize = 64;
/// Messages pulled and not read yet.
pub const PULLED_MAX: usize = 64;
/// Messages read and not settled, after which the servers send no more.
pub const ACK_PENDING_MAX: i64 = 65_536;
/// Time that servers get to answer one request. Source: choice: an election takes about as long.
pub const REQUEST_TIME_MAX: Duration = Duration::from_secs(5);
/// Time for which one message is tried again. Source: measured: a killed leader leaves a gap of 4.6 to 6.1 s.
pub const PUBLISH_TIME_MAX: Duration = Duration::from_secs(30);
/// Pause before the servers are asked again.
pub const RETRY_PAUSE: Duration = Duration::from_millis(250);
/// Time after which servers deliver a message again that was not settled.
pub const ACK_TIME_MAX: Duration = Duration::from_hours(1);
/// Time after which servers forget a reader that does not come back.
pub const CONSUMER_IDLE_MAX: Duration = Duration::from_hours(24);
/// Time without a message after which the stream's end is looked at.
pub const IDLE_LOOK: Duration = Duration::from_secs(1);
/// Time between two signs of life of a server that has nothing to send.
pub const PULL_HEARTBEAT: Duration = Duration::from_secs(2);
/// Time for which one request for messages stands.
pub const PULL_TIME_MAX: Duration = Duration::from_secs(30);

/// Most bytes one observation takes: tag 1, cell 2 + 3 + 4 + 6, power 4, age 4, frequency 3, hints 1 + 3 + 3.
pub(crate) const OBSERVATION_BYTES_MAX: usize = 34;
/// Most bytes a report takes beside its observations: time 10, flags 2, place 5 + 5, age 4, r68 10,
/// speed 5, height 5, pressure 5, floor 1, accuracy of the height 5, count 2.
pub(crate) const REPORT_BYTES_MAX: usize = 59;
/// Most bytes a batch takes beside its reports: version 1, id 16, day 3, contributor 8, program 9, count 2.
pub(crate) const BATCH_BYTES_MAX: usize = 39;

const _: () = assert!(
    BATCH_BYTES_MAX
        + REPORTS_PER_BATCH_MAX
            * (REPORT_BYTES_MAX + OBSERVATIONS_PER_REPORT_MAX * OBSERVATION_BYTES_MAX)
        <= RECORD_BYTES_MAX
);
const _: () = assert!(QUEUE_BYTES_MAX >= RECORD_BYTES_MAX);
const _: () = assert!(SEGMENT_BYTES > (RECORD_BYTES_MAX + GROUP_BYTES_MAX) as u64);
const _: () = assert!(GROUP_BYTES_MAX + 2 * RECORD_BYTES_MAX < u32::MAX as usize);
const _: () = assert!(MESSAGE_BYTES_GOAL < MESSAGE_BYTES_MAX);
