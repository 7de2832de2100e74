//! The largest of everything at this edge; what an operator may change is in [`crate::config`].

use std::time::Duration;

/// Bytes of a request head (request line and headers).
pub const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Bytes of a body read and decoded without asking for a large-body place, and on the async thread.
pub const SMALL_BODY_BYTES_MAX: usize = 64 * 1024;
/// Bytes of a body that a connection or stream may hold without asking for a place: a query of 30 networks.
pub const TINY_BODY_BYTES_MAX: usize = 4 * 1024;
/// Bodies between the two in memory at once: 64 MiB of them.
pub const SMALL_BODIES_MAX: usize = 1_024;
/// Bytes that a connection may make us hold: streams with a tiny body and an answer each, windows, buffers.
pub const CONNECTION_BYTES_MAX: usize =
    STREAMS_MAX as usize * (TINY_BODY_BYTES_MAX + 2 * 1024) + CONNECTION_WINDOW_BYTES as usize;
/// Bytes of a refused body that are read and thrown away, so that the client sees the refusal.
pub const DRAIN_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Time spent throwing a refused body away.
pub const DRAIN_TIME_MAX: Duration = Duration::from_secs(3);
/// Characters of a key or nickname that count towards a contributor's voice; the rest is cut.
pub const VOICE_PART_CHARS_MAX: usize = 256;
/// Questions that a load asks in turn; more of a file are left out.
pub const BENCH_SCANS_MAX: usize = 65_536;
/// Bytes of a file of questions, decompressed: it is held in memory.
pub const BENCH_FILE_BYTES_MAX: usize = 512 << 20;
/// Queries of one request of a load.
pub const BENCH_BATCH_MAX: usize = 10_000;
/// Rates that a load tries on its way to the most that a service takes.
pub const BENCH_STEPS_MAX: u32 = 64;
/// Records of a snapshot that a load's scans are drawn from.
pub const BENCH_RECORDS_MAX: usize = 1 << 20;
/// Connections of a load.
pub const BENCH_CONNECTIONS_MAX: usize = 4_096;
/// Snapshots that answer unseen beside the one served.
pub const SHADOWS_MAX: usize = 4;
/// Answers that wait for models that score them unheard: a megabyte.
pub const MODEL_ROWS_WAITING_MAX: usize = 8_192;
/// Bytes of a line of rows as served: 512 transmitters take a fifth of it.
pub const ROW_LINE_BYTES_MAX: u64 = 1 << 20;
/// Rows that differ and are told in words.
pub const ROW_DIFFERENCES_TOLD_MAX: usize = 10;
/// Answers and fixes that wait for the keeper of canaries: three megabytes.
pub const ROLLOUT_NOTES_MAX: usize = 8_192;
/// Batches learned between two looks at the clock.
pub const LEARN_BATCHES_PER_TURN: usize = 64;
/// Records set aside because they cannot be learned; more stay in the journal alone.
pub const PARKED_MAX: usize = 10_000;
/// Files of a backup.
pub const BACKUP_FILES_MAX: usize = 1_000_000;
/// Bytes of a backup's list of files.
pub const BACKUP_LIST_BYTES_MAX: u64 = 512 << 20;
/// Bytes of one line or document of `cairn locate`'s input.
pub const LOCATE_DOCUMENT_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Retries of one batch by `cairn import --url` before it gives up.
pub const IMPORT_RETRIES_MAX: u32 = 8;
/// Threads of `cairn rebuild`.
pub const REBUILD_THREADS_MAX: usize = 64;
/// Bytes of an address database, which is held in memory; the largest sold are below 1 GiB.
pub const GEOIP_BYTES_MAX: u64 = 2 << 30;
/// External providers in a chain; also what bounds the labels of their metrics.
pub const EXTERNAL_PROVIDERS_MAX: usize = 8;
/// Bytes of a provider's answer that are read.
pub const EXTERNAL_ANSWER_BYTES_MAX: usize = cairn_wire::limits::EXTERNAL_ANSWER_BYTES_MAX;
/// Keys in a data folder.
pub const API_KEYS_MAX: usize = 10_000;
/// Secrets of one key that are valid at once: the current one and those in their overlap.
pub const API_KEY_SECRETS_MAX: usize = 8;
/// Characters of a key's name.
pub const API_KEY_NAME_CHARS_MAX: usize = 100;
/// Bytes of the file of keys, and of the file of their counts.
pub const API_KEYS_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Requests a second that a limit may say: a bucket counts in microseconds.
pub const RATE_PER_SECOND_MAX: u32 = 1_000_000;
/// Address prefixes whose keyless requests are limited one by one: 18 bytes each.
pub const KEYLESS_PREFIXES_MAX: usize = 65_536;

