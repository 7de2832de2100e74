//! The whole map from what is kept: the archive where the journal no longer reaches, and the journal.

use super::learn::{Dealer, learn_pieces, next_record};
use super::seal;
use crate::archiver::ArchiveDoor;
use crate::cluster::Partition;
use anyhow::Context as _;
use cairn_archive::{Exclusions, Manifest, Occurrence};
use cairn_journal::{Journal, Position, ReadError, ReadOnlyJournal, Reader};
use cairn_radiomap::RadioMap;

/// A journal to learn from.
pub trait Source: Sync {
    /// The first position kept.
    fn begins(&self) -> Position;

    /// Reads from a position on.
    ///
    /// # Errors
    /// As the journal's own.
    fn reader(&self, position: Position) -> Result<Reader, ReadError>;
}

impl Source for Journal {
    fn begins(&self) -> Position {
        self.start()
    }

    fn reader(&self, position: Position) -> Result<Reader, ReadError> {
        self.read_from(position)
    }
}

impl Source for ReadOnlyJournal {
    fn begins(&self) -> Position {
        self.start()
    }

    fn reader(&self, position: Position) -> Result<Reader, ReadError> {
        self.read_from(position)
    }
}

/// What to learn, and how.
#[derive(Debug)]
pub struct Whole<'a> {
    /// The archive, where there is one.
    pub archive: Option<&'a ArchiveDoor>,
    /// Take the archive even where the journal holds everything.
    pub from_archive: bool,
    /// What is left out.
    pub without: &'a Exclusions,
    /// Where in the journal to end.
    pub end: Position,
    /// Learning threads; the result does not depend on it.
    pub n_threads: usize,
    /// The map's setting.
    pub voices_min: u32,
}

impl Whole<'_> {
    /// Learns it; `tell` hears each position passed.
    ///
    /// # Errors
    /// When journal or archive cannot be read, or something is in neither.
    pub fn learn(
        &self,
        journal: &impl Source,
        tell: &mut dyn FnMut(Position),
    ) -> anyhow::Result<RadioMap> {
        let empty = || seal::empty_map(self.voices_min);
        learn_pieces(self.n_threads, empty, self.without, |dealer| {
            let from = self.archived(journal.begins(), dealer)?;
            self.deal(journal, from, dealer, tell)
        })
    }

    /// Learns what the journal holds from a position on, for who has the rest from elsewhere.
    ///
    /// # Errors
    /// When the journal cannot be read, or no longer reaches back so far.
    pub fn learn_from(&self, journal: &impl Source, from: Position) -> anyhow::Result<RadioMap> {
        let empty = || seal::empty_map(self.voices_min);
        learn_pieces(self.n_threads, empty, self.without, |dealer| {
            self.deal(journal, from, dealer, &mut |_| ())
        })
    }

    /// Learns what the archive holds of one part of the world, for who has the rest from a log.
    ///
    /// # Errors
    /// When there is no archive, or it cannot be read; one that nothing was written to yet teaches nothing.
    pub fn learn_archived(&self, part: Partition) -> anyhow::Result<RadioMap> {
        let empty = || seal::empty_map(self.voices_min);
        learn_pieces(self.n_threads, empty, self.without, |dealer| {
            let door = self.archive.context("there is no archive to learn from")?;
            let manifest = door.wait(door.archive().current())?;
            let Some(manifest) = manifest else { return Ok(()) };
            self.deal_archived(door, &manifest, dealer, |one| part.contains(one.evidence.place))
        })
    }

    /// Deals the journal from a position on.
    fn deal(
        &self,
        journal: &impl Source,
        from: Position,
        dealer: &mut Dealer<'_>,
        tell: &mut dyn FnMut(Position),
    ) -> anyhow::Result<()> {
        let mut reader = journal.reader(from).context("read the journal")?;
        while let Some((position, batch)) = next_record(&mut reader).context("read the journal")? {
            if position > self.end || !dealer.batch(batch) {
                break;
            }
            tell(position);
        }
        Ok(())
    }

    /// Deals what the archive holds; returns where the journal goes on.
    fn archived(&self, start: Position, dealer: &mut Dealer<'_>) -> anyhow::Result<Position> {
        if start == Position::START && !self.from_archive {
            return Ok(start);
        }
        let missing = || {
            format!(
                "the journal begins at {start}, and no archive holds what came before and nothing \
                 behind {}",
                self.end
            )
        };
        let door = self.archive.with_context(missing)?;
        let (journal, archive) = (door.journal(), door.archive());
        let manifest = door.wait(archive.within(journal, start.get(), self.end.get()))?;
        let manifest = manifest.with_context(missing)?;
        self.deal_archived(door, &manifest, dealer, |_| true)?;
        Ok(Position::new(manifest.position_of(journal)))
    }

    /// Deals what a manifest of the archive names, as far as it is wanted and not taken out.
    fn deal_archived(
        &self,
        door: &ArchiveDoor,
        manifest: &Manifest,
        dealer: &mut Dealer<'_>,
        is_wanted: impl Fn(&Occurrence) -> bool,
    ) -> anyhow::Result<()> {
        let also = manifest.exclusions().context("the archive excludes something unknown")?;
        let deal = |some: Vec<Occurrence>| {
            let kept = some.into_iter().filter(|one| is_wanted(one) && !self.without.exclude(one));
            dealer.evidence(kept.map(|one| one.evidence))
        };
        door.wait(door.archive().each(manifest, &also, deal)).context("read the archive")
    }
}
