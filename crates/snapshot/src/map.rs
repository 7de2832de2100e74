//! The only `unsafe` of the workspace: mapping a file, and asking for a cache line early.

use memmap2::Mmap;
use std::fs::File;
use std::io;

/// Maps a snapshot file for reading.
#[expect(unsafe_code, reason = "a mapping is the point of the format: open costs no copy")]
pub(crate) fn map_file(file: &File) -> io::Result<Mmap> {
    // SAFETY: the bytes must not change while mapped. Snapshot files are written under a temporary
    // name and never opened for writing under their final one; they end by removal, which leaves
    // mappings intact. Whoever else writes into the data folder breaks this promise, as documented
    // at `Snapshot::open`.
    unsafe { Mmap::map(file) }
}

/// Asks for the cache line of `bytes[offset]`; does nothing past the end or where the processor has
/// no such request.
#[inline]
#[expect(unsafe_code, reason = "halves a batched look-up; measured: benches/lookup.rs")]
pub(crate) fn prefetch(bytes: &[u8], offset: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(byte) = bytes.get(offset) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: SSE is part of x86-64, and the address is that of a live byte.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(byte).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (bytes, offset);
}
