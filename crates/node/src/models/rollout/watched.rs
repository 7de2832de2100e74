//! What was seen of both arms in the present stage, and of late labels under the present models.

use super::super::serving::Standing;
use super::metrics::RolloutMetrics;
use super::{Answer, Note};
use crate::clock::Clock;
use cairn_learning::rollout::{Arm, Awaited, Labels, Tally};
use std::time::Instant;

/// Which of the four radii is R95.
const R95: usize = 3;

/// Who stands: a change begins labels anew.
#[derive(Debug, Default, PartialEq, Eq)]
struct Who {
    champion: Option<String>,
    challenger: Option<String>,
}

/// What was seen.
#[derive(Debug)]
pub(super) struct Watched {
    who: Who,
    /// The entry of the log that began the present stage.
    entry: Option<u64>,
    since: Instant,
    tally: Tally,
    labels: Labels,
}

impl Watched {
    /// Nothing yet.
    pub(super) fn new(clock: &Clock) -> Self {
        Self {
            who: Who::default(),
            entry: None,
            since: clock.instant(),
            tally: Tally::default(),
            labels: Labels::default(),
        }
    }

    /// Begins anew what is of other models, or of another stage; true when it did.
    pub(super) fn follow(&mut self, standing: &Standing, clock: &Clock) -> bool {
        let live = standing.live.as_ref();
        let who = Who {
            champion: standing.champion.as_ref().map(|ready| ready.id.clone()),
            challenger: live.map(|live| live.ready.id.clone()),
        };
        let is_other = self.who != who;
        if is_other {
            (self.who, self.labels, self.tally) = (who, Labels::default(), Tally::default());
        }
        let entry = live.map(|live| live.canary.entry);
        let is_new = self.entry != entry;
        if is_new {
            // Labels are rare: those of earlier stages of the same models count on.
            let labelled = std::mem::take(&mut self.tally.labelled);
            self.tally = Tally::of_labels(labelled);
            (self.entry, self.since) = (entry, clock.instant());
        }
        is_other || is_new
    }

    /// Milliseconds that the stage was held by this process.
    pub(super) fn held_ms(&self, clock: &Clock) -> u64 {
        let held = clock.instant().duration_since(self.since).as_millis();
        u64::try_from(held).unwrap_or(u64::MAX)
    }

    /// Everything counted.
    pub(super) const fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Queries that wait for a label.
    pub(super) fn n_waiting(&self) -> usize {
        self.labels.n()
    }

    /// Counts an answer, or a fix that tells how far off one was.
    pub(super) fn take(&mut self, note: &Note, metrics: &RolloutMetrics) {
        match &note.answer {
            Some(answer) => self.answered(note, answer),
            None => self.fix(note, metrics),
        }
    }

    fn answered(&mut self, note: &Note, answer: &Answer) {
        let mut arm = Arm::Champion;
        let tried = answer.tried.as_ref().filter(|tried| Some(tried.entry) == self.entry);
        if let Some(tried) = tried {
            arm = tried.arm;
            self.tally.answered(arm, tried.took_us, tried.is_error);
            self.tally.paired(&answer.said);
        }
        // An answer from before the present stage was promised by other models.
        if self.entry.is_none() || tried.is_some() {
            let Note { at_ms, crowd, place, .. } = *note;
            self.labels.wait(Awaited { at_ms, crowd, place, said: answer.said, arm });
        }
    }

    fn fix(&mut self, note: &Note, metrics: &RolloutMetrics) {
        let Some((error_m, awaited)) = self.labels.fix(&note.crowd, note.place, note.at_ms) else {
            return;
        };
        metrics.labelled(Arm::Champion, error_m <= awaited.said.champion_m[R95]);
        if self.entry.is_some() {
            self.tally.labelled(error_m, &awaited.said);
            metrics.labelled(Arm::Challenger, error_m <= awaited.said.challenger_m[R95]);
        }
    }
}
