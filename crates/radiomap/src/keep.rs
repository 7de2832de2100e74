//! Which ballots and votes of a poll stay: the smallest, and for being late the smallest of the newest periods.
//!
//! Of a popular box the smallest few voices are a choice of all that ever spoke. Were they all that is kept, a box that moves
//! would have to be heard by a fifth as many voices again before enough of them are later ones.

use crate::limits::{
    LATE_DAYS, LATE_PERIODS, LATE_VOICES_MAX, LATE_VOTES_MAX, voices_max, votes_per_voice_max,
};
use crate::poll::{Ballot, Poll};
use crate::vote::Vote;
use cairn_ground::{Day, TransmitterKind};

/// The number of a day's period.
pub(crate) const fn period(day: Day) -> u16 {
    day.get() / LATE_DAYS
}

/// Which of the newest periods a day is in, from the newest on; `None` for an older one.
fn lateness(last: Day, day: Day) -> Option<usize> {
    let before = usize::from(period(last).checked_sub(period(day))?);
    (before < LATE_PERIODS).then_some(before)
}

/// True when a voice without a ballot that comes at `index` may keep a vote of this day.
pub(crate) fn has_place(poll: &Poll, kind: TransmitterKind, index: usize, day: Day) -> bool {
    if index < voices_max(kind) {
        return true;
    }
    let Some(late) = lateness(poll.last_day, day) else { return false };
    let is_late = |vote: &Vote| lateness(poll.last_day, vote.day()) == Some(late);
    let smaller = poll.ballots[..index].iter().filter(|ballot| ballot.votes.iter().any(is_late));
    smaller.take(LATE_VOICES_MAX).count() < LATE_VOICES_MAX
}

/// True when the ballot at `index` may keep a vote of this day that comes at `at` among its votes.
pub(crate) fn has_room(
    poll: &Poll,
    kind: TransmitterKind,
    index: usize,
    at: usize,
    day: Day,
) -> bool {
    let n_sampled = poll.n_sampled(kind);
    if index < n_sampled && at < votes_per_voice_max(n_sampled) {
        return true;
    }
    let Some(late) = lateness(poll.last_day, day) else { return false };
    let is_late = |vote: &&Vote| lateness(poll.last_day, vote.day()) == Some(late);
    poll.ballots[index].votes[..at].iter().filter(is_late).count() < LATE_VOTES_MAX
}

/// True of a poll that has room for all it holds: nothing in it is kept for being late only.
pub(crate) fn fits(poll: &Poll, kind: TransmitterKind) -> bool {
    let n_max = votes_per_voice_max(poll.n_sampled(kind));
    poll.late(kind).is_empty() && poll.ballots.iter().all(|ballot| ballot.votes.len() <= n_max)
}

/// Takes out of a poll what does not stay.
///
/// # Cost
/// A pass over its votes, unless all fits.
pub(crate) fn cut(poll: &mut Poll, kind: TransmitterKind) {
    if fits(poll, kind) {
        return;
    }
    let n_sampled = poll.n_sampled(kind);
    let n_max = votes_per_voice_max(n_sampled);
    let last = poll.last_day;
    let mut free = [LATE_VOICES_MAX; LATE_PERIODS];
    let mut index = 0;
    poll.ballots.retain_mut(|ballot| {
        let n_first = if index < n_sampled { n_max } else { 0 };
        index += 1;
        let is_late = late_in(ballot, last, &mut free);
        thin(ballot, last, n_first, is_late);
        !ballot.votes.is_empty()
    });
}

/// In which of the newest periods a ballot is among the first that have votes; it takes a place in each.
fn late_in(ballot: &Ballot, last: Day, free: &mut [usize; LATE_PERIODS]) -> [bool; LATE_PERIODS] {
    let mut is_late = [false; LATE_PERIODS];
    for late in ballot.votes.iter().filter_map(|vote| lateness(last, vote.day())) {
        is_late[late] |= free[late] > 0;
    }
    for (free, is_late) in free.iter_mut().zip(is_late) {
        *free -= usize::from(is_late);
    }
    is_late
}

/// Keeps the first so many votes, and the first few of each period in which the ballot is late.
fn thin(ballot: &mut Ballot, last: Day, n_first: usize, is_late: [bool; LATE_PERIODS]) {
    if ballot.votes.len() <= n_first {
        return;
    }
    let n_before = ballot.votes.len();
    let mut room = is_late.map(|is_late| if is_late { LATE_VOTES_MAX } else { 0 });
    let mut at = 0;
    ballot.votes.retain(|vote| {
        let is_first = at < n_first;
        at += 1;
        let late = lateness(last, vote.day()).filter(|late| room[*late] > 0);
        if let Some(late) = late {
            room[late] -= 1;
        }
        is_first || late.is_some()
    });
    // One more than there is room for comes often; many leave together seldom.
    if ballot.votes.len() + 1 < n_before {
        ballot.votes.shrink_to_fit();
    }
}

/// True when nothing of a poll would be cut.
pub(crate) fn is_whole(poll: &Poll, kind: TransmitterKind) -> bool {
    fits(poll, kind) || {
        let mut again = poll.clone();
        cut(&mut again, kind);
        again == *poll
    }
}
