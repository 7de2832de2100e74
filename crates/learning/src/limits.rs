//! The most of everything in this room.

/// Bins of a feature, the one for what is missing among them.
pub const BINS_MAX: usize = 256;
/// Numbers of a column that its bins are made from.
pub const BIN_SAMPLE_MAX: usize = 200_000;
/// Features of a row.
pub const FEATURES_MAX: usize = 256;
/// Splits from a tree's root to a leaf.
pub const DEPTH_MAX: usize = 32;
/// Trees of a forest.
pub const TREES_MAX: usize = 10_000;
/// Nodes of a forest.
pub const NODES_MAX: usize = 4_000_000;
/// Bytes of a model file.
pub const MODEL_BYTES_MAX: usize = 96 * 1024 * 1024;
/// Bytes of a model file's head.
pub const HEAD_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Bytes of a task spec.
pub const SPEC_BYTES_MAX: usize = 64 * 1024;
/// Classes of a task.
pub const CLASSES_MAX: usize = 32;
/// A radius that serves, m. Source: half the Earth's circumference; nothing on it is farther away.
pub const RADIUS_M_MAX: f64 = 2.0e7;
/// Rows of a table.
pub const ROWS_MAX: usize = 20_000_000;
/// Dimensions that rows are sliced by.
pub const SLICES_MAX: usize = 16;
/// Values of a dimension; further ones are one, "other".
pub const SLICE_VALUES_MAX: usize = 64;
/// Entries of a registry's log that are read.
pub const LOG_ENTRIES_MAX: usize = 1_000_000;
/// Bytes of an entry of a registry's log.
pub const ENTRY_BYTES_MAX: usize = 64 * 1024;
/// Queries that wait for a late label.
pub const AWAITED_MAX: usize = 65_536;
/// Regions whose drift is told by itself.
pub const DRIFT_REGIONS_MAX: usize = 16;
/// Bytes of what is kept of drift over a restart.
pub const DRIFT_BYTES_MAX: usize = 8 * 1024 * 1024;

const _: () = assert!(BINS_MAX <= 256, "a bin's number is one byte");
const _: () =
    assert!(FEATURES_MAX == cairn_neural::limits::FEATURES_MAX, "a network takes any task's row");
const _: () =
    assert!(CLASSES_MAX <= cairn_neural::limits::WIDTH_MAX, "a network has a score for each class");
const _: () = assert!(FEATURES_MAX <= u16::MAX as usize, "a feature's number is two bytes");
