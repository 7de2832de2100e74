//! How many bytes a record has, and how many bits the index: by version and number of records.

use crate::layout::FORMAT_VERSION_3;
use crate::limits::{BLOCK_RECORDS, INDEX_BITS_MAX, INDEX_BITS_MIN};
use crate::payload::PAYLOAD_BYTES;
use crate::payload_v2;

/// How a record's bytes are divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RecordLayout {
    /// Bits of the mixed key that a record holds, whole bytes: what its bucket does not say, and more.
    pub(crate) remainder_bits: u8,
    /// True for the payload of versions 1 and 2.
    pub(crate) is_v2: bool,
    /// Bytes of a record.
    record_bytes: usize,
}

impl RecordLayout {
    /// The layout of a version with so many bits of index.
    pub(crate) const fn of(version: u32, index_bits: u8) -> Self {
        let is_v2 = version < FORMAT_VERSION_3;
        let remainder_bits = if is_v2 { 48 } else { (56 - index_bits).next_multiple_of(8) };
        let payload_bytes = if is_v2 { payload_v2::PAYLOAD_BYTES } else { PAYLOAD_BYTES };
        let record_bytes = remainder_bits as usize / 8 + payload_bytes;
        Self { remainder_bits, is_v2, record_bytes }
    }

    /// Bytes of those bits.
    #[inline]
    pub(crate) fn remainder_bytes(self) -> usize {
        usize::from(self.remainder_bits / 8)
    }

    /// Bytes of a record.
    #[inline]
    pub(crate) const fn record_bytes(self) -> usize {
        self.record_bytes
    }
}

/// Lengths of the index, the records and the block checksums of a version.
pub(crate) fn bulk_lengths(version: u32, n_records: u64) -> [u64; 3] {
    let index_bits = index_bits(version, n_records);
    let record_bytes = RecordLayout::of(version, index_bits).record_bytes() as u64;
    let n_blocks = n_records.div_ceil(u64::from(BLOCK_RECORDS));
    [4 * ((1 << index_bits) + 1), n_records * record_bytes, 4 * n_blocks]
}

/// Bits of the index for `n` records: 4 to 8 records a bucket; 8 to 16 before version 3.
pub(crate) fn index_bits(version: u32, n_records: u64) -> u8 {
    let per_bucket = if version < FORMAT_VERSION_3 { 8 } else { 4 };
    let bits = (n_records / per_bucket).checked_ilog2().unwrap_or(0);
    u8::try_from(bits).unwrap_or(INDEX_BITS_MAX).clamp(INDEX_BITS_MIN, INDEX_BITS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_four_to_eight_records_and_of_many_each_costs_under_20_bytes() {
        for (n, most) in
            [(1 << 14, 23.0), (1_000_000, 21.0), (100_000_000, 19.7), (1_000_000_000, 19.6)]
        {
            let bits = index_bits(FORMAT_VERSION_3, n);
            let per_bucket = n >> bits;
            assert!((4..=8).contains(&per_bucket), "{n}: {per_bucket}");
            let lengths = bulk_lengths(FORMAT_VERSION_3, n);
            #[expect(clippy::cast_precision_loss, reason = "a ratio to compare with 20")]
            let each = lengths.iter().sum::<u64>() as f64 / n as f64;
            assert!(each < most, "{n}: {each}");
        }
        let bits = |n| (index_bits(FORMAT_VERSION_3, n), index_bits(FORMAT_VERSION_3 - 1, n));
        assert_eq!((bits(0), bits(u64::MAX)), ((8, 8), (28, 28)));
    }
}
