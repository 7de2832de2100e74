//! When the learner's map is no longer the right one, and how another one takes its place.

use super::layers::Layers;
use super::origin::Origin;
use super::recover::Recovered;
use super::relearn::Relearning;
use super::repeats::Repeats;
use super::seal;
use super::thread::Parts;
use super::venues::Models;
use super::work::Work;
use crate::archiver::ArchiveDoor;
use cairn_archive::Exclusions;
use cairn_journal::{Journal, Position};
use cairn_radiomap::RadioMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Time between two looks at what was taken out.
const LOOK: Duration = Duration::from_secs(1);

/// Which evidence the learner's map is of, and whether another map is on its way.
#[derive(Debug)]
pub(super) struct Renewal {
    /// What was left out of the map.
    pub(super) without: Arc<Exclusions>,
    /// The map on its way.
    underway: Option<Relearning>,
    /// True while the map lacks what only the archive holds: nothing is learned or sealed.
    pub(super) is_blank: bool,
    next_look: Instant,
    /// Maps that cannot be learned anew.
    troubles: Repeats,
}

impl Renewal {
    /// At start: the map is of everything but `without`, or blank.
    pub(super) fn new(without: Arc<Exclusions>, is_blank: bool, now: Instant) -> Self {
        let troubles = Repeats::default();
        Self { without, underway: None, is_blank, next_look: now, troubles }
    }

    /// True while another map is on its way: the present one is sealed no more.
    pub(super) const fn is_underway(&self) -> bool {
        self.underway.is_some()
    }
}

/// What was recovered, or nothing of it when the journal does not hold what comes after it: what is served
/// is a function of what was acknowledged alone (N4).
pub(super) fn within_the_journal(
    parts: &Parts,
    journal: &Journal,
    recovered: Recovered,
) -> anyhow::Result<Recovered> {
    if journal.read_from(recovered.position).is_ok() {
        return Ok(recovered);
    }
    let (at, start) = (recovered.position, journal.start());
    let is_blank = start > Position::START && may_be_archived(parts, start)?;
    if at > start {
        tracing::error!(
            position = at.get(),
            "the checkpoint is ahead of the journal: learning again from what is kept"
        );
    } else if is_blank {
        tracing::info!(
            position = at.get(),
            start = start.get(),
            "the journal no longer holds what comes next: learning it from the archive"
        );
    } else {
        tracing::error!(
            position = at.get(),
            start = start.get(),
            "reports from before the journal's start are in no checkpoint and no archive: restore one from a backup"
        );
    }
    let map = seal::empty_map(parts.config.voices_min);
    let generation = recovered.layers.generation;
    let is_sound = at < start && is_blank;
    let layers =
        if is_sound { recovered.layers } else { Layers { generation, ..Layers::default() } };
    let lacks_archived = is_blank;
    Ok(Recovered { map, position: start, layers, is_whole: false, lacks_archived })
}

/// False when no archive holds what came before `start`; true as long as it cannot be asked.
fn may_be_archived(parts: &Parts, start: Position) -> anyhow::Result<bool> {
    let Some(door) = ArchiveDoor::find(&parts.archive, &parts.store)? else { return Ok(false) };
    let end = parts.journal.committed();
    let found = door.wait(door.archive().within(door.journal(), start.get(), end.get()));
    Ok(found.map_or(true, |found| found.is_some()))
}

impl Work {
    /// Looks whether another map is wanted or ready; failures are logged here, and tried again later.
    pub(super) fn renew(&mut self) {
        let now = self.parts.clock.instant();
        if self.sealing.is_none()
            && let Some(done) = self.renewal.underway.take_if(|it| it.is_done())
        {
            let (without, position) = (Arc::clone(&done.without), done.position);
            let renewed = done.finish().and_then(|map| self.replace(map, without, position));
            self.note_renewal(renewed, now);
        }
        if now < self.renewal.next_look || self.renewal.is_underway() || !self.can_renew() {
            return;
        }
        self.renewal.next_look = now + LOOK;
        self.parts.exclusions.refresh();
        if self.renewal.is_blank || self.parts.exclusions.now() != self.renewal.without {
            match Relearning::start(&self.parts, self.renewed_up_to()) {
                Ok(underway) => self.renewal.underway = Some(underway),
                Err(error) => self.note_renewal(Err(error), now),
            }
        }
    }

    /// A part's learner needs the archive of all ingest nodes for it: its log does not reach back for ever.
    const fn can_renew(&self) -> bool {
        self.parts.journal.own().is_some() || self.parts.archive.enabled
    }

    /// Where another map will stand. A log of several machines is read again from its start: what the archive
    /// has already counts once, and where in the log the archive ends nobody knows.
    fn renewed_up_to(&self) -> Position {
        match &self.parts.journal {
            Origin::Shared(..) => Position::START,
            Origin::Own(journal) if self.renewal.is_blank => journal.committed(),
            Origin::Own(_) => self.position,
        }
    }

    /// Goes on with another map; the base before serves until one is sealed of it.
    fn replace(
        &mut self,
        map: RadioMap,
        without: Arc<Exclusions>,
        position: Position,
    ) -> anyhow::Result<()> {
        self.intake.go_on_from(self.parts.journal.read_from(position)?);
        self.intake.leave_out(&without);
        self.map = map;
        self.intake.retry(&mut self.map);
        self.map.take_dirty();
        (self.position, self.caught_up_at) = (position, self.parts.journal.committed());
        self.status.set_position(position.get());
        self.layers.n_found = self.layers.overlays.len();
        self.unpublished.clear();
        self.models = Models::default();
        self.must_seal = true;
        self.renewal.without = without;
        self.renewal.is_blank = false;
        self.parts.metrics.learner.relearned.inc();
        tracing::info!(journal_position = position.get(), "the map was learned anew");
        Ok(())
    }

    fn note_renewal(&mut self, renewed: anyhow::Result<()>, now: Instant) {
        let troubles = &mut self.renewal.troubles;
        let Err(error) = renewed else {
            troubles.is_over();
            return;
        };
        let told = troubles.came(now);
        self.renewal.next_look = now + troubles.pause();
        if let Some(times) = told {
            tracing::error!(error = %format!("{error:#}"), times,
                "the map cannot be learned anew: the one before serves, trying again");
        }
    }
}
