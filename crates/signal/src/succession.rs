//! Whether voices that heard a transmitter at one place followed those that heard it at another.

use crate::transmitter::VotePoint;
use crate::voices::by_voice;
use cairn_ground::Day;

/// Voices that are out of order, as a share of all, where it moved once: reports are sent days late, and lists of
/// networks name what was heard before. Source: choice, one of seven; of fewer none may be.
const LATE_SHARE: f64 = 0.15;
/// Voices, later than all but a few others, from which it has moved however many heard it before: who lies does so at
/// any time. Source: a fifth of liars are the last five in one of three thousand boxes; with one honest voice after seven
/// of them in fewer.
pub(crate) const VOICES_LATEST: usize = 5;
/// The same of voices that agree on no place, from which it is on the move. Source: choice, eight liars in a row speak of one
/// box in four hundred thousand.
pub(crate) const VOICES_SCATTERED: usize = 8;
/// Days over which they must have heard it, from the first to the last: who would lie on the newest day, before anybody else
/// has spoken, is contradicted by then. Source: choice; a home or a shop is heard every day.
const DAYS_LATEST: u16 = 3;

/// How voices at one place followed those at another.
pub(crate) struct Succession {
    /// The day that parts them best.
    pub(crate) since: Day,
    /// Voices at the new place since.
    pub(crate) n_since: usize,
    /// Voices out of order: at the new place before, at the old one since.
    n_out: usize,
}

impl Succession {
    /// True when so many voices, those of `new`, and hardly any others say so, over some days.
    #[expect(clippy::cast_precision_loss, reason = "a few dozen voices")]
    pub(crate) fn is_told_by(&self, n_min: usize, new: &[VotePoint]) -> bool {
        let n = (self.n_since + self.n_out) as f64;
        let last = days(new).map(|(first, _)| first).max();
        self.n_since >= n_min
            && self.n_out as f64 <= LATE_SHARE * n
            && last.is_some_and(|last| last.days_since(self.since) >= DAYS_LATEST)
    }
}

/// How voices at one place followed those at another, by the first and the last day of each. On one day the new place
/// counts as heard first: nobody can tell.
pub(crate) fn succession(
    old: impl Iterator<Item = (Day, Day)>,
    new: impl Iterator<Item = (Day, Day)>,
) -> Succession {
    let old = old.map(|(_, last)| (last, true));
    let mut voices: Vec<(Day, bool)> = old.chain(new.map(|(first, _)| (first, false))).collect();
    voices.sort_unstable();
    let mut n_since = voices.iter().filter(|(_, is_old)| !is_old).count();
    let mut n_out = voices.len() - n_since;
    let mut best = Succession { since: Day::new(0), n_since, n_out: usize::MAX };
    for (day, is_old) in voices {
        if n_out < best.n_out {
            best = Succession { since: day, n_since, n_out };
        }
        if is_old {
            n_out -= 1;
        } else {
            n_out += 1;
            n_since -= 1;
        }
    }
    best
}

/// True when hardly anybody heard it at `a` after somebody had at `b`; on the day of the move, both may be.
pub(crate) fn is_before(a: &[VotePoint], b: &[VotePoint]) -> bool {
    let of_a = days(a).map(|(_, last)| (last, false));
    let mut voices: Vec<(Day, bool)> =
        of_a.chain(days(b).map(|(first, _)| (first, true))).collect();
    voices.sort_unstable();
    // Out of order, were the move before all of them; then as it comes later.
    let mut n_late = voices.iter().filter(|(_, is_new)| !is_new).count();
    let mut least = n_late;
    for (_, is_new) in &voices {
        n_late = if *is_new { n_late + 1 } else { n_late - 1 };
        least = least.min(n_late);
    }
    #[expect(clippy::cast_precision_loss, reason = "a few dozen voices")]
    let (least, n) = (least as f64, voices.len() as f64);
    least <= LATE_SHARE * n
}

/// The first and the last day of each voice.
pub(crate) fn days(votes: &[VotePoint]) -> impl Iterator<Item = (Day, Day)> {
    by_voice(votes).map(|votes| {
        let day = |vote: &VotePoint| vote.day;
        let first = votes.iter().map(day).min().unwrap_or(Day::new(0));
        (first, votes.iter().map(day).max().unwrap_or(first))
    })
}
