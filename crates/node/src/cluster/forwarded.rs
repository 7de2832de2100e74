//! How far every part's stream is: what lies behind the slowest is kept.

use cairn_journal::Position;
use std::sync::atomic::{AtomicU64, Ordering};

/// How far every part's stream is in the journal that is forwarded.
#[derive(Debug, Default)]
pub struct Forwarded(Vec<AtomicU64>);

impl Forwarded {
    /// Streams that are so far.
    pub fn at(positions: impl IntoIterator<Item = Position>) -> Self {
        Self(positions.into_iter().map(|it| AtomicU64::new(it.get())).collect())
    }

    /// The `k`-th stream is so far now.
    pub fn note(&self, k: u32, position: Position) {
        if let Some(mine) = self.0.get(k as usize) {
            mine.store(position.get(), Ordering::Release);
        }
    }

    /// How far the slowest is; `None` when there is none.
    pub fn slowest(&self) -> Option<Position> {
        self.0.iter().map(|it| it.load(Ordering::Acquire)).min().map(Position::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_stream_says_how_far_all_are() {
        let forwarded = Forwarded::at([7, 5].map(Position::new));
        assert_eq!(forwarded.slowest(), Some(Position::new(5)));
        forwarded.note(1, Position::new(9));
        forwarded.note(2, Position::new(1));
        assert_eq!(forwarded.slowest(), Some(Position::new(7)));
        assert_eq!(Forwarded::default().slowest(), None);
    }
}