/// Queries of one batch.
pub const BATCH_QUERIES_MAX: u64 = 1_000_000;
/// Bytes of one query of a batch: five times what 512 entries take.
pub const BATCH_QUERY_BYTES_MAX: usize = 256 * 1024;
/// Bytes of a batch after decompression, which are never held at once.
pub const BATCH_BYTES_MAX: u64 = 2 << 30;
/// Bytes of answers that wait for a client that sends a batch and does not read yet: 100,000 places.
pub const BATCH_ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Bytes a second by which a client earns time beyond `http.body_seconds_max`.
pub const BATCH_BYTES_PER_S_MIN: u64 = 16 * 1024;
/// Queries answered in one turn: about a millisecond.
pub const SLICE_QUERIES: usize = 32;
/// Bytes of queries from which on a turn has no more of them.
pub const SLICE_BYTES: usize = 64 * 1024;
/// Blocks inflated in one turn.
pub const SLICE_BLOCKS: usize = 4;

/// Queries of one gRPC call that is answered with one message.
pub const GRPC_BATCH_QUERIES_MAX: u64 = 10_000;

/// Cells of one query that an answer says something of one by one. Source: a phone hears a handful; each
/// is a look-up and a solve of its own.
pub const RAW_CELLS_MAX: usize = 16;
/// Further servers that reports are relayed to.
pub const RELAY_SERVERS_MAX: usize = 8;
/// Reports relayed in one request; any server takes as many as a submission may hold.
pub const RELAY_REPORTS_MAX: usize = cairn_report::limits::REPORTS_PER_BATCH_MAX;
/// Bytes of a relayed body before compression; more reports than fit are sent in parts.
pub const RELAY_BODY_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Relayed reports that are remembered, so that one that comes back does not go on again.
pub const RELAY_SEEN_MAX: usize = 65_536;
/// Submissions archived between two looks at the clock.
pub const ARCHIVE_BATCHES_PER_TURN: usize = 64;
/// Submissions that the archiver recognizes when they come again, about 80 bytes each.
pub const ARCHIVE_LATELY_MAX: usize = 262_144;
/// Bytes of the list of what was taken out.
pub const EXCLUSIONS_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Characters of why something was taken out, and of who did it.
pub const EXCLUSION_TEXT_CHARS_MAX: usize = 500;
/// Published tables of all cells that are kept.
pub const FULL_EXPORTS_MAX: usize = 7;
/// Published tables of changed cells that are kept.
pub const DIFF_EXPORTS_MAX: usize = 48;
/// H3 cells of a coverage layer; more are left out, which the log says.
pub const COVERAGE_SQUARES_MAX: usize = 4 * 1024 * 1024;
/// Tracks that go on over several requests, remembered at once: each at most about 0.4 MiB, mostly 0.05.
pub const TRACK_SESSIONS_MAX: usize = 512;
/// Scans of a remembered track that may still be revised.
pub const TRACK_OPEN_MAX: usize = 256;
/// Time after which a track that nobody asks about is forgotten.
pub const TRACK_IDLE_MAX: Duration = Duration::from_mins(10);
/// Time for which a track keeps its place though others wait for one.
pub const TRACK_SESSION_BUSY: Duration = Duration::from_mins(1);
/// Seconds for which a place may be revised, unless the request says; and the longest it may say.
pub const TRACK_LAG_S: f64 = 20.0;
/// The longest lag.
pub const TRACK_LAG_S_MAX: f64 = 120.0;
/// Partitions of the world.
pub const PARTITIONS_MAX: u32 = 256;
/// Batches forwarded to the shared log before its answer is awaited.
pub const FORWARD_BATCHES_MAX: usize = 4_096;
/// Journal bytes forwarded before an answer is awaited; the last batch may go above.
pub const FORWARD_BYTES_MAX: u64 = 4 << 20;
/// Places of the journal whose place in the shared log is remembered; more are thinned out.
pub const FORWARD_LEDGER_MAX: usize = 1_024;
/// Dead letters shown or sent again at once.
pub const DEAD_LETTERS_MAX: usize = 1_000;
/// Published files sent at once; whoever asks for one more comes back later.
pub const DOWNLOADS_MAX: usize = 32;
/// Places that a lane keeps however late it is.
pub const LANE_PLACES_MIN: usize = 4;
/// Requests that wait for a place of the interactive or the bulk lane.
pub const LANE_QUEUE_MAX: usize = 1_024;
/// Requests that wait for a place of the emergency lane.
pub const EMERGENCY_QUEUE_MAX: usize = 4_096;
/// Streams of one HTTP/2 connection at once.
pub const STREAMS_MAX: u32 = 64;
/// Streams of one HTTP/2 connection that a client took back before they were looked at; then it is closed.
pub const RESET_STREAMS_MAX: usize = 20;
/// Bytes of one HTTP/2 stream on their way that were not read yet.
pub const STREAM_WINDOW_BYTES: u32 = 32 * 1024;
/// Bytes of one HTTP/2 connection on their way that were not read yet. Half of it is what h2 lets small frames cost
/// that were not read, 256 bytes less their own each, before it closes the connection: a stream of gRPC messages
/// of 29 bytes and up may fill its window.
pub const CONNECTION_WINDOW_BYTES: u32 = 512 * 1024;
/// Bytes of answers that wait in one HTTP/2 stream.
pub const STREAM_SEND_BYTES_MAX: usize = 64 * 1024;
/// Connections beyond the limit that wait a moment for a place; one more is told 503 at once.
pub const ANTEROOM_MAX: usize = 64;
/// Connections looked at for one that may be closed to make place.
pub const YIELDING_LOOKED_AT_MAX: usize = 4_096;
/// Longest line of a research set's file, bytes. Source: the longest in the shared sets has 40 kB.
pub const SET_LINE_BYTES_MAX: u64 = 8 << 20;
/// Readings of a transmitter that a model of its mobility is told, most.
pub const MOBILITY_READINGS_MAX: usize = 300;
/// Intervals of one walk that teach how people move, most.
pub const INTERVALS_PER_WALK_MAX: usize = 60;
/// Bytes of a mirror's answer that are read.
pub const MIRROR_ANSWER_BYTES_MAX: u64 = 1 << 20;
/// Characters of a mirror's explanation that are shown.
pub const MIRROR_MESSAGE_CHARS_MAX: usize = 200;
/// Characters of a parameter there. Source: MLflow's oldest servers that answer REST 2.0 take 500.
pub const MIRROR_VALUE_CHARS_MAX: usize = 500;
/// Characters of a tag there. Source: MLflow takes 5,000.
pub const MIRROR_NOTE_CHARS_MAX: usize = 4_900;
/// Parameters of one call. Source: MLflow takes 100.
pub const MIRROR_PARAMS_PER_CALL_MAX: usize = 100;
/// Metrics of one call. Source: MLflow takes 1,000 values of all kinds and 1 MB.
pub const MIRROR_METRICS_PER_CALL_MAX: usize = 500;
/// Bytes of a file that is mirrored.
pub const MIRROR_FILE_BYTES_MAX: u64 = 64 << 20;
/// Runs that wait to be mirrored.
pub const MIRROR_WAITING_MAX: usize = 1_000;
/// Refusals of one run before it is set aside.
pub const MIRROR_ATTEMPTS_MAX: u32 = 20;

const _: () = assert!(HEAD_BYTES_MAX >= 8 * 1024, "hyper needs at least 8 KiB");
const _: () = assert!(STREAM_WINDOW_BYTES / 29 * (256 - 29) <= CONNECTION_WINDOW_BYTES / 2);
const _: () = assert!(CONNECTION_BYTES_MAX == 896 * 1024, "docs/guides/serve.md says so");
const _: () =
    assert!(HEAD_BYTES_MAX * 8 <= CONNECTION_BYTES_MAX, "HTTP/1: what is read and what is written");
const _: () = assert!(TINY_BODY_BYTES_MAX < SMALL_BODY_BYTES_MAX);
const _: () = assert!(SMALL_BODY_BYTES_MAX < DRAIN_BYTES_MAX);
const _: () = assert!(KEYLESS_PREFIXES_MAX.is_multiple_of(4), "sets of four places");

/// Requests whose memory a thread keeps for the next ones. Source: as many as wait for another service at once.
pub(crate) const REUSED_REQUESTS_MAX: usize = 16;

/// Entries of a list beyond which its memory is given back. Source: twice what phones send at most.
pub(crate) const REUSED_ENTRIES_MAX: usize = 256;
