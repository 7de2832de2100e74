//! Queries in volume under fire: the binary protocol, and streams that arrive in pieces.

use cairn_ground::Timestamp;
use cairn_report::limits::{OBSERVATIONS_PER_REPORT_MAX, REPORTS_PER_BATCH_MAX};
use cairn_wire::capped::{Coding, InflateError, inflate};
use cairn_wire::inflating::Inflating;
use cairn_wire::proto;
use cairn_wire::split::{Cut, Item, SplitError, Splitter};

/// Longest item of a stream under fire: short, so that longer ones are met.
const ITEM_BYTES_MAX: usize = 64;
/// Cap of what is inflated.
const CAP: usize = 1 << 20;

/// A query as a message: what is kept of it is written and read again.
pub(crate) fn query(bytes: &[u8]) {
    let Ok(query) = proto::decode_query(bytes) else { return };
    let heard = &query.request.observations;
    assert!(heard.len() <= OBSERVATIONS_PER_REPORT_MAX, "the limit of a query");
    let again = proto::decode_query(&proto::encode_query(heard, &query.id));
    let again = again.map(|again| (again.request.observations, again.id));
    assert_eq!(
        again.map_err(|e| e.to_string()),
        Ok((heard.clone(), query.id)),
        "decode(encode(x)) = x"
    );
}

/// A submission as a message, likewise.
pub(crate) fn submission(bytes: &[u8], now: Timestamp) {
    let Ok(decoded) = proto::decode_submission(bytes, now) else { return };
    let n_refused = super::targets::refused_reports(&decoded.refusals);
    assert_eq!(decoded.n_items as u64, decoded.reports.len() as u64 + n_refused, "E2");
    assert!(decoded.reports.len() <= REPORTS_PER_BATCH_MAX, "the limit of a batch");
    if decoded.reports.is_empty() {
        return;
    }
    let again = proto::decode_submission(&proto::encode_submission(&decoded.reports), now);
    let again = again.map(|again| (again.reports, again.refusals.total()));
    assert_eq!(again.map_err(|e| e.to_string()), Ok((decoded.reports, 0)), "decode(encode(x)) = x");
}

/// A stream of items: cut the same whatever pieces it comes in; the first byte says how large they are.
pub(crate) fn split(cut: Cut, bytes: &[u8]) {
    let Some((first, stream)) = bytes.split_first() else { return };
    let pieces = items(cut, stream, usize::from(*first).max(1));
    assert_eq!(pieces, items(cut, stream, usize::MAX), "as in one piece");
    let whole = pieces.iter().flat_map(|all| all.iter().flatten());
    assert!(whole.map(Vec::len).all(|n| n <= ITEM_BYTES_MAX), "no longer than allowed");
}

/// All items of a stream in pieces of `n` bytes; `None` for long ones.
fn items(cut: Cut, stream: &[u8], n: usize) -> Result<Vec<Option<Vec<u8>>>, SplitError> {
    let keep = |item: Item<'_>| match item {
        Item::Whole(bytes) => Some(bytes.to_vec()),
        Item::TooLong => None,
    };
    let (mut splitter, mut all) = (Splitter::new(cut, ITEM_BYTES_MAX), Vec::new());
    for piece in stream.chunks(n) {
        splitter.room().extend_from_slice(piece);
        while let Some(item) = splitter.next_item()? {
            all.push(keep(item));
        }
    }
    all.extend(splitter.finish()?.map(keep));
    Ok(all)
}

/// A compressed stream: inflated in pieces to what it gives in one go, or refused by both.
pub(crate) fn inflated(coding: Coding, bytes: &[u8]) {
    let whole = inflate(bytes, coding, CAP);
    if matches!(whole, Err(InflateError::Bomb { .. })) {
        return;
    }
    let pieces = in_pieces(coding, bytes);
    assert_eq!(pieces.is_ok(), whole.is_ok(), "{pieces:?} in pieces, {whole:?} in one go");
    if let (Ok(pieces), Ok(whole)) = (pieces, whole) {
        assert!(pieces == whole, "the same in pieces");
    }
}

fn in_pieces(coding: Coding, bytes: &[u8]) -> Result<Vec<u8>, InflateError> {
    let (mut inflating, mut out) = (Inflating::new(coding)?, Vec::new());
    for mut piece in bytes.chunks(7) {
        loop {
            let step = inflating.step(piece, &mut out)?;
            piece = &piece[step.n_taken..];
            if out.len() > 2 * CAP {
                return Err(InflateError::Bomb { cap: CAP });
            }
            if piece.is_empty() && !step.is_more {
                break;
            }
        }
    }
    inflating.finish(&mut out)?;
    Ok(out)
}
