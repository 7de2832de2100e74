//! The radix index: from the top bits of a mixed key to a range of records.

use crate::error::Fault;
use crate::layout::u32_at;
use crate::map;

/// The index over the bytes of its section.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Index<'a> {
    bytes: &'a [u8],
    bits: u8,
}

impl<'a> Index<'a> {
    /// The index of `bits` bits in `bytes`, whose length the header has fixed.
    pub(crate) const fn new(bytes: &'a [u8], bits: u8) -> Self {
        Self { bytes, bits }
    }

    /// Refuses positions that fall, do not begin at 0 or do not end at `n_records`.
    pub(crate) fn check(self, n_records: u64) -> Result<(), Fault> {
        let (positions, _) = self.bytes.as_chunks::<4>();
        let position = |bytes: Option<&[u8; 4]>| bytes.copied().map_or(0, u32::from_le_bytes);
        // Without an early end, so that it is done for many at once: 16 million of them at 10⁸ records.
        let falls = positions
            .iter()
            .zip(positions.iter().skip(1))
            .fold(false, |falls, (a, b)| falls | (u32::from_le_bytes(*b) < u32::from_le_bytes(*a)));
        if falls || position(positions.first()) != 0 {
            return Err(Fault::Malformed { what: "index falls" });
        }
        if u64::from(position(positions.last())) != n_records {
            return Err(Fault::Malformed { what: "index does not end at the last record" });
        }
        Ok(())
    }

    /// The bucket of a mixed key.
    #[inline]
    pub(crate) fn bucket(self, mixed: u64) -> usize {
        usize::try_from(mixed >> (56 - self.bits)).unwrap_or(0)
    }

    /// Asks for the line of a bucket's range. Of 16 one lies across two, and the second is waited for:
    /// asking for it of all costs more.
    #[inline]
    pub(crate) fn prefetch(self, bucket: usize) {
        map::prefetch(self.bytes, 4 * bucket);
    }

    /// The records of a bucket, `start..end`.
    #[inline]
    pub(crate) fn range(self, bucket: usize) -> (u32, u32) {
        let at = 4 * bucket;
        let pair = self.bytes.get(at..at.wrapping_add(8)).and_then(|pair| pair.first_chunk());
        let pair = pair.map_or(0, |pair| u64::from_le_bytes(*pair));
        let half = |half: u64| u32::try_from(half & u64::from(u32::MAX)).unwrap_or(0);
        (half(pair), half(pair >> 32))
    }

    /// Where in `range` a mixed key that is there is in the mean, in 256ths of a record: mixed keys are
    /// spread evenly.
    #[inline]
    pub(crate) fn guess(self, mixed: u64, range: (u32, u32)) -> u64 {
        let part = mixed << (8 + self.bits) >> 32;
        let others = range.1.wrapping_sub(range.0).saturating_sub(1);
        (u64::from(range.0) << 8) + ((part * u64::from(others)) >> 24)
    }

    /// The first record whose key without its low `rest_bits` is above `top`; the index tells as many bits.
    pub(crate) fn end_of_top(self, top: u64, rest_bits: u8) -> u32 {
        let finer = self.bits - (56 - rest_bits);
        let bucket = usize::try_from((top + 1) << finer).unwrap_or(0);
        u32_at(self.bytes, 4 * bucket)
    }

    /// The key of a record without its low `rest_bits`.
    pub(crate) fn top_of(self, record: u32, rest_bits: u8) -> u64 {
        let (mut low, mut high) = (0, (1 << (56 - rest_bits)) - 1);
        while low < high {
            let middle = u64::midpoint(low, high);
            if self.end_of_top(middle, rest_bits) > record {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }
}
