//! The sections that a look-up reads: records by their numbers, and what a block of them must be.

use crate::error::Fault;
use crate::index::Index;
use crate::layout::u32_at;
use crate::limits::BLOCK_RECORDS;
use crate::mix::Mix;
use crate::record_layout::RecordLayout;
use crate::{TransmitterRecord, payload, payload_v2};
use cairn_ground::TransmitterKey;

/// The index, the records and their checksums.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Body<'a> {
    pub(crate) index: Index<'a>,
    pub(crate) records: &'a [u8],
    pub(crate) checksums: &'a [u8],
    pub(crate) mix: Mix,
    pub(crate) layout: RecordLayout,
}

impl<'a> Body<'a> {
    /// The low bits of a record's mixed key: those its top does not say.
    #[inline]
    pub(crate) fn remainder(&self, record: u32) -> u64 {
        let at = record as usize * self.layout.record_bytes();
        // A record has 19 bytes at least, so eight from its start are all its own.
        let head = self.records[at..].first_chunk().map_or(0, |head| u64::from_le_bytes(*head));
        head & self.remainder_mask()
    }

    /// The bits of a mixed key that a record holds.
    #[inline]
    pub(crate) const fn remainder_mask(&self) -> u64 {
        (1 << self.layout.remainder_bits) - 1
    }

    /// What a record says of its key; `None` for bytes that [`Body::check`] refuses.
    #[inline]
    pub(crate) fn decode(&self, key: TransmitterKey, record: u32) -> Option<TransmitterRecord> {
        if self.layout.is_v2 {
            return self.decode_v2(key, record);
        }
        payload::decode(key, self.payload(record).first_chunk()?)
    }

    /// The same of versions 1 and 2.
    #[cold]
    fn decode_v2(&self, key: TransmitterKey, record: u32) -> Option<TransmitterRecord> {
        payload_v2::decode(key, self.payload(record).first_chunk()?)
    }

    /// The bytes behind a record's remainder.
    #[inline]
    pub(crate) fn payload(&self, record: u32) -> &'a [u8] {
        let at = record as usize * self.layout.record_bytes() + self.layout.remainder_bytes();
        &self.records[at..]
    }

    fn check_payload(&self, key: TransmitterKey, record: u32) -> Result<(), &'static str> {
        let bytes = self.payload(record);
        if self.layout.is_v2 {
            bytes.first_chunk().map_or(Err("cut"), |it| payload_v2::check(key, it))
        } else {
            bytes.first_chunk().map_or(Err("cut"), |it| payload::check(key, it))
        }
    }

    /// Number of records.
    pub(crate) fn n_records(&self) -> u32 {
        u32::try_from(self.records.len() / self.layout.record_bytes()).unwrap_or(u32::MAX)
    }

    /// Number of blocks.
    pub(crate) fn n_blocks(&self) -> u32 {
        self.n_records().div_ceil(BLOCK_RECORDS)
    }

    /// The records of a block, `start..end`.
    pub(crate) fn block_range(&self, block: u32) -> (u32, u32) {
        let start = block * BLOCK_RECORDS;
        (start, start.saturating_add(BLOCK_RECORDS).min(self.n_records()))
    }

    /// Checks a block's checksum, then that each record is canonical, in its bucket and in order.
    pub(crate) fn check(&self, block: u32) -> Result<(), Fault> {
        let fault = |what| Fault::Block { block: u64::from(block), what };
        let (start, end) = self.block_range(block);
        let record_bytes = self.layout.record_bytes();
        let bytes = &self.records[start as usize * record_bytes..end as usize * record_bytes];
        if crc32c::crc32c(bytes) != u32_at(self.checksums, 4 * block as usize) {
            return Err(fault("checksum does not match"));
        }
        let bits = self.layout.remainder_bits;
        let mut top = self.index.top_of(start, bits);
        let mut least = 0;
        for record in start..end {
            while self.index.end_of_top(top, bits) <= record {
                top += 1;
            }
            let mixed = top << bits | self.remainder(record);
            let range = self.index.range(self.index.bucket(mixed));
            if !(range.0..range.1).contains(&record) || mixed < least {
                return Err(fault("a record is out of order"));
            }
            least = mixed + 1;
            let key = self.mix.undo(mixed).ok_or(fault("a key is no transmitter's"))?;
            self.check_payload(key, record).map_err(fault)?;
        }
        Ok(())
    }

    /// Checks every block, and that each begins above where the one before ends.
    pub(crate) fn check_all(&self) -> Result<(), Fault> {
        (0..self.n_blocks()).try_for_each(|block| self.check(block))?;
        self.check_borders()
    }

    /// Checks that each block begins above where the one before ends.
    pub(crate) fn check_borders(&self) -> Result<(), Fault> {
        (1..self.n_blocks()).try_for_each(|block| {
            let (start, _) = self.block_range(block);
            let what = "its first record is out of order";
            let is_in_order = self.mixed(start - 1) < self.mixed(start);
            if is_in_order { Ok(()) } else { Err(Fault::Block { block: u64::from(block), what }) }
        })
    }

    /// The mixed key of a record.
    pub(crate) fn mixed(&self, record: u32) -> u64 {
        let bits = self.layout.remainder_bits;
        self.index.top_of(record, bits) << bits | self.remainder(record)
    }
}
