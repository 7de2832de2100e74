//! How somebody came from each instant of a track to the next, so far as steps tell.

use super::stride::{Path, Walked};
use super::{Moment, seconds};
use cairn_ground::Enu;

/// The way to an instant from the one before it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Way {
    pub(super) walked: Walked,
    pub(super) span_s: f64,
    /// Steps tell most of it.
    pub(super) is_walked: bool,
}

/// The way to each instant, by all steps but those on ways that are `doubted`.
pub(super) fn ways(
    settled_ms: Option<i64>,
    moments: &[Moment],
    path: &Path,
    doubted: &[bool],
) -> Vec<Way> {
    let mut at_ms = settled_ms.or(moments.first().map(|first| first.at_ms)).unwrap_or(0);
    let way = |(moment, is_doubted): (&Moment, &bool)| {
        let from_ms = std::mem::replace(&mut at_ms, moment.at_ms);
        let span_ms = moment.at_ms - from_ms;
        let unknown = Walked { lead: Enu::ZERO, unknown_ms: span_ms };
        let walked = if *is_doubted { unknown } else { path.between(from_ms, moment.at_ms) };
        let is_walked = span_ms > 0 && walked.unknown_ms <= span_ms / 2;
        Way { walked, span_s: seconds(span_ms), is_walked }
    };
    let mut ways: Vec<Way> = moments.iter().zip(doubted).map(way).collect();
    // Who comes to an instant in no time comes there as to the one before, and to the first as from there.
    let first = ways.iter().find(|way| way.span_s > 0.0);
    let mut is_walked = first.is_some_and(|way| way.is_walked);
    for way in &mut ways {
        is_walked = if way.span_s > 0.0 { way.is_walked } else { is_walked };
        way.is_walked = is_walked;
    }
    ways
}
