//! The most of everything in this room.

/// Features of a row. Source: `FEATURES_MAX` of crates/learning/src/limits.rs, which checks that they are equal.
pub const FEATURES_MAX: usize = 256;
/// Numbers a layer gives.
pub const WIDTH_MAX: usize = 512;
/// Layers.
pub const LAYERS_MAX: usize = 8;
/// Bytes of an ONNX file.
pub const ONNX_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Nodes and constants of an ONNX graph each.
pub const ONNX_NODES_MAX: usize = 256;
/// Steps of training.
pub const STEPS_MAX: u32 = 1_000_000;
/// Rows a step looks at.
pub const BATCH_MAX: u32 = 65_536;
/// Source: at this many files' width of a row all of a network's numbers stay below a model's file.
const NUMBERS_MAX: usize = WIDTH_MAX * (2 * FEATURES_MAX + (LAYERS_MAX - 1) * WIDTH_MAX);

const _: () = assert!(WIDTH_MAX <= u16::MAX as usize, "a width is two bytes");
const _: () = assert!(LAYERS_MAX <= u8::MAX as usize, "the number of layers is one byte");
const _: () = assert!(4 * NUMBERS_MAX < 64 * 1024 * 1024, "a network fits a model's file");
