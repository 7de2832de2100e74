//! What waits to be archived: cleaned, each submission once, within a bound.

use cairn_archive::{Covered, Exclusions, Occurrence, Tag};
use cairn_evidence::clean;
use cairn_ground::Day;
use cairn_journal::Position;
use cairn_report::{Batch, Refusals};
use std::collections::{BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a submission teaches, as the archive keeps it, and what cleaning refused.
pub fn occurrences(batch: &Batch) -> (Vec<Occurrence>, Refusals) {
    let (evidence, refusals) = clean(batch);
    let app = batch.app.map(|app| Tag(app.tag()));
    (Occurrence::all_of(Tag::of(&batch.id.0), app, evidence).collect(), refusals)
}

/// Submissions archived lately, so that a retry that the journal no longer knew is archived once.
#[derive(Debug)]
pub(super) struct Lately {
    n_max: usize,
    in_order: VecDeque<Tag>,
    all: BTreeSet<Tag>,
}

impl Lately {
    /// Remembers at most `n_max`.
    pub(super) const fn new(n_max: usize) -> Self {
        Self { n_max, in_order: VecDeque::new(), all: BTreeSet::new() }
    }

    /// Remembers a submission; false when it is remembered already.
    pub(super) fn is_new(&mut self, submission: Tag) -> bool {
        if !self.all.insert(submission) {
            return false;
        }
        self.in_order.push_back(submission);
        if self.in_order.len() > self.n_max
            && let Some(oldest) = self.in_order.pop_front()
        {
            self.all.remove(&oldest);
        }
        true
    }
}

/// What waits.
#[derive(Debug, Default)]
pub(super) struct Pending {
    /// What was taught.
    pub(super) occurrences: Vec<Occurrence>,
    /// Their readings.
    pub(super) n_rows: u64,
    /// How far the journal was read for it.
    pub(super) covered: Covered,
    /// True when anything was read.
    pub(super) is_behind: bool,
}

impl Pending {
    /// Nothing, from where the archive is.
    pub(super) fn from(covered: Covered) -> Self {
        Self { covered, ..Self::default() }
    }

    /// Takes a submission in, and that the journal was read to `end`.
    pub(super) fn add(
        &mut self,
        batch: &Batch,
        end: Position,
        without: &Exclusions,
        seen: &mut Lately,
    ) {
        note_day(&mut self.covered, batch.received);
        self.covered.position = end.get();
        self.is_behind = true;
        if !seen.is_new(Tag::of(&batch.id.0)) {
            return;
        }
        // What no learner could learn is parked there, and told there.
        let taught = catch_unwind(AssertUnwindSafe(|| occurrences(batch).0)).unwrap_or_default();
        for one in taught.into_iter().filter(|one| !without.exclude(one)) {
            self.n_rows += one.evidence.heard.len() as u64;
            self.occurrences.push(one);
        }
    }
}

/// Notes the first submission of a day of receipt; clocks that went back begin no day.
fn note_day(covered: &mut Covered, received: Day) {
    let is_later = covered.days.last().is_none_or(|(day, _)| *day < received.get());
    if is_later {
        covered.days.push((received.get(), covered.position));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::{Bssid, LatLng, Timestamp, TransmitterId};
    use cairn_report::{App, ContributorToken, Fix, Observation, Report, SubmissionId};

    fn batch(n: u8, day: u16) -> Batch {
        let heard = vec![Observation::of(TransmitterId::Wifi(Bssid::from_u48(0x0200_0000_0001)))];
        let fix = Fix::at(LatLng::new(51.5, -0.12).unwrap());
        let report = Report::new(Timestamp::from_ms(1_760_000_000_000), fix, heard).unwrap();
        Batch {
            id: SubmissionId([n; 16]),
            received: Day::new(day),
            contributor: ContributorToken(1),
            app: App::parse("walker/1.2"),
            reports: vec![report],
        }
    }

    #[test]
    fn a_submission_that_comes_again_is_taken_once_and_its_bytes_are_passed() {
        let (mut pending, mut seen) = (Pending::default(), Lately::new(1));
        let mut add = |n, end| {
            pending.add(&batch(n, 20_400), Position::new(end), &Exclusions::default(), &mut seen);
            (pending.n_rows, pending.covered.position)
        };
        assert_eq!(add(1, 10), (1, 10));
        assert_eq!(add(1, 20), (1, 20), "again");
        assert_eq!(add(2, 30), (2, 30), "another; only one is remembered");
        assert_eq!(add(1, 40), (3, 40), "forgotten: the archive's readers tell");
        let app = App::parse("walker/1.2").unwrap();
        assert_eq!(pending.occurrences[0].app, Some(Tag(app.tag())));
    }

    #[test]
    fn days_of_receipt_begin_where_their_first_submission_does() {
        let (mut pending, mut seen) = (Pending::default(), Lately::new(9));
        for (n, day, end) in [(1, 20_400, 10), (2, 20_400, 20), (3, 20_402, 30), (4, 20_401, 40)] {
            pending.add(&batch(n, day), Position::new(end), &Exclusions::default(), &mut seen);
        }
        assert_eq!(pending.covered.days, [(20_400, 0), (20_402, 20)]);
    }
}
