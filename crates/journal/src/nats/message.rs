//! The bytes of a message: a small segment of a few batches, each record with its own checksum.

use crate::codec::{self, DecodeError};
use crate::frame::{
    FRAME_BYTES, Frame, HEADER_BYTES, HeaderState, VERSION, check_header, header, put_record,
};
use crate::limits::{MESSAGE_BYTES_GOAL, MESSAGE_BYTES_MAX};
use cairn_report::{Batch, SubmissionId};

/// A message to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// Names its batches: the same batches in the same order have the same name.
    pub id: String,
    /// Its bytes.
    pub payload: Vec<u8>,
    /// How many batches it holds.
    pub n_batches: usize,
}

/// What a message holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Unpacked {
    /// The batches that could be read.
    pub batches: Vec<Batch>,
    /// What could not; the rest of the message may be missing from the batches.
    pub fault: Option<MessageFault>,
}

/// Why a message, or a part of it, cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MessageFault {
    /// It does not begin as a message of ours does.
    #[error("no message of batches")]
    Header,
    /// A newer program wrote it.
    #[error("message format version {found}, this program reads {VERSION}")]
    Version {
        /// The version found.
        found: u32,
    },
    /// A record's checksum is wrong, or the message was cut.
    #[error("record at byte {at} is damaged")]
    Damaged {
        /// Byte offset in the message.
        at: usize,
    },
    /// A whole record that this program cannot decode.
    #[error("record at byte {at}: {source}")]
    Undecodable {
        /// Byte offset in the message.
        at: usize,
        /// What is wrong with it.
        source: DecodeError,
    },
}

/// A message being filled.
struct Filling {
    payload: Vec<u8>,
    first: SubmissionId,
    names: Vec<u8>,
    n_batches: usize,
}

impl Filling {
    fn with(id: SubmissionId) -> Self {
        Self { payload: header(0).to_vec(), first: id, names: Vec::new(), n_batches: 0 }
    }

    fn add(&mut self, id: SubmissionId, record: &[u8]) {
        let position = (self.payload.len() - HEADER_BYTES) as u64;
        put_record(&mut self.payload, position, 0, record);
        self.names.extend_from_slice(&id.0);
        self.n_batches += 1;
    }

    fn done(self) -> Packed {
        let first = u128::from_be_bytes(self.first.0);
        let all = crc32c::crc32c(&self.names);
        let id = format!("{first:032x}-{}-{all:08x}", self.n_batches);
        Packed { id, payload: self.payload, n_batches: self.n_batches }
    }
}

/// Packs batches, in order, into messages of up to [`MESSAGE_BYTES_GOAL`]; a larger batch goes alone.
pub fn pack(batches: &[Batch]) -> Vec<Packed> {
    let (mut messages, mut filling) = (Vec::new(), None::<Filling>);
    for batch in batches {
        let record = codec::encode(batch);
        let after = |it: &Filling| it.payload.len() + FRAME_BYTES + record.len();
        if let Some(full) = filling.take_if(|it| after(it) > MESSAGE_BYTES_GOAL) {
            messages.push(full.done());
        }
        filling.get_or_insert_with(|| Filling::with(batch.id)).add(batch.id, &record);
    }
    messages.extend(filling.map(Filling::done));
    messages
}

/// Reads a message; what cannot be read is named, and the batches before and behind it still come as far
/// as their places are known.
pub fn unpack(payload: &[u8]) -> Unpacked {
    let mut batches = Vec::new();
    let head = payload.get(..HEADER_BYTES).unwrap_or_default();
    let fault = match check_header(head, 0) {
        HeaderState::Good if payload.len() <= MESSAGE_BYTES_MAX => {
            unpack_records(&payload[HEADER_BYTES..], &mut batches)
        }
        HeaderState::Version(found) => Some(MessageFault::Version { found }),
        HeaderState::Good | HeaderState::Bad => Some(MessageFault::Header),
    };
    Unpacked { batches, fault }
}

/// Reads the records; returns the first fault.
fn unpack_records(records: &[u8], batches: &mut Vec<Batch>) -> Option<MessageFault> {
    let (mut position, mut fault) = (0, None);
    while position < records.len() {
        let at = HEADER_BYTES + position;
        let Some(record) = good_record(records, position) else {
            return fault.or(Some(MessageFault::Damaged { at }));
        };
        match codec::decode(record) {
            Ok(batch) => batches.push(batch),
            Err(source) => {
                fault.get_or_insert(MessageFault::Undecodable { at, source });
            }
        }
        position += FRAME_BYTES + record.len();
    }
    fault
}

/// The payload of the record at `position`, when its checksum is good.
fn good_record(records: &[u8], position: usize) -> Option<&[u8]> {
    let rest = &records[position..];
    let frame = Frame::read(rest)?;
    let payload = rest.get(FRAME_BYTES..frame.total_bytes())?;
    frame.vouches_for(position as u64, payload).then_some(payload)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{any_batch, batch, number};
    use proptest::prelude::*;

    #[test]
    fn equal_batches_make_equal_names_and_others_do_not() {
        let three = [batch(1), batch(2), batch(3)];
        assert_eq!(pack(&three), pack(&three));
        assert_ne!(pack(&three)[0].id, pack(&three[..2])[0].id);
        assert_ne!(pack(&three)[0].id, pack(&[batch(1), batch(3), batch(2)])[0].id);
        assert!(pack(&[]).is_empty());
    }

    #[test]
    fn messages_stay_below_the_goal_and_lose_nothing() {
        let many: Vec<Batch> = (0..3_000).map(batch).collect();
        let messages = pack(&many);
        assert!(messages.len() > 1);
        assert!(messages.iter().all(|it| it.payload.len() <= MESSAGE_BYTES_GOAL));
        let read: Vec<u64> = messages
            .iter()
            .flat_map(|it| unpack(&it.payload).batches)
            .map(|it| number(&it))
            .collect();
        assert_eq!(read, (0..3_000).collect::<Vec<_>>());
        assert_eq!(messages.iter().map(|it| it.n_batches).sum::<usize>(), 3_000);
    }

    #[test]
    fn every_flipped_byte_is_named_and_no_wrong_batch_comes_out() {
        let good = pack(&[batch(1), batch(2)]).remove(0).payload;
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0x20;
            let read = unpack(&bad);
            assert!(read.fault.is_some(), "byte {at}");
            assert!(read.batches.iter().all(|it| [1, 2].contains(&number(it))), "byte {at}");
        }
    }

    #[test]
    fn a_message_cut_anywhere_is_named() {
        let good = pack(&[batch(1), batch(2)]).remove(0).payload;
        let record_ends: Vec<usize> =
            (HEADER_BYTES..good.len()).filter(|n| unpack(&good[..*n]).fault.is_none()).collect();
        assert_eq!(record_ends.len(), 2, "an empty message, and one record: {record_ends:?}");
        assert_eq!(unpack(b"hello").fault, Some(MessageFault::Header));
    }

    proptest! {
        #[test]
        fn what_is_packed_comes_out(batches in prop::collection::vec(any_batch(), 1..5)) {
            let messages = pack(&batches);
            let read: Vec<Vec<u8>> = messages
                .iter()
                .flat_map(|it| unpack(&it.payload).batches)
                .map(|it| codec::encode(&it))
                .collect();
            prop_assert_eq!(read, batches.iter().map(codec::encode).collect::<Vec<_>>());
        }
    }
}
