//! How long raw reports stay: until they are old enough, and archive, map and relays are past them.

use super::thread::Work;
use crate::cluster::Forwarded;
use crate::config::RelayConfig;
use crate::relay::slowest;
use crate::store::Store;
use cairn_archive::{Covered, Manifest};
use cairn_ground::Day;
use cairn_journal::Position;
use cairn_snapshot::Manifest as Sealed;
use std::sync::Arc;

/// Whom the journal is kept for, the archive apart.
#[derive(Debug)]
pub(super) struct Needs {
    store: Store,
    relay: RelayConfig,
    forwarded: Option<Arc<Forwarded>>,
}

impl Needs {
    /// The map and the further servers of a node; or, where others learn, their streams instead of the map.
    pub(super) fn new(
        store: &Store,
        relay: &RelayConfig,
        forwarded: Option<Arc<Forwarded>>,
    ) -> Self {
        Self { store: store.clone(), relay: relay.clone(), forwarded }
    }

    /// The first position that any of them still reads; `None` when that cannot be told.
    fn first(&self) -> Option<Position> {
        let relayed = slowest(&self.relay, &self.store.relay())?;
        let learned = match &self.forwarded {
            Some(forwarded) => forwarded.slowest()?,
            None => self.learned()?,
        };
        Some(learned.min(relayed))
    }

    /// Where both maps that may serve stand.
    fn learned(&self) -> Option<Position> {
        let folder = self.store.map();
        let current = Sealed::load(&folder).ok()??;
        let former = Sealed::former(&folder).map_or(0, |it| it.journal_position);
        Some(Position::new(former.min(current.manifest.journal_position)))
    }
}

impl Work {
    /// Removes journal segments that are old enough and that nobody needs.
    pub(super) fn trim(&self, manifest: &Manifest) {
        let n_days = self.parts.config.journal_days;
        let Some(covered) = manifest.covered.get(self.door.journal()) else { return };
        self.roll(covered);
        let Some(old) = end_of_old(covered, self.parts.clock.today(), n_days) else { return };
        let Some(first) = self.needs.first() else { return };
        let before = Position::new(old).min(first);
        if before <= self.parts.journal.start() {
            return;
        }
        match self.parts.journal.trim(before) {
            Ok(trimmed) if trimmed.bytes > 0 => {
                self.parts.metrics.archive.trimmed_bytes.inc_by(trimmed.bytes);
                tracing::info!(
                    start = trimmed.start.get(),
                    segments = trimmed.segments,
                    "old reports removed from the journal: their evidence is archived"
                );
            }
            Ok(_) => {}
            Err(fault) => tracing::info!(%fault, "old reports could not be removed yet"),
        }
    }
}

impl Work {
    /// Closes a journal segment that was begun on an earlier day, so that old reports never wait for young
    /// ones in one file.
    fn roll(&self, covered: &Covered) {
        let journal = &self.parts.journal;
        let Some(last) = journal.segments().pop() else { return };
        let day = day_at(covered, last.start);
        let is_past = day.is_some_and(|day| day < self.parts.clock.today());
        if self.parts.config.journal_days > 0 && last.end > last.start && is_past {
            journal.roll();
        }
    }
}

/// The day of receipt of what is at a position; `None` where that is not known.
fn day_at(covered: &Covered, position: Position) -> Option<Day> {
    let before = covered.days.iter().rev().find(|(_, start)| *start <= position.get());
    before.filter(|_| position.get() < covered.position).map(|(day, _)| Day::new(*day))
}

/// Where the reports end that were received more than `n_days` ago and are archived; `None` for nowhere.
fn end_of_old(covered: &Covered, today: Day, n_days: u16) -> Option<u64> {
    if n_days == 0 {
        return None;
    }
    let is_old = |day: u16| today.days_since(Day::new(day)) > n_days;
    let first_kept = covered.days.iter().find(|(day, _)| !is_old(*day));
    Some(first_kept.map_or(covered.position, |(_, position)| *position))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_others_learn_their_slowest_stream_says_what_is_needed() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        let streams = Arc::new(Forwarded::at([Position::new(40), Position::new(30)]));
        let needs = Needs::new(&store, &RelayConfig::default(), Some(streams));
        assert_eq!(needs.first(), Some(Position::new(30)));
        let alone = Needs::new(&store, &RelayConfig::default(), None);
        assert_eq!(alone.first(), None, "no map yet: nothing may go");
    }

    #[test]
    fn reports_are_old_when_their_day_is_more_than_the_days_kept_ago() {
        let covered = Covered { position: 900, days: vec![(100, 0), (101, 300), (105, 700)] };
        let end = |today, n_days| end_of_old(&covered, Day::new(today), n_days);
        assert_eq!(end(105, 0), None, "kept for ever");
        assert_eq!(end(130, 30), Some(0));
        assert_eq!(end(131, 30), Some(300));
        assert_eq!(end(132, 30), Some(700));
        assert_eq!(end(999, 30), Some(900), "all that is archived, and no more");
    }

    #[test]
    fn a_position_lies_in_the_day_that_began_last_before_it() {
        let covered = Covered { position: 900, days: vec![(100, 0), (105, 700)] };
        let day = |position| day_at(&covered, Position::new(position)).map(Day::get);
        assert_eq!([day(0), day(699), day(700), day(899)], [100, 100, 105, 105].map(Some));
        assert_eq!(day(900), None, "not archived yet");
    }
}
