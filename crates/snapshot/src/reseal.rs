//! Forging for tests: any bytes put under the lengths, checksums and digest of a sound file.

use crate::Meta;
use crate::footer::Footer;
use crate::layout::{BCRC, FORMAT_VERSION, Header, INDX, N_SECTIONS, RECS, VENU, section_lengths};
use crate::limits::BLOCK_RECORDS;
use crate::record_layout::bulk_lengths;

/// Most records of a forgery: so many fit the inputs of a fuzzer.
const RECORDS_MAX: u64 = 1 << 16;

/// `bytes` as a file whose header, checksums and digest are right: version, mix key, number of records and
/// the lengths of the small sections are those that the bytes state, held to what is there; `None` of bytes
/// that are too short to state any. With `index_rises` the index is made to rise from 0 to the last record.
pub(crate) fn resealed(bytes: &[u8], index_rises: bool) -> Option<Vec<u8>> {
    let (version, mix_key, stated, lengths) = section_lengths(bytes)?;
    let body = &bytes[Header::bytes_of(version).min(bytes.len())..];
    let mut left = body.len() as u64;
    let small = [0, 1, 2, VENU].map(|section| {
        let length = lengths[section].min(left);
        left -= length;
        length
    });
    let n_records = most_that_fit(version, stated.min(RECORDS_MAX), left);
    let [index, records, checksums] = bulk_lengths(version, n_records);
    let lengths = [small[0], small[1], small[2], index, records, checksums, small[3]];
    let header = Header::of_version(version, n_records, mix_key, lengths);
    let mut rest = body;
    let mut sections = lengths.map(|length| {
        let n = usize::try_from(length).unwrap_or(0);
        let (section, after) = rest.split_at(n.min(rest.len()));
        rest = after;
        let mut section = section.to_vec();
        section.resize(n, 0);
        section
    });
    if index_rises {
        make_rise(&mut sections[INDX], n_records);
    }
    sections[BCRC] = block_checksums(&sections[RECS], &header);
    Some(sealed(&header, &sections))
}

/// True of a file of the version written whose records lie in the order that its meta asks for.
pub(crate) fn is_written_so(bytes: &[u8], meta: &Meta) -> bool {
    section_lengths(bytes).is_some_and(|(version, mix_key, ..)| {
        version == FORMAT_VERSION && mix_key == meta.mix_key()
    })
}

/// The most records, up to `max`, whose index, columns and checksums take no more than `n_bytes`.
fn most_that_fit(version: u32, max: u64, n_bytes: u64) -> u64 {
    let (mut low, mut high) = (0, max);
    while low < high {
        let middle = (low + high).div_ceil(2);
        if bulk_lengths(version, middle).iter().sum::<u64>() <= n_bytes {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

fn make_rise(index: &mut [u8], n_records: u64) {
    let end = u32::try_from(n_records).unwrap_or(u32::MAX);
    let (entries, _) = index.as_chunks_mut::<4>();
    let mut least = 0;
    for entry in &mut *entries {
        least = u32::from_le_bytes(*entry).clamp(least, end);
        *entry = least.to_le_bytes();
    }
    if let [first, .., last] = entries {
        (*first, *last) = ([0; 4], end.to_le_bytes());
    }
}

fn block_checksums(records: &[u8], header: &Header) -> Vec<u8> {
    let blocks = records.chunks(BLOCK_RECORDS as usize * header.layout.record_bytes());
    blocks.flat_map(|block| crc32c::crc32c(block).to_le_bytes()).collect()
}

fn sealed(header: &Header, sections: &[Vec<u8>; N_SECTIONS]) -> Vec<u8> {
    let mut file = header.encode();
    let header_crc = crc32c::crc32c(&file);
    let mut crcs = [0; N_SECTIONS];
    for (section, bytes) in sections.iter().enumerate() {
        file.extend_from_slice(bytes);
        crcs[section] = if section == RECS { 0 } else { crc32c::crc32c(bytes) };
    }
    let head = Footer::head(header_crc, crcs);
    file.extend_from_slice(&head);
    let id = crate::SnapshotId::new(*blake3::hash(&file).as_bytes());
    file.extend_from_slice(&Footer::encode(head, id, header)[head.len()..]);
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Fault;
    use crate::test_support::{record, sealed as a_file};
    use crate::{Snapshot, Verify};

    #[test]
    fn a_sound_file_is_forged_into_itself_and_a_changed_one_passes_its_checksums() {
        let whole = a_file((0..2_500).map(|n| record(n, 0)));
        assert!(resealed(&whole, false).unwrap() == whole, "the file came out changed");
        let header = Header::decode(&whole).unwrap();
        let mut bytes = whole;
        let at = usize::try_from(header.sections[RECS].0).unwrap();
        bytes[at] ^= 1;
        let forged = resealed(&bytes, true).unwrap();
        let lazy = Snapshot::from_bytes(forged, Verify::Lazy).unwrap();
        assert_eq!(lazy.len(), 2_500);
        assert!(resealed(b"CAIRNSNP", true).is_none());
    }

    /// What an eager reader says of `whole` with record `n` and the next one exchanged, under right checksums.
    fn exchanged(whole: &[u8], n: usize) -> Fault {
        let header = Header::decode(whole).unwrap();
        let length = header.layout.record_bytes();
        let at = usize::try_from(header.sections[RECS].0).unwrap() + n * length;
        let mut bytes = whole.to_vec();
        bytes[at..at + 2 * length].rotate_left(length);
        Snapshot::from_bytes(resealed(&bytes, false).unwrap(), Verify::Eager).unwrap_err()
    }

    #[test]
    fn records_out_of_order_are_refused_within_a_block_and_between_two() {
        let whole = a_file((0..2_500).map(|n| record(n, 0)));
        let between = usize::try_from(BLOCK_RECORDS).unwrap() - 1;
        let what = "its first record is out of order";
        assert_eq!(exchanged(&whole, between), Fault::Block { block: 1, what });
        for n in (0..60).chain(2_100..2_160) {
            assert!(matches!(exchanged(&whole, n), Fault::Block { .. }), "record {n}");
        }
    }
}
